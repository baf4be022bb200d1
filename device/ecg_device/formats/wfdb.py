"""WFDB records: a header and the signal files beside it, read in blocks.

Departures from the WFDB library, all on the side of caution: a signal file shorter than its header
says is refused at once, and a checksum that does not fit is an error (a checksum of 0 counts as
not given, as in the records of the CinC challenges). A lead sampled several times a frame has its
own rate, and its sample numbers are counted at that rate.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecg_device.errors import FormatError
from ecg_device.formats.leads import find_lead
from ecg_device.formats.recording import Recording, minute_of, reblock
from ecg_device.formats.units import require_voltage
from ecg_device.formats.wfdb_codings import CODINGS
from ecg_device.formats.wfdb_header import Header, SignalSpec, read_header
from ecg_device.formats.wfdb_signals import SignalFile, signal_file
from ecg_device.signals import Block, SignalInfo


@dataclass(frozen=True, slots=True)
class WfdbRecording:
    """A lead of a plain record."""

    info: SignalInfo
    leads: tuple[str, ...]
    file: SignalFile
    column: int  # the lead's number in the file
    scale: float  # millivolts per unit

    def blocks(self, size: int | None = None) -> Iterator[Block]:
        """See `Recording.blocks`."""
        return reblock(self._chunks(), size or minute_of(self.info))

    def _chunks(self) -> Iterator[Block]:
        signal = self.file.signals[self.column]
        begin, end = self.file.edges[self.column : self.column + 2]
        start = -signal.skew * signal.samples_per_frame
        for frames in self.file.chunks():
            codes = frames[:, begin:end].ravel()
            mv = (codes.astype(np.float64) - signal.baseline) / signal.gain
            if self.scale != 1.0:
                mv *= self.scale
            if self.file.coding.missing is not None:
                mv[codes == self.file.coding.missing] = np.nan
            early = max(0, -start)
            if early < len(mv):
                yield Block(start + early, mv[early:])
            start += len(mv)


@dataclass(frozen=True, slots=True)
class ChainedRecording:
    """A lead of a multi-segment record; a segment without it (None) is a gap."""

    info: SignalInfo
    leads: tuple[str, ...]
    segments: tuple[tuple[int, Recording | None], ...]  # first sample number, segment

    def blocks(self, size: int | None = None) -> Iterator[Block]:
        """See `Recording.blocks`."""
        return reblock(self._chunks(), size or minute_of(self.info))

    def _chunks(self) -> Iterator[Block]:
        for first, segment in self.segments:
            if segment is not None:
                for block in segment.blocks():
                    yield Block(first + block.start, block.mv)


def open_wfdb(header_path: Path, lead: int | str | None = 0) -> Recording:
    """Open a record by its `.hea` file; sizes are checked, samples are not yet read."""
    header = read_header(header_path)
    return _chained(header, lead) if header.segments else _plain(header, lead)


def _plain(header: Header, lead: int | str | None) -> WfdbRecording:
    leads = tuple(signal.name for signal in header.signals)
    index = find_lead(leads, lead, header.path)
    signal = header.signals[index]
    units = [signal.unit for signal in header.signals]
    scale = require_voltage(header.path, leads, units, index)
    file, column = signal_file(header, index)
    samples = (file.frames - signal.skew) * signal.samples_per_frame
    if samples <= 0:
        raise FormatError(f"{header.path}: the record holds no samples of {signal.name}")
    info = SignalInfo(
        name=header.path.stem,
        rate_hz=header.rate_hz * signal.samples_per_frame,
        lead=signal.name,
        simulated=header.simulated,
        rails_mv=_rails(signal, scale),
        samples=samples,
    )
    return WfdbRecording(info, leads, file, column, scale)


def _rails(signal: SignalSpec, scale: float) -> tuple[float, float] | None:
    """The ADC's range, where it is narrower than what the format can hold anyway."""
    if not 0 < signal.adc_bits < CODINGS[signal.format].bits:
        return None
    half = 2 ** (signal.adc_bits - 1)
    codes = (signal.adc_zero - half, signal.adc_zero + half - 1)
    low, high = sorted((code - signal.baseline) / signal.gain * scale for code in codes)
    return low, high


def _chained(header: Header, lead: int | str | None) -> ChainedRecording:
    """Open every segment; in a layout record (first segment empty) leads go by name."""
    by_name = header.segments[0].samples == 0
    layout = _layout(header)
    leads = tuple(signal.name for signal in layout.signals)
    index = find_lead(leads, lead, header.path)
    wanted = layout.signals[index]
    placed: list[tuple[int, Recording | None]] = []
    frame = 0
    for part in header.segments[1 if by_name else 0 :]:
        segment = _segment(header, part.name, wanted.name if by_name else index)
        _require_fit(header, segment, wanted, part.samples)
        placed.append((frame * wanted.samples_per_frame, segment))
        frame += part.samples
    info = SignalInfo(
        name=header.path.stem,
        rate_hz=header.rate_hz * wanted.samples_per_frame,
        lead=wanted.name,
        simulated=header.simulated,
        samples=frame * wanted.samples_per_frame,
    )
    return ChainedRecording(info, leads, tuple(placed))


def _layout(header: Header) -> Header:
    """The header that names the leads: of the layout segment, or of the first with samples."""
    for segment in header.segments:
        if segment.name != "~":
            return read_header(header.path.parent / f"{segment.name}.hea")
    raise FormatError(f"{header.path}: the record has no segments with samples")


def _segment(header: Header, name: str, lead: int | str) -> Recording | None:
    if name == "~":
        return None
    segment = read_header(header.path.parent / f"{name}.hea")
    if segment.segments:
        raise FormatError(f"{header.path}: segment {name} has segments itself")
    if isinstance(lead, str) and lead not in [signal.name for signal in segment.signals]:
        return None
    return _plain(segment, lead)


def _require_fit(
    header: Header, segment: Recording | None, wanted: SignalSpec, frames: int
) -> None:
    if segment is None:
        return
    rate_hz, samples = header.rate_hz * wanted.samples_per_frame, frames * wanted.samples_per_frame
    if segment.info.rate_hz != rate_hz or segment.info.samples != samples:
        raise FormatError(
            f"{header.path}: segment {segment.info.name} does not fit",
            expected=f"{samples} samples at {rate_hz:g} Hz",
            received=f"{segment.info.samples} samples at {segment.info.rate_hz:g} Hz",
        )
