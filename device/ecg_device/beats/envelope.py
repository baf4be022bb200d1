"""The QRS envelope: how strongly the signal looks like a QRS complex, 120 times a second.

A Gabor pair is a band-pass and its quadrature, so the modulus has a single smooth hump for each
QRS whatever its shape or polarity, where Pan and Tompkins' derivative, square and 150 ms
integration give a plateau.
"""

from dataclasses import dataclass

import numpy as np

from ecg_device.filters import ThirdRate, envelope, gabor_pair, running_mean
from ecg_device.signals import WORKING_RATE_HZ, FloatArray

SAMPLES_PER_FRAME = ThirdRate.FACTOR
FRAME_RATE_HZ = WORKING_RATE_HZ // SAMPLES_PER_FRAME
QRS_HALF = 8  # frames on either side of the QRS kernels' centre
_HIGH_HALF = 4
SAMPLES_AFTER_FRAME = SAMPLES_PER_FRAME * QRS_HALF + ThirdRate.DELAY  # what a frame waits for
_BACKGROUND_DOUBLINGS = 7  # 128 frames: 1.07 s
_HIGH_DOUBLINGS = 5  # 32 frames: 0.27 s
_HISTORY = 1 << _BACKGROUND_DOUBLINGS  # frames kept for the means; no candidate looks so far back

_QRS, _HIGH = 2, 5  # rows of the bands
_QRS_PAIR = gabor_pair(12.0, 0.028, QRS_HALF, FRAME_RATE_HZ)
_HIGH_PAIR = gabor_pair(30.0, 0.012, _HIGH_HALF, FRAME_RATE_HZ)


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """The newest frames of each band; element 0 of all is frame `start`."""

    start: int
    slow: FloatArray  # the signal at 120 Hz; reaches QRS_HALF frames past the envelopes
    even: FloatArray
    odd: FloatArray
    qrs: FloatArray  # the envelope: the modulus of even and odd
    background: FloatArray  # the envelope's mean over the last second
    high_background: FloatArray  # the mean at 30 Hz over a quarter second
    high: FloatArray  # the envelope at 30 Hz, where muscle lives

    @property
    def stop(self) -> int:
        return self.start + len(self.qrs)


class EnvelopeStream:
    """Turns working samples into frames; frame j is centred on working sample 3 j."""

    def __init__(self) -> None:
        self._third_rate = ThirdRate()
        self._start = -_HISTORY  # before the first sample lies silence
        self._slow = np.zeros(_HISTORY)
        self._bands = [np.zeros(_HISTORY + QRS_HALF) for _ in range(6)]

    def feed(self, mv: FloatArray) -> Frames:
        """Take samples; return the frames new by them behind the last ones before."""
        self._forget()
        self._slow = np.concatenate((self._slow, self._third_rate.feed(mv)))
        if len(self._slow) - QRS_HALF > len(self._bands[0]):
            pairs = zip(self._bands, self._new_bands(), strict=True)
            self._bands = [np.concatenate(pair) for pair in pairs]
        return Frames(self._start, self._slow, *self._bands)

    def _forget(self) -> None:
        surplus = len(self._bands[0]) - _HISTORY
        self._slow = self._slow[surplus:]
        self._bands = [band[surplus:] for band in self._bands]
        self._start += surplus

    def _new_bands(self) -> tuple[FloatArray, ...]:
        reach = self._slow[len(self._bands[0]) - QRS_HALF :]
        margin = QRS_HALF - _HIGH_HALF
        even, odd, qrs = envelope(reach, _QRS_PAIR)
        _, _, high = envelope(reach[margin : len(reach) - margin], _HIGH_PAIR)
        background = self._mean(_QRS, qrs, _BACKGROUND_DOUBLINGS)
        high_background = self._mean(_HIGH, high, _HIGH_DOUBLINGS)
        return even, odd, qrs, background, high_background, high

    def _mean(self, band: int, new: FloatArray, doublings: int) -> FloatArray:
        past = self._bands[band]
        reach = past[len(past) - (1 << doublings) + 1 :]
        return running_mean(np.concatenate((reach, new)), doublings)
