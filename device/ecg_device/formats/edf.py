"""EDF and EDF+ files, read in blocks.

Samples outside the digital limits of their signal are missing ones: the limits are the extremes
that can occur. Of an EDF+D file the records keep their own times, so a stretch between two of them
is a gap; up to one sample of difference is taken for rounding.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_device.errors import FormatError
from ecg_device.formats.edf_header import ANNOTATIONS, EdfHeader, EdfSignal, read_edf_header
from ecg_device.formats.leads import find_lead
from ecg_device.formats.recording import minute_of, reblock
from ecg_device.formats.units import require_voltage
from ecg_device.signals import Block, FloatArray, SignalInfo

_CHUNK_BYTES = 2**20
_ONSET = re.compile(rb"([+-]\d{1,12}(?:\.\d{0,12})?)(?:\x15[\d.]*)?\x14\x14")


@dataclass(frozen=True, slots=True)
class EdfRecording:
    """A lead of an EDF or EDF+ file."""

    info: SignalInfo
    leads: tuple[str, ...]
    path: Path
    header: EdfHeader
    signal: EdfSignal
    scale: float  # millivolts per physical unit
    zero_seconds: float  # the time of the first data record

    def blocks(self, size: int | None = None) -> Iterator[Block]:
        """See `Recording.blocks`."""
        return reblock(self._chunks(), size or minute_of(self.info))

    def _chunks(self) -> Iterator[Block]:
        stop = 0
        for records in _records(self.path, self.header):
            mv = self._millivolts(records[:, self.signal.begin : self.signal.end])
            if not self.header.discontinuous:
                yield Block(stop, mv.ravel())
                stop += mv.size
                continue
            for record, row in zip(records, mv, strict=True):
                yield Block(self._start(record, stop), row)
                stop = self._start(record, stop) + len(row)

    def _millivolts(self, codes: NDArray[np.int16]) -> FloatArray:
        low, high = self.signal.digital
        mv = (codes.astype(np.float64) - low) * self.signal.step + self.signal.physical[0]
        mv *= self.scale
        mv[(codes < low) | (codes > high)] = np.nan
        return mv

    def _start(self, record: NDArray[np.int16], stop: int) -> int:
        """The sample number of a record of EDF+D, the record before having ended at `stop`."""
        onset = _onset(self.path, self.header, record) - self.zero_seconds
        start = round(onset * self.info.rate_hz)
        if start < stop - 1:
            raise FormatError(
                f"{self.path}: a data record begins before the one before has ended",
                expected=f"sample {stop} or later",
                received=str(start),
            )
        return stop if abs(start - stop) <= 1 else start


def open_edf(path: Path, lead: int | str | None = 0) -> EdfRecording:
    """Open an EDF or EDF+ file; its size is checked, samples are not yet read."""
    header = read_edf_header(path)
    signals = [signal for signal in header.signals if signal.name != ANNOTATIONS]
    if not signals:
        raise FormatError(f"{path}: the file holds annotations only", expected="a signal")
    leads = tuple(signal.name for signal in signals)
    index = find_lead(leads, lead, path)
    scale = require_voltage(path, leads, [signal.unit for signal in signals], index)
    signal = signals[index]
    rate_hz = signal.samples / header.record_seconds
    zero, last = _first_and_last_onset(path, header)
    info = SignalInfo(
        name=path.stem,
        rate_hz=rate_hz,
        lead=signal.name,
        simulated=header.simulated,
        samples=round((last - zero) * rate_hz) + signal.samples,
    )
    return EdfRecording(info, leads, path, header, signal, scale, zero)


def _first_and_last_onset(path: Path, header: EdfHeader) -> tuple[float, float]:
    """In seconds; what EDF+D says of its records, what follows from the duration otherwise."""
    if not header.discontinuous:
        return 0.0, (header.records - 1) * header.record_seconds
    ends = [next(_records(path, header, start=i)) for i in (0, header.records - 1)]
    zero, last = (_onset(path, header, records[0]) for records in ends)
    return zero, last


def _records(path: Path, header: EdfHeader, start: int = 0) -> Iterator[NDArray[np.int16]]:
    """Data records from number `start` on, a row of words each, some at a time."""
    width = header.record_words
    at_once = max(1, _CHUNK_BYTES // (2 * width))
    try:
        with path.open("rb") as file:
            file.seek(header.bytes + 2 * width * start)
            for first in range(start, header.records, at_once):
                count = min(at_once, header.records - first)
                words = np.frombuffer(file.read(2 * width * count), dtype="<i2")
                yield words.reshape(count, width)
    except (OSError, ValueError) as error:
        raise FormatError(f"{path}: cannot be read to its end: {error}") from error


def _onset(path: Path, header: EdfHeader, record: NDArray[np.int16]) -> float:
    """The time of a record: the first entry of its first annotation signal."""
    for signal in header.signals:
        if signal.name == ANNOTATIONS:
            found = _ONSET.match(record[signal.begin : signal.end].tobytes())
            if found:
                return float(found[1])
    raise FormatError(
        f"{path}: a data record of an EDF+D file does not tell its time",
        expected=f"it first among the {ANNOTATIONS}",
    )
