"""The shapes of a patient's beats: which one prevails, and how a new beat compares with it.

This is most of what a view costs, so each part of a wave is brought about its mean only once.
"""

from math import log, sqrt
from typing import NamedTuple

import numpy as np

from ecg_device.views.waveform import BEFORE, Float32Array

SHAPE_FEATURES = (
    "likeness",  # correlation of the QRS with the prevailing shape
    "likeness_second",  # with the shape that comes second
    "likeness_whole",  # of the whole window with the prevailing one
    "likeness_before",  # of what precedes the QRS
    "likeness_after",  # of what follows it
    "likeness_last",  # of the QRS with the last beat's
    "size",  # of the QRS against the prevailing one
    "size_before",
    "width",  # of the QRS
    "width_change",  # against the prevailing one
    "share",  # how much of the recent beats the nearest shape makes up
    "prevalence",  # how much of them the prevailing one
)

_KEPT = 4  # shapes
_SAME = 0.8  # correlation from which on a beat has a known shape
_FORGET = 0.98
_BLEND = 0.1
_EARLY_WEIGHT = 0.25  # an early beat says little about what prevails
_QRS = slice(BEFORE - 29, BEFORE + 36)
_BEFORE = slice(0, BEFORE - 22)
_AFTER = slice(BEFORE + 36, BEFORE + 144)
_TINY = 1e-6
_FAINT_MV = 0.02
_SLOPE_AT = np.arange(_QRS.stop - _QRS.start - 1) / 36.0  # tenths of a second


class _Part(NamedTuple):
    """A stretch of a wave about its mean."""

    values: Float32Array
    energy: float

    @property
    def spread(self) -> float:
        return sqrt(self.energy / len(self.values))


class _Shape:
    """A running wave, and what every comparison needs of it."""

    def __init__(self, window: Float32Array, weight: float) -> None:
        self.wave = window.copy()
        self.weight = weight
        self._measure()

    def blend(self, window: Float32Array, weight: float) -> None:
        self.wave += np.float32(_BLEND * weight) * (window - self.wave)
        self.weight += weight
        self._measure()

    def _measure(self) -> None:
        self.qrs = _part(self.wave[_QRS])
        self.height = _height(self.wave[_QRS])


class Shapes:
    """A few running shapes; each beat joins the one that it resembles, or founds one."""

    def __init__(self) -> None:
        self._shapes: list[_Shape] = []  # those that weigh most first
        self._last: _Part | None = None

    def describe(self, window: Float32Array, early: bool) -> tuple[float, ...]:
        """The values of SHAPE_FEATURES, against what was known before; then learn from it."""
        qrs, width = _part(window[_QRS]), _width(window[_QRS])
        likeness = [_correlation(shape.qrs, qrs) for shape in self._shapes]
        described = self._compare(window, qrs, width, likeness) if likeness else _unknown(width)
        self._learn(window, likeness, _EARLY_WEIGHT if early else 1.0)
        self._last = qrs
        return described

    def _compare(
        self, window: Float32Array, qrs: _Part, width: float, likeness: list[float]
    ) -> tuple[float, ...]:
        prevailing = self._shapes[0]
        total = sum(shape.weight for shape in self._shapes)
        nearest = max(range(len(likeness)), key=likeness.__getitem__)
        before, known_before = _part(window[_BEFORE]), _part(prevailing.wave[_BEFORE])
        return (
            likeness[0],
            likeness[1] if len(likeness) > 1 else 0.0,
            _correlation(_part(prevailing.wave), _part(window)),
            _correlation(known_before, before),
            _correlation(_part(prevailing.wave[_AFTER]), _part(window[_AFTER])),
            _correlation(self._last, qrs) if self._last else 1.0,
            _log_ratio(_height(window[_QRS]), prevailing.height),
            _log_ratio(before.spread, known_before.spread),
            width,
            2 * (width - _width(prevailing.wave[_QRS])),
            self._shapes[nearest].weight / total if likeness[nearest] > _SAME else 0.0,
            prevailing.weight / total,
        )

    def _learn(self, window: Float32Array, likeness: list[float], weight: float) -> None:
        for shape in self._shapes:
            shape.weight *= _FORGET
        nearest = max(range(len(likeness)), key=likeness.__getitem__, default=0)
        if likeness and likeness[nearest] > _SAME:
            self._shapes[nearest].blend(window, weight)
        else:
            del self._shapes[_KEPT - 1 :]
            self._shapes.append(_Shape(window, weight))
        self._shapes.sort(key=lambda shape: -shape.weight)


def _unknown(width: float) -> tuple[float, ...]:
    return (1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, width, 0.0, 1.0, 1.0)


def _part(x: Float32Array) -> _Part:
    about_mean = x - x.sum() / np.float32(len(x))
    return _Part(about_mean, float(about_mean @ about_mean))


def _correlation(a: _Part, b: _Part) -> float:
    return float(a.values @ b.values) / (sqrt(a.energy * b.energy) + _TINY)


def _height(x: Float32Array) -> float:
    return float(x.max() - x.min())


def _log_ratio(a: float, b: float) -> float:
    return log((a + _FAINT_MV) / (b + _FAINT_MV))


def _width(qrs: Float32Array) -> float:
    """The spread of the QRS's slope about its centre, in tenths of a second."""
    slope = np.square(qrs[1:] - qrs[:-1], dtype=np.float64)
    total = float(slope.sum()) + _TINY
    centre = float(_SLOPE_AT @ slope) / total
    return sqrt(float(np.square(_SLOPE_AT - centre) @ slope) / total)
