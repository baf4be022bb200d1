"""How WFDB signal files pack samples into bytes: one entry of `CODINGS` a format.

See "Signal files" (signal(5)) of the WFDB Applications Guide.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.signedinteger]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Coding:
    """A format: `group_samples` samples lie in `group_bytes` bytes."""

    bits: int
    missing: int | None  # the code of a sample that is not there
    unpack: Callable[[Bytes], IntArray]  # whole groups in, samples out
    group_bytes: int
    group_samples: int = 1
    partial_bytes: tuple[int, ...] = (0,)  # that the first 0, 1, ... samples of a group need

    def size_of(self, samples: int) -> int:
        """Bytes needed for that many samples."""
        groups, rest = divmod(samples, self.group_samples)
        return groups * self.group_bytes + self.partial_bytes[rest]

    def samples_in(self, size: int) -> int:
        """Samples that so many bytes hold."""
        groups, rest = divmod(size, self.group_bytes)
        partial = max(n for n, needed in enumerate(self.partial_bytes) if needed <= rest)
        return groups * self.group_samples + partial


def _view(dtype: str, offset: int = 0) -> Callable[[Bytes], IntArray]:
    """Samples that NumPy can read as they lie, less an offset."""

    def unpack(raw: Bytes) -> IntArray:
        samples = raw.view(dtype)
        return samples.astype(np.int32) - offset if offset else samples

    return unpack


def _unpack_24(raw: Bytes) -> IntArray:
    low, middle, high = raw.reshape(-1, 3).T.astype(np.int32)
    return low | middle << 8 | (high << 24) >> 8


def _unpack_212(raw: Bytes) -> IntArray:
    """Two 12-bit samples in three bytes; the middle one holds the upper four bits of both."""
    first, uppers, second = raw.reshape(-1, 3).T
    wide = uppers.astype(np.int16)
    samples = np.empty((len(first), 2), dtype=np.int16)
    samples[:, 0] = (wide << 12) >> 4 | first
    samples[:, 1] = ((wide & 0xF0) << 8) >> 4 | second
    return samples.ravel()


def _unpack_310(raw: Bytes) -> IntArray:
    """Three 10-bit samples in two words: bits 1-10 of each, and the upper five of both."""
    words = raw.view("<u2").astype(np.int32).reshape(-1, 2)
    samples = np.empty((len(words), 3), dtype=np.int32)
    samples[:, :2] = words >> 1
    samples[:, 2] = words[:, 0] >> 11 | words[:, 1] >> 11 << 5
    return _signed_10_bit(samples)


def _unpack_311(raw: Bytes) -> IntArray:
    """Three 10-bit samples in the lower thirty bits of a long word."""
    words = raw.view("<u4").astype(np.int64)
    return _signed_10_bit(np.stack([words, words >> 10, words >> 20], axis=1))


def _signed_10_bit(samples: IntArray) -> IntArray:
    """The value of the lower ten bits."""
    return (((samples & 0x3FF) ^ 0x200) - 0x200).astype(np.int16).ravel()


CODINGS = {
    8: Coding(8, None, _view("i1"), 1),  # first differences; the reader adds them up
    16: Coding(16, -(2**15), _view("<i2"), 2),
    24: Coding(24, -(2**23), _unpack_24, 3),
    32: Coding(32, -(2**31), _view("<i4"), 4),
    61: Coding(16, -(2**15), _view(">i2"), 2),
    80: Coding(8, -(2**7), _view("u1", offset=2**7), 1),
    160: Coding(16, -(2**15), _view("<u2", offset=2**15), 2),
    212: Coding(12, -(2**11), _unpack_212, 3, 2, (0, 2)),
    310: Coding(10, -(2**9), _unpack_310, 4, 3, (0, 2, 4)),
    311: Coding(10, -(2**9), _unpack_311, 4, 3, (0, 2, 3)),
}
