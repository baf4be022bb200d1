"""Noise laid over the electrodes' signal for as long as a fault lasts, in bounded memory."""

import math
from collections.abc import Callable

import numpy as np

from ecg_device.signals import FloatArray
from ecg_device.sources.synthetic import noise
from ecg_device.sources.synthetic.occurrences import Occurrence
from ecg_device.sources.synthetic.scenario import AtrialFibrillation, Hum, Motion, Muscle, Wander

_PIECE_S = 20.0
_BLEND_S = 1.0
_FADE_S = 0.05
_SLOW_FADE_S = 0.5  # of the wander, that has no edges

Take = Callable[[int], FloatArray]


class Pieces:
    """An unlimited noise out of pieces made one by one and blended at constant power."""

    def __init__(self, make: Take, piece: int, blend: int) -> None:
        self._make, self._piece, self._blend = make, piece, blend
        quarter = 0.5 * math.pi * (np.arange(blend) + 0.5) / blend
        self._rise, self._fall = np.sin(quarter), np.cos(quarter)
        self._ready = np.zeros(0)
        self._tail: FloatArray | None = None

    def take(self, n: int) -> FloatArray:
        while len(self._ready) < n:
            self._ready = np.concatenate([self._ready, self._further()])
        taken, self._ready = self._ready[:n], self._ready[n:]
        return taken

    def _further(self) -> FloatArray:
        fresh = self._make(self._piece + self._blend)
        if self._tail is not None:
            fresh[: self._blend] = self._rise * fresh[: self._blend] + self._fall * self._tail
        self._tail = fresh[self._piece :]
        return fresh[: self._piece]


class Layer:
    """What one occurrence adds to the signal, sample after sample from its start."""

    def __init__(self, occurrence: Occurrence, seed: int, rate_hz: float) -> None:
        self.occurrence = occurrence
        fade_s = _SLOW_FADE_S if isinstance(occurrence.cause, Wander) else _FADE_S
        self._fade = max(round(fade_s * rate_hz), 1)
        self._take = _taker(occurrence, occurrence.rng(seed), rate_hz)

    def add_to(self, mv: FloatArray, first: int) -> None:
        """Add this layer's part to the samples that begin with number `first`."""
        low, high = self.occurrence.within(first, first + len(mv))
        if high > low:
            part = np.arange(first + low, first + high)
            mv[low:high] += self._take(high - low) * self._envelope(part)

    def _envelope(self, samples: np.ndarray) -> FloatArray:
        """No noise begins with a step: it fades in and out."""
        since = samples + 1 - self.occurrence.start
        left = since if self.occurrence.stop is None else self.occurrence.stop - samples
        return np.asarray(np.clip(np.minimum(since, left) / self._fade, 0.0, 1.0))


def is_layer(occurrence: Occurrence) -> bool:
    return isinstance(occurrence.cause, Hum | Wander | Muscle | Motion | AtrialFibrillation)


def _taker(occurrence: Occurrence, rng: np.random.Generator, rate_hz: float) -> Take:
    cause = occurrence.cause
    if isinstance(cause, Hum):
        return _hum(cause, rng, rate_hz)

    def make(n: int) -> FloatArray:
        match cause:
            case Wander(rms_mv=mv):
                return mv * noise.wander(rng, n, rate_hz)
            case Muscle(rms_mv=mv):
                return mv * noise.muscle(rng, n, rate_hz)
            case Motion(rms_mv=mv):
                return mv * noise.motion(rng, n, rate_hz)
            case AtrialFibrillation(f_wave_mv=mv, f_wave_hz=hz):
                return mv * noise.fibrillatory_waves(rng, n, rate_hz, hz)
        raise AssertionError(cause)

    piece, blend = round(_PIECE_S * rate_hz), round(_BLEND_S * rate_hz)
    if occurrence.stop is not None and occurrence.stop - occurrence.start <= piece + blend:
        piece, blend = occurrence.stop - occurrence.start, 0  # one piece: its RMS is exact
    return Pieces(make, piece, blend).take


def _hum(hum: Hum, rng: np.random.Generator, rate_hz: float) -> Take:
    phases = rng.uniform(0, 2 * math.pi, 1 + len(hum.harmonics))
    position = 0

    def take(n: int) -> FloatArray:
        nonlocal position
        samples = np.arange(position, position + n)
        position += n
        return hum.rms_mv * noise.mains(samples, rate_hz, hum.hz, hum.harmonics, phases)

    return take
