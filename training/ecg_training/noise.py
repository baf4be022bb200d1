"""Noise added to clean records in calibrated amounts, by the definitions of WFDB's `nst`.

Signal power S is a QRS's: the peak-to-peak amplitude within 50 ms of each of the first 300 beats
that are neither ventricular nor fusions is taken, the largest and the smallest 5 % are dropped,
the mean of the rest is squared and divided by 8 (the power of a sine of that height). Noise power
N is measured over the first 300 s in chunks of 1 s: the RMS about each chunk's own mean, trimmed
and averaged alike, squared. The gain g solves SNR = 10 log10(S / (N g^2)).

Noise is on from 5:00 for two minutes, off for two, and so on; at each switch an offset cancels
the step, so the baseline keeps the level at which the noise left it.

Moody, Muldrow, Mark: A noise stress test for arrhythmia detectors. Computers in Cardiology
11:381-384, 1984.
"""

import numpy as np
from numpy.typing import ArrayLike

from ecg_device.signals import BoolArray, FloatArray

FIRST_NOISE_S = 300.0
PERIOD_S = 120.0

_MEASURED_BEATS = 300
_MEASURED_CHUNKS = 300
_QRS_HALF_WIDTH_S = 0.050
_TRIMMED = 0.05


def qrs_amplitude(mv: FloatArray, normal_beats: ArrayLike, rate_hz: float) -> float:
    """The typical peak-to-peak height of a normal QRS, in mV."""
    half = round(_QRS_HALF_WIDTH_S * rate_hz)
    beats = np.asarray(normal_beats, np.int64)
    beats = beats[(beats >= half) & (beats + half < len(mv))][:_MEASURED_BEATS]
    around = mv[beats[:, np.newaxis] + np.arange(-half, half + 1)]
    return _trimmed_mean(np.ptp(around, axis=1))


def noise_rms(noise: FloatArray, rate_hz: float) -> float:
    """The typical RMS of the noise about its mean over a second, in mV."""
    chunk = round(rate_hz)
    count = min(len(noise) // chunk, _MEASURED_CHUNKS)
    return _trimmed_mean(noise[: count * chunk].reshape(count, chunk).std(axis=1))


def gain_for(snr_db: float, amplitude: float, rms: float) -> float:
    """What to multiply noise of this RMS by, for this SNR against QRSs of this height."""
    return float(amplitude / np.sqrt(8.0) / rms * 10.0 ** (-snr_db / 20.0))


def noise_is_on(samples: int, rate_hz: float) -> BoolArray:
    """Which samples of a record `nst`'s standard protocol makes noisy."""
    periods = (np.arange(samples) - round(FIRST_NOISE_S * rate_hz)) // round(PERIOD_S * rate_hz)
    on: BoolArray = (periods >= 0) & (periods % 2 == 0)
    return on


def add_noise(mv: FloatArray, noise: FloatArray, gain: float, rate_hz: float) -> FloatArray:
    """The record with the noise on and off in turn; noise that is too short is repeated."""
    on = noise_is_on(len(mv), rate_hz)
    steps = np.diff(np.resize(noise, len(mv)), prepend=0.0)
    steps[:: len(noise)] = 0.0  # no jump where the noise begins anew
    return mv + gain * np.cumsum(np.where(on, steps, 0.0))


def _trimmed_mean(values: FloatArray) -> float:
    dropped = int(_TRIMMED * len(values))
    return float(np.sort(values)[dropped : len(values) - dropped].mean())
