"""Mains hum taken out of a recording before its waves are measured; the recording keeps its own."""

import numpy as np

from ecg_device.signals import FloatArray

MAINS_HZ = (50.0, 60.0)
WINDOW_S = 2.0  # over which the hum is taken to keep its size and phase


def without_hum(mv: FloatArray, rate_hz: float) -> FloatArray:
    """The signal less the sine at each mains frequency, fitted over a window that slides.

    Samples that are missing stay so, and count as zero in the fit.
    """
    known = np.nan_to_num(mv - np.nanmedian(mv))
    length = min(len(mv), 2 * round(WINDOW_S * rate_hz / 2) + 1)
    window = np.hanning(length + 2)[1:-1]
    window /= window.sum()
    t_s = np.arange(len(mv)) / rate_hz
    cleaned = mv.copy()
    for hz in MAINS_HZ:
        if 2 * hz < rate_hz:
            turn = np.exp(-2j * np.pi * hz * t_s)
            size = _convolved(known * turn, window)
            cleaned -= 2.0 * (size * turn.conj()).real
    return cleaned


def _convolved(values: np.ndarray, window: FloatArray) -> np.ndarray:
    """The centred moving average, by the Fourier transform."""
    length = len(values) + len(window) - 1
    product = np.fft.fft(values, length) * np.fft.fft(window, length)
    first = len(window) // 2
    return np.asarray(np.fft.ifft(product)[first : first + len(values)])
