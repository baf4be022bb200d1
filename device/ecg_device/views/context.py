"""A beat among those before it: how early it came, how regular the heart was, how its shape fits.

Everything is causal: nothing after the beat's own window, no statistic over a whole record.
Intervals enter as logarithms of ratios, shapes as correlations and logarithms, all within +-1,
so that eight bits resolve them evenly. What is not known yet is 0: as usual.
"""

from collections import deque
from itertools import pairwise
from math import log

import numpy as np

from ecg_device.signals import WORKING_RATE_HZ, Beat
from ecg_device.views.shapes import SHAPE_FEATURES, Shapes
from ecg_device.views.waveform import Float32Array

_FEW, _MANY = 8, 40  # intervals that tell what is usual now, and what has been for a while
_SHORTEST_S, _LONGEST_S = 0.2, 3.0
_TYPICAL_S = 0.8

FEATURES = (
    "prematurity",  # this interval against the usual one
    "prematurity_long",  # against what was usual for longer
    "change",  # against the one before
    "last_prematurity",  # the interval before against the usual one
    "second_last_prematurity",
    "shortest",  # the shortest of the last few against the usual one
    "irregularity",  # how much successive intervals differ
    "drift",  # what is usual now against what was
    "rate",  # what is usual against 0.8 s
    *SHAPE_FEATURES,
)


class Context:
    """The beats seen so far. Each beat is described once, in order, gated or not."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._intervals: deque[float] = deque(maxlen=_MANY)  # logarithms of seconds
        self._shapes = Shapes()

    def broken(self) -> None:
        """The signal was lost in between: the next interval is not known."""
        self._last = None

    def describe(self, beat: Beat, window: Float32Array) -> Float32Array:
        """The values of FEATURES for a beat."""
        interval = self._interval(beat.sample)
        timing = self._timing(interval)
        early = min(timing[0], timing[2])
        described = np.array((*timing, *self._shapes.describe(window, early)), np.float32)
        if interval is not None:
            self._intervals.append(interval)
        self._last = beat.sample
        return described.clip(-1.0, 1.0)

    def _interval(self, sample: int) -> float | None:
        if self._last is None:
            return None
        seconds = (sample - self._last) / WORKING_RATE_HZ
        return log(min(max(seconds, _SHORTEST_S), _LONGEST_S))

    def _timing(self, interval: float | None) -> tuple[float, ...]:
        before = list(self._intervals)
        if not before:
            return (0.0,) * 9
        few = before[-_FEW:]
        usual, long = _median(few), _median(before)
        last = before[-1]
        second = before[-2] if len(before) > 1 else last
        now = usual if interval is None else interval
        recent = before[-16:]
        steps = [abs(b - a) for a, b in pairwise(recent)]
        return (
            now - usual,
            now - long,
            now - last if interval is not None else 0.0,
            last - usual,
            second - usual,
            min(few) - usual,
            2 * _median(steps) if steps else 0.0,
            usual - long,
            usual - log(_TYPICAL_S),
        )


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
