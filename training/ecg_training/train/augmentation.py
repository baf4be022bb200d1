"""Small changes to beats that leave their names as they are, new in every epoch.

Windows are about their own median, below 40 Hz and between -1 and 1, as the views have them;
context features lie within +-1. Each function takes n beats and gives new arrays; `strength` 1
is what the same patient shows within an hour, with another skin, posture and electrode.
"""

import numpy as np

from ecg_device.signals import WORKING_RATE_HZ
from ecg_device.views import LENGTH, Float32Array

_GAIN = 0.15  # log-normal spread of the amplitude
_NOISE = 0.02
_WANDER = 0.08
_WANDER_HZ = (0.1, 0.8)
_JITTER = 0.02  # of context features
_FORGOTTEN = 0.02  # share of beats that come as the first of a signal
_SMOOTH = 7  # samples over which noise is averaged: below about 40 Hz


def augment(
    windows: Float32Array, context: Float32Array, rng: np.random.Generator, strength: float = 1.0
) -> tuple[Float32Array, Float32Array]:
    """Another gain, wander and noise for every beat, and a context a little uncertain."""
    changed = scale(windows, rng, strength)
    changed = changed + wander(len(windows), rng, strength) + noise(len(windows), rng, strength)
    return about_median(changed), forget(jitter(context, rng, strength), rng, strength)


def scale(windows: Float32Array, rng: np.random.Generator, strength: float) -> Float32Array:
    """Each beat larger or smaller as a whole."""
    gain = np.exp(_GAIN * strength * rng.standard_normal((len(windows), 1), np.float32))
    return np.asarray(windows * gain)


def noise(count: int, rng: np.random.Generator, strength: float) -> Float32Array:
    """Muscle noise as the low-pass leaves it, in each beat of another size."""
    white = rng.standard_normal((count, LENGTH + _SMOOTH - 1), np.float32)
    size = _NOISE * strength * np.abs(rng.standard_normal((count, 1), np.float32))
    return np.asarray(_moving_mean(white) * size * np.float32(np.sqrt(_SMOOTH)))


def wander(count: int, rng: np.random.Generator, strength: float) -> Float32Array:
    """A piece of a slow sine under each beat."""
    t = np.arange(LENGTH, dtype=np.float32) / np.float32(WORKING_RATE_HZ)
    rate = rng.uniform(*_WANDER_HZ, (count, 1)).astype(np.float32)
    phase = rng.uniform(0, 2 * np.pi, (count, 1)).astype(np.float32)
    size = _WANDER * strength * rng.standard_normal((count, 1), np.float32)
    return np.asarray(size * np.sin(2 * np.float32(np.pi) * rate * t + phase))


def about_median(windows: Float32Array) -> Float32Array:
    """Each window about its own median again."""
    return np.asarray(windows - np.median(windows, axis=1, keepdims=True))


def jitter(context: Float32Array, rng: np.random.Generator, strength: float) -> Float32Array:
    """Features off by a little, within their range."""
    off = _JITTER * strength * rng.standard_normal(context.shape, np.float32)
    return np.asarray(np.clip(context + off, -1.0, 1.0))


def forget(context: Float32Array, rng: np.random.Generator, strength: float) -> Float32Array:
    """Some beats with nothing known of those before: 0 is `as usual`."""
    known = rng.random((len(context), 1), np.float32) >= _FORGOTTEN * strength
    return np.asarray(context * known.astype(np.float32))


def _moving_mean(values: Float32Array) -> Float32Array:
    total = np.cumsum(values, axis=1)
    total[:, _SMOOTH:] -= total[:, :-_SMOOTH].copy()
    return np.asarray(total[:, _SMOOTH - 1 :] / np.float32(_SMOOTH))
