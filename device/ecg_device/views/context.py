"""A beat among those before it: how early it came, how regular the heart was, how its shape fits.

Everything is causal: nothing after the beat's own window, no statistic over a whole record.
Intervals enter as logarithms of ratios, shapes as correlations and logarithms, all within +-1,
so that eight bits resolve them evenly. What is not known yet is 0: as usual.
"""

from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from math import exp, log

import numpy as np

from ecg_device.signals import WORKING_RATE_HZ, Beat
from ecg_device.views.shapes import SHAPE_FEATURES, Shapes
from ecg_device.views.waveform import Float32Array

_NOW, _RECENT, _LATELY, _LONG = 8, 12, 16, 40  # intervals looked back upon
_SHORTEST_S, _LONGEST_S = 0.2, 3.0
_TYPICAL_S = 0.8
_EARLY = -0.12  # logarithm of a ratio to the usual interval: 11 % early

TIMING_FEATURES = (
    "prematurity",  # this interval against the usual one
    "prematurity_long",  # against what was usual for longer
    "prematurity_slow",  # against the slower of the recent ones
    "prematurity_steady",  # against those that were not early themselves
    "prematurity_mean",  # against the mean of the recent ones, in which pauses weigh
    "prematurity_mean_long",
    "longest",  # of the recent ones against the usual one
    "change",  # against the one before
    "last_change",
    "last_prematurity",
    "second_last_prematurity",
    "shortest",  # the shortest of the last few against the usual one
    "early_share",  # of the recent intervals
    "irregularity",  # how much successive intervals differ
    "irregularity_long",
    "drift",  # what is usual now against what was
    "rate",  # what is usual against 0.8 s
)
FEATURES = (*TIMING_FEATURES, *SHAPE_FEATURES)


class Context:
    """The beats seen so far. Each beat is described once, in order, gated or not."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._intervals: deque[float] = deque(maxlen=_LONG)  # logarithms of seconds
        self._steady: deque[float] = deque(maxlen=_NOW)  # of those that were not early
        self._shapes = Shapes()

    def broken(self) -> None:
        """The signal was lost in between: the next interval is not known."""
        self._last = None

    def describe(self, beat: Beat, window: Float32Array) -> Float32Array:
        """The values of FEATURES for a beat."""
        interval = self._interval(beat.sample)
        before = list(self._intervals)
        usual = _median(before[-_NOW:]) if before else interval
        early = 0.0 if interval is None or usual is None else interval - usual
        timing = self._timing(interval, before) if before else (0.0,) * len(TIMING_FEATURES)
        described = (*timing, *self._shapes.describe(window, early < _EARLY))
        self._note(beat.sample, interval, early)
        return np.clip(np.array(described, np.float32), -1.0, 1.0)

    def _interval(self, sample: int) -> float | None:
        if self._last is None:
            return None
        seconds = (sample - self._last) / WORKING_RATE_HZ
        return log(min(max(seconds, _SHORTEST_S), _LONGEST_S))

    def _note(self, sample: int, interval: float | None, early: float) -> None:
        self._last = sample
        if interval is None:
            return
        self._intervals.append(interval)
        if early >= _EARLY:
            self._steady.append(interval)

    def _timing(self, interval: float | None, before: list[float]) -> tuple[float, ...]:
        now, recent = before[-_NOW:], before[-_RECENT:]
        usual, long = _median(now), _median(before)
        last, second = before[-1], before[-2] if len(before) > 1 else before[-1]
        this = usual if interval is None else interval
        return (
            this - usual,
            this - long,
            this - sorted(recent)[3 * (len(recent) - 1) // 4],
            this - (_median(self._steady) if self._steady else usual),
            this - _mean(recent),
            this - _mean(before),
            max(recent) - usual,
            0.0 if interval is None else this - last,
            last - second,
            last - usual,
            second - usual,
            min(now) - usual,
            sum(one - usual < _EARLY for one in recent) / len(recent),
            _irregularity(before[-_LATELY:]),
            _irregularity(before),
            usual - long,
            usual - log(_TYPICAL_S),
        )


def _irregularity(intervals: list[float]) -> float:
    steps = [abs(b - a) for a, b in pairwise(intervals)]
    return 2 * _median(steps) if steps else 0.0


def _mean(intervals: list[float]) -> float:
    """The logarithm of the mean of the intervals themselves."""
    return log(sum(map(exp, intervals)) / len(intervals))


def _median(values: Sequence[float] | deque[float]) -> float:
    return sorted(values)[len(values) // 2]
