"""The QRS envelope: how strongly the signal looks like a QRS complex, 120 times a second.

A Gabor pair (a cosine and a sine of 12 Hz under one Gaussian) is a band-pass and its quadrature.
The root of the sum of their squares has a single smooth hump for each QRS whatever its shape or
polarity, where Pan and Tompkins' derivative, square and 150 ms integration give a plateau.
"""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from ecg_device.signals import WORKING_RATE_HZ, FloatArray

SAMPLES_PER_FRAME = 3
FRAME_RATE_HZ = WORKING_RATE_HZ // SAMPLES_PER_FRAME
QRS_HALF = 8  # frames on either side of the QRS kernels' centre
LOW_HALF = 12
_HIGH_HALF = 4
_DECIMATOR_HALF = 2  # samples on either side of a frame's centre
SAMPLES_AFTER_FRAME = SAMPLES_PER_FRAME * QRS_HALF + _DECIMATOR_HALF  # an envelope frame's wait
_FRAMES_KEPT = 48  # how far back a candidate may look, its own look-ahead included


def gabor_pair(frequency_hz: float, sigma_s: float, half: int) -> tuple[FloatArray, FloatArray]:
    """An even and an odd kernel of unit peak gain, both blind to a constant."""
    t = np.arange(-half, half + 1) / FRAME_RATE_HZ
    window = np.exp(-(t**2) / (2 * sigma_s**2))
    even = window * np.cos(2 * np.pi * frequency_hz * t)
    even -= window * even.sum() / window.sum()
    odd = window * np.sin(2 * np.pi * frequency_hz * t)
    return _unit_gain(even), _unit_gain(odd)


def _unit_gain(kernel: FloatArray) -> FloatArray:
    return np.asarray(kernel / np.abs(np.fft.rfft(kernel, 512)).max())


QRS_KERNELS = gabor_pair(12.0, 0.028, QRS_HALF)
LOW_KERNELS = gabor_pair(5.0, 0.050, LOW_HALF)
_HIGH_KERNELS = gabor_pair(30.0, 0.012, _HIGH_HALF)


class _LeakyMean:
    """A running mean that forgets over `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._keep = float(np.exp(-1.0 / (seconds * FRAME_RATE_HZ)))
        self._state = np.zeros(1)

    def feed(self, x: FloatArray) -> FloatArray:
        mean, self._state = lfilter([1 - self._keep], [1, -self._keep], x, zi=self._state)
        return np.asarray(mean)


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """The newest frames of each band; element 0 of all is frame `start`."""

    start: int
    slow: FloatArray  # the signal at 120 Hz; reaches QRS_HALF frames past the envelopes
    even: FloatArray
    odd: FloatArray
    qrs: FloatArray  # the envelope: hypot(even, odd)
    background: FloatArray  # the envelope's mean over the last second
    high: FloatArray  # the same at 30 Hz, where muscle lives
    high_background: FloatArray

    @property
    def stop(self) -> int:
        return self.start + len(self.qrs)


class EnvelopeStream:
    """Turns working samples into frames; frame j is centred on working sample 3 j.

    Every number is an elementwise or a sequential result, so how the samples were cut into
    blocks cannot change a bit of it.
    """

    def __init__(self) -> None:
        self._samples = np.zeros(0)  # not yet decimated, and those the next frame reaches back to
        self._started = False
        self._start = 0
        self._slow = np.zeros(0)
        self._bands = np.zeros((6, QRS_HALF))  # the first frames lack their past: no envelope
        self._means = _LeakyMean(1.0), _LeakyMean(0.25)

    def feed(self, mv: FloatArray) -> Frames:
        """Take samples; return the frames new by them behind the last ones before."""
        self._forget()
        if len(mv):
            self._slow = np.concatenate((self._slow, self._decimate(mv)))
            self._bands = np.concatenate((self._bands, self._new_bands()), axis=1)
        return Frames(self._start, self._slow, *self._bands)

    def _forget(self) -> None:
        surplus = self._bands.shape[1] - _FRAMES_KEPT
        if surplus > 0:
            self._slow = self._slow[surplus:]
            self._bands = self._bands[:, surplus:]
            self._start += surplus

    def _decimate(self, mv: FloatArray) -> FloatArray:
        """Two running means of three samples: each has a zero at 120 Hz, where aliases fold."""
        if not self._started:
            self._samples = np.full(_DECIMATOR_HALF, mv[0])
            self._started = True
        x = np.concatenate((self._samples, mv))
        frames = max(0, (len(x) - 2 * _DECIMATOR_HALF - 1) // SAMPLES_PER_FRAME + 1)
        used = frames * SAMPLES_PER_FRAME
        self._samples = x[used:]
        a, b, c, d, e = (x[i : i + used : SAMPLES_PER_FRAME] for i in range(5))
        return np.asarray(((a + e) + 2.0 * (b + d) + 3.0 * c) * (1.0 / 9.0))

    def _new_bands(self) -> FloatArray:
        known = self._bands.shape[1]
        new = len(self._slow) - QRS_HALF - known
        if new <= 0:
            return np.zeros((6, 0))
        reach = self._slow[known - QRS_HALF :]
        even, odd = (np.convolve(reach, kernel, "valid") for kernel in QRS_KERNELS)
        near = reach[QRS_HALF - _HIGH_HALF : len(reach) - QRS_HALF + _HIGH_HALF]
        high = np.hypot(*(np.convolve(near, kernel, "valid") for kernel in _HIGH_KERNELS))
        qrs = np.hypot(even, odd)
        return np.stack((even, odd, qrs, self._means[0].feed(qrs), high, self._means[1].feed(high)))
