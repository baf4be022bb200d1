"""Equal windows laid over a record, and what falls into them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecg_device.signals import FloatArray
from ecg_training.scoring import IntArray, Spans


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Windows of `length` samples, one after the other from sample `first` on."""

    first: int
    length: int
    count: int

    @classmethod
    def over(cls, samples: int, window_s: float, from_s: float, rate_hz: float) -> "Windows":
        """All whole windows of a record of so many samples from `from_s` seconds on."""
        first, length = round(from_s * rate_hz), round(window_s * rate_hz)
        return cls(first, length, max((samples - first) // length, 0))

    @property
    def starts(self) -> IntArray:
        return self.first + self.length * np.arange(self.count, dtype=np.int64)

    @property
    def stops(self) -> IntArray:
        return self.starts + self.length

    def count_inside(self, samples: ArrayLike) -> IntArray:
        """How many of the samples fall into each window."""
        index = (np.asarray(samples, np.int64) - self.first) // self.length
        index = index[(index >= 0) & (index < self.count)]
        return np.bincount(index, minlength=self.count).astype(np.int64)

    def share_inside(self, spans: Spans) -> FloatArray:
        """The share of each window that the stretches cover; they do not overlap."""
        covered = np.zeros(self.count)
        for first, last in spans:
            begin, end = np.maximum(self.starts, first), np.minimum(self.stops, last + 1)
            covered += np.maximum(end - begin, 0)
        return covered / self.length

    def mean_rates(self, beats: IntArray, rate_hz: float) -> FloatArray:
        """The mean heart rate of the beats inside each window, in bpm; NaN with fewer than two."""
        begin = np.searchsorted(beats, self.starts)
        end = np.searchsorted(beats, self.stops)
        rates = np.full(self.count, np.nan)
        some = end - begin >= 2
        span = beats[end[some] - 1] - beats[begin[some]]
        rates[some] = 60.0 * rate_hz * (end - begin - 1)[some] / span
        return rates
