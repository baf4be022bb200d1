"""Millivolts as 16-bit numbers at a scale that a session keeps."""

import numpy as np
from numpy.typing import NDArray

from ecg_device.signals import FloatArray, SignalInfo

Counts = NDArray[np.int16]

MISSING = -32768
_FINE_UV, _COARSE_UV = 0.1, 1.0  # reach 3.2767 and 32.767 mV
_FINE_REACH_MV = 3.0
_DTYPE = np.dtype("<i2")


def uv_per_lsb(info: SignalInfo) -> float:
    """The finest scale that holds all that the front end can deliver."""
    if info.rails_mv is None or max(map(abs, info.rails_mv)) > _FINE_REACH_MV:
        return _COARSE_UV
    return _FINE_UV


def to_counts(mv: FloatArray, scale_uv: float) -> Counts:
    """Rounded to half a step, clipped at what 16 bits hold; NaN becomes MISSING."""
    counts = np.rint(mv * (1000 / scale_uv))
    np.clip(counts, MISSING + 1, -MISSING - 1, out=counts)
    counts[np.isnan(counts)] = MISSING
    return counts.astype(np.int16)


def to_mv(counts: Counts, scale_uv: float) -> FloatArray:
    mv = counts.astype(np.float64) * (scale_uv / 1000)
    mv[counts == MISSING] = np.nan
    return mv


def to_uv(counts: Counts, scale_uv: float) -> list[float | int | None]:
    """For JSON: whole microvolts where the scale is one, tenths where it is finer."""
    if scale_uv == _COARSE_UV:
        values: list[float | int | None] = counts.tolist()
    else:
        values = np.round(counts * scale_uv, 1).tolist()
    for index in np.flatnonzero(counts == MISSING).tolist():
        values[index] = None
    return values


def to_blob(counts: Counts) -> bytes:
    return counts.astype(_DTYPE, copy=False).tobytes()


def from_blob(blob: bytes) -> Counts:
    return np.frombuffer(blob, _DTYPE).astype(np.int16, copy=False)
