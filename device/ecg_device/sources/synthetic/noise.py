"""Noise as plain functions: a random generator in, an array of unit RMS out.

The spectra of `wander` and `muscle` follow the noise recordings of the MIT-BIH Noise Stress Test
Database (`bw`, `ma`) where these are not limited by their recorder.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from ecg_device.signals import FloatArray

Generator = np.random.Generator


def wander(rng: Generator, n: int, rate_hz: float) -> FloatArray:
    """The baseline moving with breath and skin: nearly all of it under 0.5 Hz."""
    return coloured(
        rng, n, rate_hz, lambda f: 1 / (1 + (f / 0.16) ** 4) + 0.15 * _bump(f, 0.25, 0.03)
    )


def muscle(rng: Generator, n: int, rate_hz: float) -> FloatArray:
    """Muscle noise: 15 to 80 Hz, with contractions that come and go over seconds."""
    hiss = coloured(rng, n, rate_hz, lambda f: f**4 / (f**4 + 20**4) / (1 + (f / 80) ** 4))
    effort = coloured(rng, n, rate_hz, lambda f: 1 / (1 + (f / 0.3) ** 4))
    return unit_rms(hiss * np.exp(0.5 * effort))


def motion(rng: Generator, n: int, rate_hz: float) -> FloatArray:
    """An electrode that moves on the skin, in the manner of the database's `em`.

    Steps that recover slowly and swings as wide as a QRS complex or a T wave, on a drift. Their
    energy lies where the QRS's does, so that no filter takes them away.
    """
    line = np.zeros(n)
    for _ in range(_arrivals(rng, n, rate_hz, 0.5)):
        _knock(rng, line, rate_hz)
    for _ in range(_arrivals(rng, n, rate_hz, 1.2)):
        _swing(rng, line, rate_hz)
    drift = coloured(rng, n, rate_hz, lambda f: 1 / (1 + (f / 0.5) ** 3))
    return unit_rms(line + 0.25 * drift)


def mains(
    samples: np.ndarray, rate_hz: float, hz: float, harmonics: Sequence[float], phases: FloatArray
) -> FloatArray:
    """Hum at the given sample numbers: the fundamental and its multiples, of unit RMS together.

    What lies above half the sampling rate is left out: a converter behind a low-pass sees little
    of it, an unfiltered sum would fold it back.
    """
    tones = [(k, a) for k, a in enumerate((1.0, *harmonics), start=1) if k * hz < rate_hz / 2]
    angle = 2 * math.pi * np.asarray(samples, np.float64) * (hz / rate_hz)
    total = sum((a * np.sin(k * angle + phases[k - 1]) for k, a in tones), np.zeros(len(angle)))
    power = sum(a * a for _, a in tones) / 2
    return np.asarray(total / math.sqrt(power)) if power else total


def fibrillatory_waves(rng: Generator, n: int, rate_hz: float, hz: float = 6.0) -> FloatArray:
    """The atria fibrillating: a sawtooth that wavers in pitch and size, of amplitude about 1.

    After M. Stridh and L. Sornmo, IEEE Trans. Biomed. Eng. 48(1) 105-111, 2001: a fundamental and
    two harmonics of a modulated phase. Chance, not a second sinusoid, modulates size and pitch.
    """
    pitch = coloured(rng, n, rate_hz, lambda f: 1 / (1 + (f / 0.3) ** 4))
    size = np.exp(0.3 * coloured(rng, n, rate_hz, lambda f: 1 / (1 + (f / 0.4) ** 4)))
    phase = rng.uniform(0, 2 * math.pi) + np.cumsum(2 * math.pi * (hz + 0.4 * pitch) / rate_hz)
    return np.asarray(size * sum(np.sin(m * phase) / m for m in (1, 2, 3)) * (2 / math.pi))


def coloured(
    rng: Generator, n: int, rate_hz: float, density: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    """Gaussian noise of unit RMS whose power density over frequency has the given shape."""
    padded = n + math.ceil(10 * rate_hz)  # a spectrum fine enough for slow noise, and no seam
    f: FloatArray = np.arange(padded // 2 + 1, dtype=np.float64) * (rate_hz / padded)
    weight = np.sqrt(density(f))
    weight[0] = 0.0
    spectrum = weight * (rng.standard_normal(len(f)) + 1j * rng.standard_normal(len(f)))
    return unit_rms(np.fft.irfft(spectrum, padded)[:n])


def unit_rms(x: FloatArray) -> FloatArray:
    """Scaled to a root mean square of one; silence stays silence."""
    rms = math.sqrt(float(np.mean(np.square(x)))) if len(x) else 0.0
    return x / rms if rms > 0 else x


def _bump(f: FloatArray, at_hz: float, width_hz: float) -> FloatArray:
    return np.asarray(np.exp(-0.5 * ((f - at_hz) / width_hz) ** 2))


def _arrivals(rng: Generator, n: int, rate_hz: float, per_second: float) -> int:
    return 1 + int(rng.poisson(per_second * n / rate_hz))


def _size(rng: Generator) -> float:
    return float(rng.choice((-1.0, 1.0)) * rng.lognormal(0.0, 0.6))


def _knock(rng: Generator, line: FloatArray, rate_hz: float) -> None:
    """Add a step with an edge of 10 to 50 ms that recovers within a second or so."""
    start = int(rng.integers(len(line)))
    edge, recovery = rng.uniform(0.01, 0.05) * rate_hz, rng.uniform(0.15, 1.0) * rate_hz
    part = line[start : start + math.ceil(10 * recovery)]
    after = np.arange(len(part))
    part += _size(rng) * (1 - np.exp(-after / edge)) * np.exp(-after / recovery)


def _swing(rng: Generator, line: FloatArray, rate_hz: float) -> None:
    """Add a bump 40 to 250 ms wide, sometimes answered by one the other way."""
    at, width = int(rng.integers(len(line))), rng.uniform(0.018, 0.1) * rate_hz
    first = max(at - math.ceil(5 * width), 0)
    part = line[first : at + math.ceil(8 * width)]
    t = (np.arange(first, first + len(part)) - at) / width
    answer = rng.uniform(0, 1) * np.exp(-0.5 * (t - 2.5) ** 2)
    part += 0.8 * _size(rng) * (np.exp(-0.5 * t**2) - answer)
