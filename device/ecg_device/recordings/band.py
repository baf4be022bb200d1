"""What the front end's two filters did to a beat, undone as far as that is safe.

Each of them delays and bends low and high frequencies differently: the high-pass pulls the line
down after a T wave, the low-pass comes late and rounds the QRS. A typical beat that repeats is a
sum of harmonics of the heart rate, so each harmonic is put back by the filters' known response.
"""

import numpy as np

from ecg_device.signals import FloatArray


def undo_band(
    mv: FloatArray, rate_hz: float, band_hz: tuple[float, float], sigma_s: float
) -> FloatArray:
    """One cycle of a repeating beat as it was before two maximally flat two-pole filters.

    What comes instead of the low-pass is a Gaussian of `sigma_s`, which bends no wave; from 3 ms
    on it lets hardly more noise through than there was.
    """
    harmonics = np.fft.rfft(mv)
    hz = np.fft.rfftfreq(len(mv), 1 / rate_hz)
    low_hz, high_hz = band_hz
    s = 1j * hz[1:]
    high_pass = s**2 / (s**2 + 2**0.5 * low_hz * s + low_hz**2)
    low_pass = high_hz**2 / (s**2 + 2**0.5 * high_hz * s + high_hz**2)
    gaussian = np.exp(-2.0 * (np.pi * sigma_s * hz[1:]) ** 2)
    harmonics[1:] *= gaussian / (high_pass * low_pass)
    return np.fft.irfft(harmonics, len(mv))
