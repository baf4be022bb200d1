"""What the last beats and the last non-beats were like, and how a candidate compares with them."""

from collections import deque
from math import sqrt

import numpy as np

from ecg_device.beats.candidates import Candidates
from ecg_device.signals import FloatArray

Features = tuple[float, ...]

COMPARED_FEATURES = (
    "likeness",  # correlation with the running beat's shape
    "weaker",  # strength below the running beat's
    "over_weakest",  # strength over the weakest of the last eight beats
    "over_last",  # strength over the last beat's
    "over_noise",  # strength over the running non-beat's
    "high_share_change",  # against the running beat's
    "width_change",
    "early",  # time since the last beat in running RR intervals, up to 1
    "premature",  # what is missing to 0.6
    "likeness_squared",
    "noise_likeness",  # projection on the running non-beat's shape
    "t_time_weaker",  # where a T wave lies (1 at the last beat, 0 at 417 ms for 72 bpm): weaker
    "t_time_low_share",  # the same: more of 5 Hz than the running beat has
)

LIKENESS = COMPARED_FEATURES.index("likeness")

_T_REACH = 5.4  # a T wave is over within so many roots of the RR interval (frames): Bazett
_ADAPT = 0.125  # Pan and Tompkins' weight of the newest beat
_KEEP = 1.0 - _ADAPT
_FIRST_MARGIN = 0.2  # the strongest hump of the first second is a little above the usual beat
_FIRST_NOISE = 2.0  # and a non-beat is taken to be so much weaker, until one is seen


class Levels:
    """Running averages of beats (strength, bands, width, shape, interval) and of non-beats."""

    __slots__ = (
        "_high", "_low", "_newest", "_noise", "_noise_shape", "_recent", "_shape",
        "_strength", "_t_over", "_width", "interrupted", "interval", "last",
    )  # fmt: skip

    def __init__(self, c: Candidates, i: int, last: int, interval: float) -> None:
        """Take candidate i for a typical beat; the next one is timed by nothing."""
        self.last = last  # frame of the last beat
        self.interrupted = True  # the time since then means nothing
        self.interval = interval  # running RR in frames
        self._t_over = _T_REACH * sqrt(interval)
        self._strength = self._newest = c.strength[i] - _FIRST_MARGIN
        self._noise = self._strength - _FIRST_NOISE
        self._recent: deque[float] = deque([self._strength] * 8, maxlen=8)
        self._low = c.low_share[i]
        self._high = c.high_share[i]
        self._width = c.width[i]
        self._shape: FloatArray = c.shape[i]
        self._noise_shape: FloatArray = np.zeros_like(self._shape)

    def strength_change(self, c: Candidates, i: int) -> float:
        return c.strength[i] - self._strength

    def compare(self, c: Candidates, i: int) -> Features:
        """What COMPARED_FEATURES names, in that order."""
        strength = c.strength[i]
        change = strength - self._strength
        likeness = float(c.shape[i].dot(self._shape))
        early, t_time = 1.0, 0.0
        if not self.interrupted:
            since = c.frame[i] - self.last
            if since < self._t_over:
                t_time = 1.0 - since / self._t_over
            if since < self.interval:
                early = since / self.interval
        return (
            likeness,
            change if change < 0.0 else 0.0,
            strength - min(self._recent),
            strength - self._newest,
            strength - self._noise,
            c.high_share[i] - self._high,
            c.width[i] - self._width,
            early,
            0.6 - early if early < 0.6 else 0.0,
            likeness * likeness,
            float(c.shape[i].dot(self._noise_shape)),
            t_time * change,
            t_time * (c.low_share[i] - self._low),
        )

    def learn_beat(self, c: Candidates, i: int, likeness: float) -> None:
        """Follow a beat by 1/8; `likeness` is what was said of it before."""
        strength, frame = c.strength[i], c.frame[i]
        if not self.interrupted:
            since = frame - self.last
            usual = 0.3 * self.interval < since < 1.7 * self.interval
            self.interval += (_ADAPT if usual else 0.05) * (min(since, 240) - self.interval)
            self._t_over = _T_REACH * sqrt(self.interval)
        self.last, self.interrupted = frame, False
        self._newest = strength
        change = strength - self._strength
        self._strength += _ADAPT * (-1.0 if change < -1.0 else 0.7 if change > 0.7 else change)
        self._recent.append(strength)
        self._low += _ADAPT * (c.low_share[i] - self._low)
        self._high += _ADAPT * (c.high_share[i] - self._high)
        self._width += _ADAPT * (c.width[i] - self._width)
        # the mean of two unit vectors, made a unit vector again
        length = sqrt(_KEEP * _KEEP + _ADAPT * _ADAPT + 2.0 * _KEEP * _ADAPT * likeness)
        self._shape = self._shape * (_KEEP / length) + c.shape[i] * (_ADAPT / length)

    def learn_other(self, c: Candidates, i: int) -> None:
        """Follow a candidate that was no beat by 1/8."""
        change = c.strength[i] - self._noise
        self._noise += _ADAPT * (-1.0 if change < -1.0 else 1.0 if change > 1.0 else change)
        self._noise_shape = self._noise_shape * _KEEP + c.shape[i] * _ADAPT
