"""What the last beats and the last non-beats were like, and how a candidate compares with them."""

from collections import deque
from copy import copy
from math import sqrt

import numpy as np

from ecg_device.beats.candidates import Candidates
from ecg_device.signals import FloatArray

Features = tuple[float, ...]

FEATURES = (
    "weaker",  # strength below the running beat's
    "over_weakest",  # strength over the weakest of the last eight beats
    "over_last",  # strength over the last beat's
    "over_noise",  # strength over the running non-beat's
    "next_over",  # what follows within 117 ms, over this
    "next_over_positive",
    "rise_ahead",  # the steepest slope 100 to 175 ms ahead, over this one's
    "rise_ahead_positive",
    "low_share",  # 5 Hz over 12 Hz
    "high_share",  # 30 Hz over 12 Hz
    "high_share_change",  # against the running beat's
    "high_background",  # 30 Hz over the last quarter second
    "width_change",  # against the running beat's
    "early",  # time since the last beat in running RR intervals, up to 1
    "premature",  # what is missing to 0.6
    "likeness",  # correlation with the running beat's shape
    "likeness_squared",
    "noise_likeness",  # projection on the running non-beat's shape
    "t_time_weaker",  # where a T wave lies (1 at the last beat, 0 from 417 ms on): weaker
    "t_time_low_share",  # the same: more of 5 Hz than the running beat has
)

_T_WINDOW = 50  # frames
_ADAPT = 0.125  # Pan and Tompkins' weight of the newest beat
_FIRST_MARGIN = 0.2  # the strongest hump of the first second is a little above the usual beat
_FIRST_NOISE = 2.0  # and a non-beat is taken to be so much weaker, until one is seen


class Levels:
    """Running averages of beats (strength, bands, width, shape, interval) and of non-beats."""

    __slots__ = (
        "_high", "_interval", "_low", "_newest", "_noise", "_noise_shape", "_recent", "_shape",
        "_strength", "_width", "interrupted", "last",
    )  # fmt: skip

    def __init__(self, c: Candidates, i: int, last: int, interval: float) -> None:
        """Take candidate i for a typical beat; the next one is timed by nothing."""
        self.last = last  # frame of the last beat
        self.interrupted = True  # the time since then means nothing
        self._interval = interval
        self._strength = self._newest = c.strength[i] - _FIRST_MARGIN
        self._noise = self._strength - _FIRST_NOISE
        self._recent: deque[float] = deque([self._strength] * 8, maxlen=8)
        self._low = c.low_share[i]
        self._high = c.high_share[i]
        self._width = c.width[i]
        self._shape: FloatArray = c.shape[i]
        self._noise_shape: FloatArray = np.zeros_like(self._shape)

    def copy(self) -> "Levels":
        other = copy(self)
        other._recent = self._recent.copy()
        return other

    def likeness(self, c: Candidates, i: int) -> float:
        """The correlation of a candidate's shape with the running beat's."""
        return float(c.shape[i] @ self._shape)

    def strength_change(self, c: Candidates, i: int) -> float:
        return c.strength[i] - self._strength

    def features(self, c: Candidates, i: int, likeness: float) -> Features:
        """What FEATURES names, in that order."""
        strength, following, rise = c.strength[i], c.next_over[i], c.rise_ahead[i]
        change = strength - self._strength
        early, t_time = 1.0, 0.0
        if not self.interrupted:
            since = c.frame[i] - self.last
            early = min(1.0, since / self._interval)
            t_time = max(0.0, 1.0 - since / _T_WINDOW)
        return (
            change if change < 0.0 else 0.0,
            strength - min(self._recent),
            strength - self._newest,
            strength - self._noise,
            following,
            following if following > 0.0 else 0.0,
            rise,
            rise if rise > 0.0 else 0.0,
            c.low_share[i],
            c.high_share[i],
            c.high_share[i] - self._high,
            c.high_background[i],
            c.width[i] - self._width,
            early,
            0.6 - early if early < 0.6 else 0.0,
            likeness,
            likeness * likeness,
            float(c.shape[i] @ self._noise_shape),
            t_time * change,
            t_time * (c.low_share[i] - self._low),
        )

    def learn_beat(self, c: Candidates, i: int) -> None:
        strength, frame = c.strength[i], c.frame[i]
        if not self.interrupted:
            since = frame - self.last
            usual = 0.3 * self._interval < since < 1.7 * self._interval
            self._interval += (_ADAPT if usual else 0.05) * (min(since, 240) - self._interval)
        self.last, self.interrupted = frame, False
        self._newest = strength
        self._strength += _ADAPT * max(-1.0, min(0.7, strength - self._strength))
        self._recent.append(strength)
        self._low += _ADAPT * (c.low_share[i] - self._low)
        self._high += _ADAPT * (c.high_share[i] - self._high)
        self._width += _ADAPT * (c.width[i] - self._width)
        shape = self._shape + _ADAPT * (c.shape[i] - self._shape)
        self._shape = shape / (sqrt(shape @ shape) + 1e-9)

    def learn_other(self, c: Candidates, i: int) -> None:
        self._noise += _ADAPT * max(-1.0, min(1.0, c.strength[i] - self._noise))
        self._noise_shape = self._noise_shape + _ADAPT * (c.shape[i] - self._noise_shape)

    @property
    def interval(self) -> float:
        """The running RR interval in frames."""
        return self._interval
