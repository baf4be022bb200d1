"""QRS or not: each candidate judged against what the last beats and the last non-beats were.

Pan and Tompkins accept a peak over NPK + 0.25 (SPK - NPK), two running levels. This is the same
thought in logarithms and with more to go by: a weighted sum of how the candidate compares with
the running beat and the running non-beat in strength, band shares, shape and time (`levels`). The
weights (`weights`) are fitted; a candidate with a positive sum is a QRS.
"""

from collections.abc import Callable
from operator import mul

from ecg_device.beats.candidates import Candidates
from ecg_device.beats.levels import LIKENESS, Features, Levels
from ecg_device.beats.weights import COMPARED_WEIGHTS

Verdict = tuple[float, float]  # log odds of being a QRS, likeness to the running one
Pending = tuple[Candidates, int, Verdict]  # the newest beat, given out but not yet learnt from
Judge = Callable[[Candidates, int, Features], float]  # log odds of candidate i

_REFRACTORY = 24  # frames (200 ms): no heart beats again sooner
_RIVALS = 38  # frames (317 ms): of two beats so close one is likely a P or a T wave
_LEARNING = 150  # frames (1.25 s) whose strongest hump is taken for a beat
_FORGOTTEN = 600  # frames (5 s) without a beat after which that is done anew
_FIRST_INTERVAL = 100.0  # frames: 72 beats a minute
_HOPELESS = -3.0  # 5 % of the running beat's strength
_OVERSHADOWED = 1.2  # a wave 3.3 times as strong follows
_SILENT = -3.5  # log of 0.03 mV: weaker than any QRS and stronger than an amplifier's noise


class Decider:
    """The sequence of decisions.

    A beat teaches the levels only once no better claim has come within 317 ms: a P wave that was
    taken for a beat has been given out and stays so, but the levels do not follow it.

    Training gives its own `judge`, and then nothing is reconsidered: weights fitted to first
    thoughts alone were the better ones on DS1, with second thoughts and without.
    """

    def __init__(self, judge: Judge | None = None) -> None:
        self._judge = judge or _weigh
        self._reconsiders = judge is None
        self._levels: Levels | None = None  # None: learning
        self._seen: list[tuple[Candidates, int]] = []  # while learning
        self._interval = _FIRST_INTERVAL
        self._pending: Pending | None = None

    def interrupt(self) -> None:
        """The signal was away: the time since the last beat means nothing now."""
        self._seen = []
        if self._levels:
            self._learn_pending(self._levels)
            self._levels.interrupted = True

    def judge(self, c: Candidates, i: int) -> Verdict | None:
        """Judge candidate i, the next in time, and learn from it; None: not worth a thought."""
        if c.strength[i] < _SILENT:
            return None
        levels = self._levels
        if levels is None:
            return self._learn(c, i)
        if self._pending:
            newest, j, _ = self._pending
            since = c.frame[i] - newest.frame[j]
            if since < _REFRACTORY:
                return None
            if since < _RIVALS and c.strength[i] > newest.strength[j]:
                better = self._reconsider(levels, self._pending, c, i)
                if better:
                    return better
            self._learn_pending(levels)
        since = c.frame[i] - levels.last
        if since > _FORGOTTEN:
            return self._learn(c, i)
        if since < _REFRACTORY and not levels.interrupted:
            return None
        return self._decide(levels, c, i)

    def _decide(self, levels: Levels, c: Candidates, i: int) -> Verdict | None:
        if levels.strength_change(c, i) < _HOPELESS or c.next_over[i] > _OVERSHADOWED:
            levels.learn_other(c, i)
            return None
        verdict = self._verdict(levels, c, i)
        if verdict[0] > 0.0:
            self._pending = c, i, verdict
        else:
            levels.learn_other(c, i)
        return verdict

    def _reconsider(
        self, levels: Levels, pending: Pending, c: Candidates, i: int
    ) -> Verdict | None:
        """The verdict if this candidate has the better claim of the two."""
        if not self._reconsiders:
            return None
        rival, j, (score, _) = pending
        verdict = self._verdict(levels, c, i)
        if verdict[0] <= score:
            return None
        levels.learn_other(rival, j)
        self._pending = c, i, verdict
        return verdict

    def _verdict(self, levels: Levels, c: Candidates, i: int) -> Verdict:
        compared = levels.compare(c, i)
        return self._judge(c, i, compared), compared[LIKENESS]

    def _learn_pending(self, levels: Levels) -> None:
        if self._pending:
            newest, j, (_, likeness) = self._pending
            levels.learn_beat(newest, j, likeness)
            self._pending = None

    def _learn(self, c: Candidates, i: int) -> Verdict | None:
        """Collect candidates for a while; then the strongest stands for a beat.

        With it all of them are judged over again, in silence but for the newest: so the levels
        know the last beats and non-beats before anything is given out.
        """
        if self._levels:
            self._interval, self._levels = self._levels.interval, None
        self._seen.append((c, i))
        first, k = self._seen[0]
        if c.frame[i] - first.frame[k] < _LEARNING:
            return None
        seen, self._seen = self._seen, []
        best, j = max(seen, key=lambda one: one[0].strength[one[1]])
        self._levels = Levels(best, j, first.frame[k], self._interval)
        return [self.judge(then, n) for then, n in seen][-1]


def _weigh(c: Candidates, i: int, compared: Features) -> float:
    return sum(map(mul, COMPARED_WEIGHTS, compared), c.own_score[i])
