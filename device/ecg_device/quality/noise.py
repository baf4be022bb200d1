"""Noise: how far the detector may be trusted, from what it said in the last seconds.

Three signs, none of which needs to know what kind of noise it is:

* the detector's own doubt: each candidate comes with its log odds of being a QRS, and the errors
  to be expected from them estimate its F1 where nobody has annotated the signal;
* how unequal in size the beats it took are;
* how little they resemble the running beat.

Muscle raises the first, moving electrodes the other two. Kurtosis, hum or baseline power say that
there is noise; these say that it matters. Fitted by `python -m ecg_training.fit_noise`.
"""

from collections import deque
from math import exp, log, sqrt

from ecg_device.signals import Judged

WINDOW_S = 5  # long enough to judge, short enough to be over soon after the noise is
_FEWEST_S = 3  # of it, before anything is called noisy
WEIGHTS = (2.51, 4.92, -3.43)  # one for each of `NoiseWatch.signs`
BIAS = 6.58
ENTER, LEAVE = -2.0, -2.7  # log odds of an F1 under 80 %, over which noisy, under which not again

Signs = tuple[float, float, float]


class NoiseWatch:
    """Says once a second whether beats can be told from noise."""

    def __init__(self) -> None:
        self.noisy = False
        self._second = _Sums()
        self._seconds: deque[_Sums] = deque(maxlen=WINDOW_S)

    def restart(self) -> None:
        """Forget what was seen: the signal was away."""
        self.noisy = False
        self._second = _Sums()
        self._seconds.clear()

    def candidate(self, judged: Judged) -> None:
        """One more candidate of the running second."""
        second = self._second
        doubt = 1.0 / (1.0 + exp(min(abs(judged.score), 50.0)))
        second.wrong += doubt
        if judged.score > 0.0:
            second.right += 1.0 - doubt
            second.beats += 1
            second.strength += judged.strength
            second.squared += judged.strength * judged.strength
            second.agreement += judged.agreement

    def second(self) -> bool:
        """The verdict at the end of a second, with hysteresis."""
        self._seconds.append(self._second)
        self._second = _Sums()
        if len(self._seconds) >= _FEWEST_S:
            score = BIAS + sum(w * x for w, x in zip(WEIGHTS, self.signs(), strict=True))
            self.noisy = score > (LEAVE if self.noisy else ENTER)
        return self.noisy

    def signs(self) -> Signs:
        """Log of the expected errors' share, spread of log sizes, mean agreement."""
        right = sum(s.right for s in self._seconds)
        wrong = sum(s.wrong for s in self._seconds)
        beats = sum(s.beats for s in self._seconds)
        expected_f1 = (2.0 * right + 1.0) / (2.0 * right + wrong + 1.0)  # silence is no noise
        if not beats:
            return log(1.001 - expected_f1), 0.0, 1.0
        mean = sum(s.strength for s in self._seconds) / beats
        variance = sum(s.squared for s in self._seconds) / beats - mean * mean
        agreement = sum(s.agreement for s in self._seconds) / beats
        return log(1.001 - expected_f1), sqrt(max(0.0, variance)), agreement


class _Sums:
    """What one second adds up to."""

    __slots__ = ("agreement", "beats", "right", "squared", "strength", "wrong")

    def __init__(self) -> None:
        self.right = self.wrong = self.strength = self.squared = self.agreement = 0.0
        self.beats = 0
