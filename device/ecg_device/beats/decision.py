"""QRS or not: each candidate judged against what the last beats and the last non-beats were.

Pan and Tompkins accept a peak over NPK + 0.25 (SPK - NPK), two running levels. This is the same
thought in logarithms and with more to go by: a weighted sum of how the candidate compares with
the running beat and the running non-beat in strength, band shares, shape and time. The weights
(`weights.py`) are fitted; a candidate with a positive sum is a QRS.
"""

from collections import deque
from collections.abc import Callable
from math import sqrt
from operator import mul
from typing import NamedTuple

import numpy as np

from ecg_device.beats.candidates import Candidates
from ecg_device.beats.weights import BIAS, WEIGHTS

Features = tuple[float, ...]
Judge = Callable[[Features, int], float]  # a candidate's features and its frame -> log odds

FEATURES = (
    "weaker",  # strength below the running beat's
    "stronger",  # strength above it
    "over_weakest",  # strength over the weakest of the last eight beats
    "over_noise",  # strength over the running non-beat's
    "over_background",
    "next_over",
    "next_over_positive",
    "previous_over",
    "low_share",
    "low_share_change",  # against the running beat's
    "low_gain",  # low-band strength above the running beat's: a wide ventricular beat, no T wave
    "high_share",
    "high_share_change",
    "high_background",
    "width_change",
    "early",  # time since the last beat in running RR intervals, up to 1
    "late",  # what of it is beyond 1, up to 1
    "very_late",  # what of it is beyond 2, up to 3
    "premature",  # what is missing to 0.6
    "likeness",  # correlation with the running beat's shape
    "noise_likeness",  # projection on the running non-beat's shape
    "t_time",  # 1 at the last beat, 0 from 417 ms on: where a T wave lies
    "t_time_weaker",
    "t_time_low_share",
    "t_time_likeness",
    "over_last",  # strength over the last beat's
    "likeness_squared",
)

_REFRACTORY = 24  # frames (200 ms): no heart beats again sooner
_LEARNING = 150  # frames (1.25 s) from which the first levels are taken
_FORGOTTEN = 600  # frames (5 s) without a beat after which they are taken anew
_T_WINDOW = 50  # frames
_ADAPT = 0.125  # Pan and Tompkins' weight of the newest beat
_HOPELESS = -3.0  # 5 % of the running beat's strength
_OVERSHADOWED = 1.2  # a wave 3.3 times as strong follows
_SILENT = -3.5  # log of 0.03 mV: weaker than any QRS and stronger than an amplifier's noise


class Verdict(NamedTuple):
    """What came of a candidate: its log odds of being a QRS, its likeness to the running one."""

    score: float
    likeness: float


class Decider:
    """The running levels and the sequence of decisions. Only training gives its own `judge`."""

    def __init__(self, judge: Judge | None = None) -> None:
        self._judge = judge or _weigh
        self._best: tuple[float, Candidates, int] | None = None  # strongest seen while learning
        self._learning_since: int | None = None
        self._learned = False
        self._interrupted = True
        self._last = 0  # frame of the last beat
        self._interval = 100.0  # running RR in frames

    def interrupt(self) -> None:
        """The signal was away: the time since the last beat means nothing now."""
        self._interrupted = True

    def judge(self, c: Candidates, i: int) -> Verdict | None:
        """Judge candidate i, the next in time, and learn from it; None: not worth a thought."""
        if c.strength[i] < _SILENT:
            return None
        since = c.frame[i] - self._last
        if not self._learned or since > _FORGOTTEN:
            self._learn(c, i)
            return None
        if since < _REFRACTORY and not self._interrupted:
            return None
        if c.strength[i] - self._strength < _HOPELESS or c.next_over[i] > _OVERSHADOWED:
            self._reject(c, i)
            return None
        likeness = float(c.shape[i] @ self._shape)
        score = self._judge(self._features(c, i, since, likeness), c.frame[i])
        if score > 0.0:
            self._accept(c, i, since)
        else:
            self._reject(c, i)
        return Verdict(score, likeness)

    def _learn(self, c: Candidates, i: int) -> None:
        """Collect candidates for a while; then the strongest stands for a beat."""
        frame = c.frame[i]
        if self._learning_since is None:
            self._learned, self._learning_since = False, frame
        if self._best is None or c.strength[i] > self._best[0]:
            self._best = (c.strength[i], c, i)
        if frame - self._learning_since < _LEARNING:
            return
        strength, best, j = self._best
        self._strength = strength - 0.2
        self._noise = self._strength - 2.0
        self._recent = deque([self._strength] * 8, maxlen=8)
        self._newest = self._strength
        self._low = best.low_share[j]
        self._high = best.high_share[j]
        self._width = best.width[j]
        self._shape = best.shape[j]
        self._noise_shape = np.zeros_like(self._shape)
        self._learned, self._learning_since, self._best = True, None, None
        self._last = frame
        self._interrupted = True

    def _features(self, c: Candidates, i: int, since: int, likeness: float) -> Features:
        """What FEATURES names, in that order."""
        strength, low, following = c.strength[i], c.low_share[i], c.next_over[i]
        change = strength - self._strength
        low_change = low - self._low
        gain = change + low_change
        elapsed = 1.0 if self._interrupted else since / self._interval
        t_time = 0.0 if self._interrupted or since > _T_WINDOW else 1.0 - since / _T_WINDOW
        return (
            change if change < 0.0 else 0.0,
            change if change > 0.0 else 0.0,
            strength - min(self._recent),
            strength - self._noise,
            c.over_background[i],
            following,
            following if following > 0.0 else 0.0,
            c.previous_over[i],
            low,
            low_change,
            gain if gain > 0.0 else 0.0,
            c.high_share[i],
            c.high_share[i] - self._high,
            c.high_background[i],
            c.width[i] - self._width,
            elapsed if elapsed < 1.0 else 1.0,
            0.0 if elapsed < 1.0 else elapsed - 1.0 if elapsed < 2.0 else 1.0,
            0.0 if elapsed < 2.0 else elapsed - 2.0 if elapsed < 5.0 else 3.0,
            0.6 - elapsed if elapsed < 0.6 else 0.0,
            likeness,
            float(c.shape[i] @ self._noise_shape),
            t_time,
            t_time * change,
            t_time * low_change,
            t_time * likeness,
            strength - self._newest,
            likeness * likeness,
        )

    def _accept(self, c: Candidates, i: int, since: int) -> None:
        strength = c.strength[i]
        if not self._interrupted:
            near = 0.3 * self._interval < since < 1.7 * self._interval
            self._interval += (_ADAPT if near else 0.05) * (min(since, 240) - self._interval)
        self._last, self._interrupted = c.frame[i], False
        self._newest = strength
        self._strength += _ADAPT * max(-1.0, min(0.7, strength - self._strength))
        self._recent.append(strength)
        self._low += _ADAPT * (c.low_share[i] - self._low)
        self._high += _ADAPT * (c.high_share[i] - self._high)
        self._width += _ADAPT * (c.width[i] - self._width)
        shape = self._shape + _ADAPT * (c.shape[i] - self._shape)
        self._shape = shape / (sqrt(shape @ shape) + 1e-9)

    def _reject(self, c: Candidates, i: int) -> None:
        self._noise += _ADAPT * max(-1.0, min(1.0, c.strength[i] - self._noise))
        self._noise_shape = self._noise_shape + _ADAPT * (c.shape[i] - self._noise_shape)


def _weigh(features: Features, _frame: int) -> float:
    return sum(map(mul, WEIGHTS, features), BIAS)
