"""The QRS detector of the thesis: Pan and Tompkins' as a common Python library has it.

Pan, Tompkins: A Real-Time QRS Detection Algorithm. IEEE Trans Biomed Eng 32(3):230-236, 1985.
It is here for the `thesis` protocol alone, which is about reproducing a published number: its
beats must be the thesis's, late by some 50 ms as they are. Where that library leaves the paper,
this follows the library: one crest of the moving average is one candidate; there are no second
thresholds on the filtered signal, no slope test for T waves and no halving of the thresholds in
irregular rhythms; the search for a missed beat looks for the highest crest between two beats.
The library itself is not used: it is under another licence, and brings astronomy along.
"""

import numpy as np
from scipy.signal import butter, lfilter

from ecg_device.signals import FloatArray
from ecg_training.scoring import IntArray

_BAND_HZ = (5.0, 15.0)
_WIDTH_S = 0.15  # of the moving average: the longest QRS
_REFRACTORY_S = 0.3
_APART_S = 0.25  # a missed beat from both its neighbours
_RATE_OVER = 8  # intervals
_MISSED = 1.66  # times the mean interval without a beat: one was missed


def pan_tompkins(signal: FloatArray, rate_hz: float) -> IntArray:
    """The sample numbers of the beats of a whole record."""
    return _Search(_energy(signal, rate_hz), rate_hz).beats()


def _energy(signal: FloatArray, rate_hz: float) -> FloatArray:
    """The squared slope in the QRS band, averaged over the width of a QRS."""
    b, a = butter(1, _BAND_HZ, btype="bandpass", fs=rate_hz)
    slope = np.diff(lfilter(b, a, signal))
    width = int(_WIDTH_S * rate_hz)
    total = np.cumsum(slope * slope)
    total[width:] -= total[:-width].copy()
    total[: 2 * width] = 0.0
    return np.asarray(total / width)


class _Search:
    """Goes through the crests of the energy; two running levels tell beats from noise."""

    def __init__(self, energy: FloatArray, rate_hz: float) -> None:
        inner = energy[1:-1]
        crests = np.flatnonzero((energy[:-2] < inner) & (energy[2:] < inner)) + 1
        self._crests: list[int] = crests.tolist()
        self._heights: list[float] = energy[crests].tolist()
        self._rate_hz = rate_hz
        self._found = [0]  # the start of the record stands for a beat
        self._last = 0  # the crest of the last beat above the threshold
        self._signal = self._noise = 0.0
        self._longest: int | None = None  # interval without a missed beat, once known

    def beats(self) -> IntArray:
        for crest in range(len(self._crests)):
            self._judge(crest)
        return np.array(self._found[1:], np.int64)

    def _judge(self, crest: int) -> None:
        at, height = self._crests[crest], self._heights[crest]
        threshold = self._noise + 0.25 * (self._signal - self._noise)
        if height > threshold and at - self._found[-1] > _REFRACTORY_S * self._rate_hz:
            self._signal += 0.125 * (height - self._signal)
            self._found += [*self._missed_before(crest, 0.5 * threshold), at]
            self._last = crest
            self._longest = self._usual_interval()
        else:
            self._noise += 0.125 * (height - self._noise)

    def _missed_before(self, crest: int, threshold: float) -> list[int]:
        """The beat between the last one and this, where the pause is too long; else none."""
        before, at = self._found[-1], self._crests[crest]
        if self._longest is None or at - before <= self._longest:
            return []
        apart = int(_APART_S * self._rate_hz)
        between = [
            (height, -sample)
            for sample, height in zip(
                self._crests[self._last + 1 : crest],
                self._heights[self._last + 1 : crest],
                strict=True,
            )
            if height > threshold and sample - before > apart and at - sample > apart
        ]
        return [-max(between)[1]] if between else []

    def _usual_interval(self) -> int | None:
        if len(self._found) <= _RATE_OVER:
            return None
        intervals = np.diff(self._found[-_RATE_OVER - 1 :])
        return int(_MISSED * int(intervals.mean()))
