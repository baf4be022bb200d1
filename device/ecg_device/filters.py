"""Causal filters that remember: fed in blocks of any size, their output is the same to the bit.

Each output is a sum over a fixed window in a fixed order, never one whose order depends on where
a block ends; the streams keep as much of the past as their windows reach back. Every delay is a
whole number of samples, stated here and accounted for by whoever uses the filter.
"""

import numpy as np

from ecg_device.signals import FloatArray


def gabor_pair(
    frequency_hz: float, sigma_s: float, half: int, rate_hz: float
) -> tuple[FloatArray, FloatArray]:
    """A band-pass and its quadrature: a cosine and a sine under one Gaussian.

    Both have 2 half + 1 taps, a delay of `half` samples, unit gain at their peak and none at 0 Hz.
    """
    t = np.arange(-half, half + 1) / rate_hz
    window = np.exp(-(t**2) / (2 * sigma_s**2))
    even = window * np.cos(2 * np.pi * frequency_hz * t)
    even -= window * even.sum() / window.sum()
    odd = window * np.sin(2 * np.pi * frequency_hz * t)
    return _unit_gain(even), _unit_gain(odd)


def _unit_gain(kernel: FloatArray) -> FloatArray:
    return np.asarray(kernel / np.abs(np.fft.rfft(kernel, 512)).max())


def envelope(x: FloatArray, pair: tuple[FloatArray, FloatArray]) -> tuple[FloatArray, ...]:
    """The even and the odd band of x and their modulus, where the kernels lie wholly within x."""
    even, odd = (np.convolve(x, kernel, "valid") for kernel in pair)
    return even, odd, modulus(even, odd)


def modulus(even: FloatArray, odd: FloatArray) -> FloatArray:
    """What `np.hypot` gives, several times as fast: millivolts need no care for overflow."""
    return np.asarray(np.sqrt(even * even + odd * odd))


class ThirdRate:
    """Every third sample of two running means of three.

    Each mean has a zero at a third of the rate, where aliases would fold onto the slow waves.
    Output j is centred on input 3 j and known with input 3 j + 2; the first input stands for all
    before it.
    """

    FACTOR = 3
    DELAY = 2  # inputs after the centre

    def __init__(self) -> None:
        self._waiting: FloatArray | None = None

    def feed(self, x: FloatArray) -> FloatArray:
        if not len(x):
            return np.zeros(0)
        if self._waiting is None:
            self._waiting = np.full(self.DELAY, x[0])
        x = np.concatenate((self._waiting, x))
        count = max(0, (len(x) - 2 * self.DELAY - 1) // self.FACTOR + 1)
        used = count * self.FACTOR
        self._waiting = x[used:]
        a, b, c, d, e = (x[i : i + used : self.FACTOR] for i in range(5))
        return np.asarray(((a + e) + 2.0 * (b + d) + 3.0 * c) * (1.0 / 9.0))


def running_mean(x: FloatArray, doublings: int) -> FloatArray:
    """The mean of the last 2 ** doublings values, wherever x reaches back so far.

    Sums of sums: seven additions an output give a mean over 128, in a fixed order.
    """
    for doubling in range(doublings):
        step = 1 << doubling
        x = x[step:] + x[:-step]
    return np.asarray(x * (1.0 / (1 << doublings)))
