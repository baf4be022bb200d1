"""Write one lead as a WFDB record, format 16 or 212, with its checksum."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ecg_device.errors import FormatError
from ecg_device.formats.cells import cells, codes_of
from ecg_device.formats.recording import SIMULATED_NOTE
from ecg_device.formats.replacing import replacing
from ecg_device.formats.wfdb_codings import CODINGS
from ecg_device.signals import Block, FloatArray, SignalInfo

_CELL = 2**16  # samples packed at a time; even, as format 212 goes by pairs
_PER_MV = {16: 1000.0, 212: 200.0}  # steps of 1 and 5 microvolts: 32.7 and 10.2 mV at most


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
    if not re.fullmatch(r"[A-Za-z0-9_-]+", path.name):
        raise FormatError(
            f"{path}: not a name for a WFDB record",
            expected="letters, digits, _ and -",
            received=repr(path.name),
        )
    if coding not in _PER_MV:
        raise FormatError("unknown WFDB format", expected="16 or 212", received=str(coding))
    per_mv = _PER_MV[coding] if gain is None else gain
    header, signal = (path.with_name(f"{path.name}.{kind}") for kind in ("hea", "dat"))
    with replacing(header) as header_file, replacing(signal) as signal_file:
        samples, first, total = _write_samples(signal_file, blocks, coding, per_mv, path)
        moment = f" {start:%H:%M:%S %d/%m/%Y}" if start else ""
        bits = CODINGS[coding].bits
        text = (
            f"{path.name} 1 {info.rate_hz:.12g} {samples}{moment}\n"
            f"{signal.name} {coding} {per_mv:.12g}(0)/mV {bits} 0 {first} {total} 0 {_lead(info)}\n"
        )
        text += f"# {SIMULATED_NOTE}\n" if info.simulated else ""
        header_file.write(text.encode())


def _lead(info: SignalInfo) -> str:
    return " ".join(info.lead.split()) or "ECG"


def _write_samples(
    file: BinaryIO, blocks: Iterable[Block], coding: int, per_mv: float, path: Path
) -> tuple[int, int, int]:
    """The number of samples written, the first one, and the signed 16-bit sum of all."""
    samples, first, total = 0, 0, 0
    for codes in _codes(blocks, coding, per_mv, path):
        first = int(codes[0]) if samples == 0 else first
        samples += len(codes)
        total += int(codes.sum())
        file.write(_packed(codes.astype(np.int16), coding))
    return samples, first, (total + 2**15) % 2**16 - 2**15


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
