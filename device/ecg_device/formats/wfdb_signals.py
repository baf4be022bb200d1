"""WFDB signal files: found and measured at once, read in chunks, their checksums compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ecg_device.errors import FormatError
from ecg_device.formats.wfdb_codings import CODINGS, Coding, IntArray
from ecg_device.formats.wfdb_header import Header, SignalSpec

_CHUNK_SAMPLES = 2**18  # of all signals in a file together


@dataclass(frozen=True, slots=True)
class SignalFile:
    """A signal file: frames, each with the samples of all its signals in turn."""

    path: Path
    coding: Coding
    offset: int
    signals: tuple[SignalSpec, ...]
    frames: int

    @property
    def edges(self) -> list[int]:
        """Where each signal's samples begin in a frame, and where the frame ends."""
        return [0, *np.cumsum([signal.samples_per_frame for signal in self.signals]).tolist()]

    def chunks(self) -> Iterator[IntArray]:
        """All samples, a row a frame; raises at the end if a checksum does not fit."""
        sums = np.zeros(self.edges[-1], dtype=np.int64)
        for chunk in self._decoded():
            sums += [int(column.sum(dtype=np.int64)) for column in chunk.T]
            yield chunk
        self._compare(sums)

    def _decoded(self) -> Iterator[IntArray]:
        width, group = self.edges[-1], self.coding.group_samples
        at_once = max(1, _CHUNK_SAMPLES // (width * group)) * group
        last = np.array([signal.initial for signal in self.signals], dtype=np.int64)
        with _opened(self.path) as file:
            file.seek(self.offset)
            for done in range(0, self.frames, at_once):
                samples = self._read(file, min(at_once, self.frames - done) * width)
                chunk = samples.reshape(-1, width)
                if self.coding is CODINGS[8]:
                    chunk = last + np.cumsum(chunk, axis=0, dtype=np.int64)
                    last = chunk[-1]
                yield chunk

    def _read(self, file: BinaryIO, samples: int) -> IntArray:
        needed = self.coding.size_of(samples)
        raw = np.frombuffer(file.read(needed), dtype=np.uint8)
        if len(raw) < needed:
            raise FormatError(f"{self.path}: became shorter while it was read")
        surplus = -needed % self.coding.group_bytes
        return self.coding.unpack(np.pad(raw, (0, surplus)) if surplus else raw)[:samples]

    def _compare(self, sums: IntArray) -> None:
        totals = np.add.reduceat(sums, self.edges[:-1])
        for signal, total in zip(self.signals, totals.tolist(), strict=True):
            if signal.checksum not in (0, total & 0xFFFF):
                raise FormatError(
                    f"{self.path}: wrong checksum of {signal.name}",
                    expected=f"{signal.checksum}, as its header says",
                    received=str(total & 0xFFFF),
                    remedy="the file is damaged: copy it anew",
                )


def signal_file(header: Header, lead: int) -> tuple[SignalFile, int]:
    """The file that holds a lead, its size checked, and the lead's number in that file."""
    wanted = header.signals[lead]
    group = [i for i, signal in enumerate(header.signals) if signal.file == wanted.file]
    signals = tuple(header.signals[i] for i in group)
    if len({(signal.format, signal.byte_offset) for signal in signals}) > 1:
        raise FormatError(
            f"{header.path}: the signals of {wanted.file} differ in format or offset",
            expected="one format and one offset a file",
        )
    if wanted.format == 8 and any(signal.samples_per_frame > 1 for signal in signals):
        raise FormatError(f"{header.path}: format 8 with several samples a frame is not supported")
    path = header.path.parent / wanted.file
    coding, width = CODINGS[wanted.format], sum(signal.samples_per_frame for signal in signals)
    frames = _frames(path, coding, wanted.byte_offset, width, header.frames)
    return SignalFile(path, coding, wanted.byte_offset, signals, frames), group.index(lead)


def _frames(path: Path, coding: Coding, offset: int, width: int, stated: int | None) -> int:
    """The number of frames, as the header states it or the file holds it."""
    size = _size_of(path)
    if size == 0:
        raise FormatError(f"{path}: the signal file is empty")
    frames = coding.samples_in(max(0, size - offset)) // width if stated is None else stated
    needed = offset + coding.size_of(max(1, frames) * width)
    if size < needed:
        raise FormatError(
            f"{path}: the signal file is too short",
            expected=f"{needed} bytes, as its header says",
            received=f"{size} bytes",
            remedy="copy it anew",
        )
    return frames


def _size_of(path: Path) -> int:
    try:
        found = path.stat() if path.is_file() else None
    except (OSError, ValueError) as error:
        raise FormatError(f"{path}: the signal file cannot be read: {error}") from error
    if found is None:
        raise FormatError(
            f"{path}: the signal file is missing",
            expected="it beside its header",
            remedy="copy both files of the record",
        )
    return found.st_size


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise FormatError(f"{path}: cannot be read", received=error.strerror) from error
