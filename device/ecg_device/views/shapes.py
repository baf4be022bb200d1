"""The shapes of a patient's beats: which one prevails, and how a new beat compares with it."""

import numpy as np

from ecg_device.views.waveform import BEFORE, Float32Array

SHAPE_FEATURES = (
    "likeness",  # correlation of the QRS with the prevailing shape
    "likeness_whole",  # of the whole window
    "likeness_before",  # of what precedes the QRS
    "likeness_after",  # of what follows it
    "size",  # of the QRS against the prevailing one
    "size_before",
    "width",  # of the QRS
    "width_change",  # against the prevailing one
    "likeness_last",  # correlation of the QRS with the last beat's
    "share",  # how much of the recent beats the nearest shape makes up
    "prevalence",  # how much of them the prevailing one
)

_KEPT = 4  # shapes
_SAME = 0.8  # correlation from which on a beat has a known shape
_FORGET = 0.98
_BLEND = 0.1
_EARLY = -0.12  # log ratio under which a beat says little about what prevails
_QRS = slice(BEFORE - 29, BEFORE + 36)
_P = slice(0, BEFORE - 22)
_T = slice(BEFORE + 36, BEFORE + 144)
_TINY = 1e-6
_FAINT_MV = 0.02


class Shapes:
    """A few running shapes; each beat joins the one that it resembles, or founds one."""

    def __init__(self) -> None:
        self._waves: list[Float32Array] = []
        self._weights: list[float] = []
        self._last: Float32Array | None = None

    def describe(self, window: Float32Array, early: float) -> tuple[float, ...]:
        """The values of SHAPE_FEATURES, against what was known before; then learn from it."""
        width = _width(window[_QRS])
        described = self._compare(window, width) if self._waves else _unknown(width)
        self._learn(window, 0.25 if early < _EARLY else 1.0)
        self._last = window
        return described

    def _compare(self, window: Float32Array, width: float) -> tuple[float, ...]:
        likeness = [_correlation(wave[_QRS], window[_QRS]) for wave in self._waves]
        nearest = max(range(len(likeness)), key=likeness.__getitem__)
        prevailing = max(range(len(likeness)), key=self._weights.__getitem__)
        wave, total = self._waves[prevailing], sum(self._weights)
        assert self._last is not None
        return (
            likeness[prevailing],
            _correlation(wave, window),
            _correlation(wave[_P], window[_P]),
            _correlation(wave[_T], window[_T]),
            _log_ratio(_height(window[_QRS]), _height(wave[_QRS])),
            _log_ratio(_spread(window[_P]), _spread(wave[_P])),
            width,
            2 * (width - _width(wave[_QRS])),
            _correlation(self._last[_QRS], window[_QRS]),
            self._weights[nearest] / total if likeness[nearest] > _SAME else 0.0,
            self._weights[prevailing] / total,
        )

    def _learn(self, window: Float32Array, weight: float) -> None:
        self._weights = [_FORGET * w for w in self._weights]
        likeness = [_correlation(wave[_QRS], window[_QRS]) for wave in self._waves]
        nearest = max(range(len(likeness)), key=likeness.__getitem__, default=None)
        if nearest is not None and likeness[nearest] > _SAME:
            self._waves[nearest] += np.float32(_BLEND * weight) * (window - self._waves[nearest])
            self._weights[nearest] += weight
            return
        if len(self._waves) == _KEPT:
            rarest = min(range(_KEPT), key=self._weights.__getitem__)
            del self._waves[rarest], self._weights[rarest]
        self._waves.append(window.copy())
        self._weights.append(weight)


def _unknown(width: float) -> tuple[float, ...]:
    return (1.0, 1.0, 1.0, 1.0, 0.0, 0.0, width, 0.0, 1.0, 1.0, 1.0)


def _correlation(a: Float32Array, b: Float32Array) -> float:
    a, b = a - a.mean(), b - b.mean()
    return float(a @ b / (np.sqrt((a @ a) * (b @ b)) + _TINY))


def _height(x: Float32Array) -> float:
    return float(x.max() - x.min())


def _spread(x: Float32Array) -> float:
    return float(x.std())


def _log_ratio(a: float, b: float) -> float:
    return float(np.log((a + _FAINT_MV) / (b + _FAINT_MV)))


def _width(qrs: Float32Array) -> float:
    """The spread of the QRS's slope about its centre, in tenths of a second."""
    slope = np.square(np.diff(qrs))
    t = np.arange(len(slope)) / 36.0
    total = slope.sum() + _TINY
    centre = t @ slope / total
    return float(np.sqrt(np.square(t - centre) @ slope / total))
