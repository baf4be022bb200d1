"""Second-order sections on a stream, in NumPy alone, a tile of samples at a time.

SciPy's `sosfilt` does the same, but importing it takes 80 MB and half a second, in a process that
loads nothing else. The recursion is linear: what a tile's samples and the state before it do to
its outputs are two matrices, made once, and only the state goes from tile to tile in a loop.
"""

import math
from functools import cache
from typing import Literal, NamedTuple

import numpy as np

from ecg_device.signals import FloatArray

_TILE = 64

Section = tuple[float, float, float, float, float, float]  # b0 b1 b2 1 a1 a2


def butterworth(kind: Literal["highpass", "lowpass"], corner_hz: float, rate_hz: float) -> Section:
    """The maximally flat section of two poles, by a bilinear transform that keeps its corner."""
    k = math.tan(math.pi * corner_hz / rate_hz)
    scale = 1 / (1 + math.sqrt(2) * k + k * k)
    gain, middle = (k * k * scale, 2.0) if kind == "lowpass" else (scale, -2.0)
    a1, a2 = 2 * (k * k - 1) * scale, (1 - math.sqrt(2) * k + k * k) * scale
    return gain, middle * gain, gain, 1.0, a1, a2


class Sections:
    """Sections one after the other, at rest in the beginning."""

    def __init__(self, *sections: Section) -> None:
        self._matrices = _matrices(sections)
        self._state = np.zeros(2 * len(sections))

    def feed(self, x: FloatArray) -> FloatArray:
        """The output for the samples that follow."""
        whole = len(x) - len(x) % _TILE
        return np.concatenate([self._tiles(x[:whole].reshape(-1, _TILE)), self._rest(x[whole:])])

    def _tiles(self, x: FloatArray) -> FloatArray:
        """Whole tiles: all at once but for the state, which each leaves to the next."""
        m = self._matrices
        states = x @ m.driven
        for number, driven in enumerate(states):
            before, self._state = self._state, m.advanced[_TILE] @ self._state + driven
            states[number] = before
        return np.asarray(x @ m.forced + states @ m.free).ravel()

    def _rest(self, x: FloatArray) -> FloatArray:
        """Part of a tile, by the corners of the same matrices."""
        n, m = len(x), self._matrices
        output = x @ m.forced[:n, :n] + self._state @ m.free[:, :n]
        self._state = m.advanced[n] @ self._state + x @ m.driven[_TILE - n :]
        return np.asarray(output)


class _Matrices(NamedTuple):
    """What becomes of a tile's samples x and of the state s before it; outputs are y."""

    forced: FloatArray  # y = x @ forced + s @ free
    free: FloatArray
    driven: FloatArray  # s after the tile = advanced[_TILE] @ s + x @ driven
    advanced: FloatArray  # [n]: what n samples without input make of the state


@cache
def _matrices(sections: tuple[Section, ...]) -> _Matrices:
    a, b, c, d = _state_space(sections)
    powers = [np.eye(len(a))]
    for _ in range(_TILE):
        powers.append(a @ powers[-1])
    impulse = [d, *(float(c @ power @ b) for power in powers[: _TILE - 1])]
    forced = np.zeros((_TILE, _TILE))
    for at in range(_TILE):
        forced[at, at:] = impulse[: _TILE - at]
    free = np.stack([c @ power for power in powers[:_TILE]], axis=1)
    driven = np.stack([power @ b for power in reversed(powers[:_TILE])])
    return _Matrices(forced, free, driven, np.stack(powers))


def _state_space(
    sections: tuple[Section, ...],
) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """s' = a s + b x, y = c s + d x for the cascade; a section's state as in direct form II."""
    a, b, c, d = np.zeros((0, 0)), np.zeros(0), np.zeros(0), 1.0
    for b0, b1, b2, _, a1, a2 in sections:
        own, input_ = np.array([[-a1, 1.0], [-a2, 0.0]]), np.array([b1 - a1 * b0, b2 - a2 * b0])
        a = np.block([[a, np.zeros((len(a), 2))], [np.outer(input_, c), own]])
        b, c, d = np.append(b, input_ * d), np.append(b0 * c, [1.0, 0.0]), b0 * d
    return a, b, c, d
