"""Noise: the detector's own doubt, added up.

Each candidate comes with its log odds of being a QRS. Their expected errors over the last seconds,
set against the expected beats, estimate the detector's F1 where nobody has annotated the signal.
Muscle, hum, wander and motion all count exactly as far as they endanger the beats.
"""

from math import exp

from ecg_device.signals import WORKING_RATE_HZ

_MEMORY_S = 5.0  # e-folding time of the sums
_ENTER, _LEAVE = 0.95, 0.97  # estimated F1 below which, and over which again
_DECAY_PER_SAMPLE = -1.0 / (_MEMORY_S * WORKING_RATE_HZ)


class NoiseWatch:
    """Says once a second whether beats can be told from noise."""

    def __init__(self) -> None:
        self.noisy = False
        self.restart(0)

    def restart(self, sample: int) -> None:
        """Forget what was seen: the signal was away."""
        self._right = 4.0  # as if good beats had gone before
        self._wrong = 0.0
        self._at = sample

    def candidate(self, decided: int, score: float) -> None:
        """One more judged candidate with its log odds."""
        self._forget(decided)
        doubt = 1.0 / (1.0 + exp(min(abs(score), 50.0)))
        self._wrong += doubt
        if score > 0.0:
            self._right += 1.0 - doubt

    def second(self, sample: int) -> bool:
        """The verdict at the end of a second, with hysteresis."""
        self._forget(sample)
        self.noisy = self.expected_f1 < (_LEAVE if self.noisy else _ENTER)
        return self.noisy

    @property
    def expected_f1(self) -> float:
        """What F1 score the detector would expect of itself."""
        return 2.0 * self._right / (2.0 * self._right + self._wrong + 1e-9)

    def _forget(self, now: int) -> None:
        left = exp(_DECAY_PER_SAMPLE * max(0, now - self._at))
        self._right *= left
        self._wrong *= left
        self._at = now
