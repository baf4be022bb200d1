"""Write one lead as a WFDB record, format 16 or 212, with its checksum."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from ecg_device.errors import FormatError
from ecg_device.formats.cells import cells, codes_of
from ecg_device.formats.recording import SIMULATED_NOTE
from ecg_device.formats.replacing import replacing
from ecg_device.formats.wfdb_codings import CODINGS
from ecg_device.signals import Block, FloatArray, SignalInfo

_CELL = 2**16  # samples packed at a time; even, as format 212 goes by pairs
_PER_MV = {16: 1000.0, 212: 200.0}  # steps of 1 and 5 microvolts: 32.7 and 10.2 mV at most
_MAX_PER_MV = 1e9


class _Written(NamedTuple):
    samples: int
    first: int
    checksum: int  # the signed 16-bit sum of all


def write_wfdb(
    path: str | Path,
    info: SignalInfo,
    blocks: Iterable[Block],
    *,
    coding: int = 16,
    gain: float | None = None,
    start: datetime | None = None,
) -> None:
    """Write `path`.dat and `path`.hea, each whole or not at all.

    Parameters
    ----------
    path
        The record: a folder and a name of letters, digits, `_` and `-`.
    coding
        The signal format: 16 or 212.
    gain
        Steps per millivolt; None: 1000 for format 16, 200 for format 212.
    start
        When the first sample was taken.
    """
    path = Path(path)
    per_mv = _steps_per_mv(coding, gain)
    _require_name(path)
    header, signal = (path.with_name(f"{path.name}.{kind}") for kind in ("hea", "dat"))
    with replacing(header) as header_file, replacing(signal) as signal_file:
        written = _write_samples(signal_file, blocks, coding, per_mv, path)
        header_file.write(_header(path.name, info, coding, per_mv, written, start).encode())


def _steps_per_mv(coding: int, gain: float | None) -> float:
    if coding not in _PER_MV:
        raise FormatError("unknown WFDB format", expected="16 or 212", received=str(coding))
    per_mv = _PER_MV[coding] if gain is None else gain
    if not 0 < per_mv <= _MAX_PER_MV:
        raise FormatError(
            "a WFDB gain is wrong",
            expected=f"above 0, at most {_MAX_PER_MV:g} steps per millivolt",
            received=f"{per_mv:g}",
        )
    return per_mv


def _require_name(path: Path) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", path.name):
        raise FormatError(
            f"{path}: not a name for a WFDB record",
            expected="letters, digits, _ and -",
            received=repr(path.name),
        )


def _header(
    name: str,
    info: SignalInfo,
    coding: int,
    per_mv: float,
    written: _Written,
    start: datetime | None,
) -> str:
    moment = f" {start:%H:%M:%S %d/%m/%Y}" if start else ""
    bits = CODINGS[coding].bits
    return (
        f"{name} 1 {info.rate_hz:.12g} {written.samples}{moment}\n"
        f"{name}.dat {coding} {per_mv:.12g}(0)/mV {bits} 0 {written.first} {written.checksum} 0 "
        f"{_lead(info)}\n"
    ) + (f"# {SIMULATED_NOTE}\n" if info.simulated else "")


def _lead(info: SignalInfo) -> str:
    return " ".join(info.lead.split()) or "ECG"


def _write_samples(
    file: BinaryIO, blocks: Iterable[Block], coding: int, per_mv: float, path: Path
) -> _Written:
    samples, first, total = 0, 0, 0
    for codes in _codes(blocks, coding, per_mv, path):
        first = int(codes[0]) if samples == 0 else first
        samples += len(codes)
        total += int(codes.sum())
        file.write(_packed(codes.astype(np.int16), coding))
    return _Written(samples, first, (total + 2**15) % 2**16 - 2**15)


def _codes(blocks: Iterable[Block], coding: int, per_mv: float, path: Path) -> Iterator[FloatArray]:
    """Cell by cell, those that lie in gaps among them."""
    missing = -(2 ** (CODINGS[coding].bits - 1))
    limits = (missing + 1, -missing - 1)
    written = 0
    for number, mv in cells(blocks, _CELL, path):
        for _ in range(written, number):
            yield np.full(_CELL, float(missing))
        yield codes_of(mv, per_mv, limits, missing, path)
        written = number + 1


def _packed(codes: np.ndarray[tuple[int], np.dtype[np.int16]], coding: int) -> bytes:
    if coding == 16:
        return codes.astype("<i2").tobytes()
    pairs = np.append(codes, [0] * (len(codes) % 2)).astype(np.int16).reshape(-1, 2)
    first, second = pairs.T
    uppers = (first >> 8 & 0x0F) | (second >> 4 & 0xF0)
    return np.stack([first, uppers, second], axis=1).astype(np.uint8).tobytes()
