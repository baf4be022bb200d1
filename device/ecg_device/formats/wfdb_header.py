"""WFDB header files: what lies where in the signal files, and what its numbers mean.

See "Header files" (header(5)) of the WFDB Applications Guide. Left-out fields get the defaults
given there: 250 Hz, a gain of 200 per mV, the baseline at the ADC's zero.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path

from ecg_device.errors import FormatError
from ecg_device.formats.recording import SIMULATED_NOTE
from ecg_device.formats.wfdb_codings import CODINGS

_MAX_BYTES = 4_000_000
_MAX_RATE_HZ = 1e6
_FORMAT = re.compile(r"(\d{1,9})(?:x(\d{1,9}))?(?::(\d{1,9}))?(?:\+(\d{1,15}))?", re.ASCII)
_GAIN = re.compile(r"([^(/\s]+)(?:\(([-+]?\d{1,10})\))?(?:/(\S+))?", re.ASCII)
_INTEGER = re.compile(r"[-+]?\d{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignalSpec:
    """One signal line."""

    file: str
    format: int
    samples_per_frame: int
    skew: int  # frames by which the signal lies late in its file
    byte_offset: int
    gain: float  # ADC units per physical unit
    baseline: int  # ADC units at 0 physical units
    unit: str
    adc_bits: int  # 0: not known
    adc_zero: int
    initial: int
    checksum: int  # of all samples, modulo 2**16; 0: not known (as challenge records have it)
    name: str


@dataclass(frozen=True, slots=True)
class SegmentSpec:
    """One line of a multi-segment header; the name '~' is a gap."""

    name: str
    samples: int


@dataclass(frozen=True, slots=True)
class Header:
    """A header file: signals of a plain record, or the segments of a chained one."""

    path: Path
    rate_hz: float  # of frames
    frames: int | None  # None: as many as the signal files hold
    signals: tuple[SignalSpec, ...]
    segments: tuple[SegmentSpec, ...]
    simulated: bool


def read_header(path: Path) -> Header:
    """Read and check a `.hea` file."""
    lines = _text_of(path).splitlines()
    comments = [line for line in lines if line.lstrip().startswith("#")]
    content = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not content:
        raise FormatError(f"{path}: not a WFDB header", expected="a record line", received="none")
    name, *fields = content[0].split()
    if not fields:
        raise _garbage(path, "a record line (name, signals, rate, samples)", content[0])
    count = _whole(fields[0], "the number of signals", path)
    chained = "/" in name
    segments = _segments(content[1:], name, path) if chained else ()
    return Header(
        path=path,
        rate_hz=_rate(fields[1], path) if len(fields) > 1 else 250.0,
        frames=(_whole(fields[2], "the number of samples", path) or None) if fields[2:] else None,
        signals=() if chained else _signals(content[1:], count, path),
        segments=segments,
        simulated=any(SIMULATED_NOTE in comment for comment in comments),
    )


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(f"{path}: cannot be read", received=error.strerror) from error
    if len(raw) > _MAX_BYTES or b"\0" in raw:
        raise FormatError(f"{path}: not a WFDB header", expected="a short text file")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")  # old records name patients and places in it


def _signals(lines: list[str], count: int, path: Path) -> tuple[SignalSpec, ...]:
    if count == 0:
        raise FormatError(f"{path}: the record has no signals", expected="at least one")
    if len(lines) < count:
        raise FormatError(
            f"{path}: the header is incomplete",
            expected=f"{count} signal lines",
            received=str(len(lines)),
        )
    return tuple(_signal(line, number, path) for number, line in enumerate(lines[:count]))


def _signal(line: str, number: int, path: Path) -> SignalSpec:
    fields = line.split(maxsplit=8)
    packed = _FORMAT.fullmatch(fields[1]) if len(fields) > 1 else None
    if packed is None:
        raise _garbage(path, "a signal line (file, format, gain, ...)", line)
    rest = fields[2:]
    name = rest[6].strip() if len(rest) > 6 else f"signal {number}"
    gain, baseline, unit = _gain(rest[0] if rest else "200", path)
    adc_bits, adc_zero, initial, checksum = _adc_fields(rest[1:5], path)
    return SignalSpec(
        file=_file_name(fields[0], path),
        format=_known_format(int(packed[1]), path),
        samples_per_frame=max(1, int(packed[2] or 1)),
        skew=int(packed[3] or 0),
        byte_offset=int(packed[4] or 0),
        gain=gain,
        baseline=adc_zero if baseline is None else baseline,
        unit=unit,
        adc_bits=adc_bits,
        adc_zero=adc_zero,
        initial=initial,
        checksum=checksum & 0xFFFF,
        name=name,
    )


def _adc_fields(fields: list[str], path: Path) -> list[int]:
    """Resolution, zero, initial value and checksum; an initial value left out is the zero."""
    names = ("an ADC resolution", "an ADC zero", "an initial value", "a checksum")
    values = [_integer(field, name, path) for field, name in zip(fields, names, strict=False)]
    zero = values[1] if len(values) > 1 else 0
    return values + [0, 0, zero, 0][len(values) :]


def _gain(field: str, path: Path) -> tuple[float, int | None, str]:
    """A gain field such as `200(1024)/mV`; a gain of 0 means not calibrated: 200 by custom."""
    parts = _GAIN.fullmatch(field)
    try:
        gain = float(parts[1]) if parts else math.nan
    except ValueError:
        gain = math.nan
    if parts is None or not (gain == 0 or 1e-9 < abs(gain) < 1e12):
        raise _garbage(path, "a gain such as 200(1024)/mV", field)
    return gain or 200.0, int(parts[2]) if parts[2] else None, parts[3] or "mV"


def _segments(lines: list[str], name: str, path: Path) -> tuple[SegmentSpec, ...]:
    count = _whole(name.rpartition("/")[2], "the number of segments", path)
    rows = [line.split() for line in lines[:count]]
    if count == 0 or len(rows) < count or any(len(row) < 2 for row in rows):
        raise FormatError(
            f"{path}: the list of segments is incomplete",
            expected=f"{count} lines with a name and a length",
            received=f"{len(rows)} lines",
        )
    return tuple(
        SegmentSpec(_file_name(row[0], path), _whole(row[1], "a segment's length", path))
        for row in rows
    )


def _file_name(name: str, path: Path) -> str:
    """A name inside the record's folder: a header must not send the reader elsewhere."""
    if name == "-" or "\\" in name or ":" in name or name.startswith("/") or ".." in name:
        raise _garbage(path, "the name of a file beside the header", name)
    return name


def _known_format(number: int, path: Path) -> int:
    if number not in CODINGS:
        known = ", ".join(map(str, CODINGS))
        raise FormatError(
            f"{path}: unknown signal format",
            expected=f"one of {known}",
            received=str(number),
            remedy="convert the record to format 16 (xform of the WFDB tools)",
        )
    return number


def _rate(field: str, path: Path) -> float:
    """The first number of `360/1000(0)`: rate / counter rate (counter start)."""
    try:
        rate = float(field.partition("/")[0])
    except ValueError:
        rate = math.nan
    if not 1e-3 <= rate <= _MAX_RATE_HZ:
        raise _garbage(path, "a sampling rate in Hz", field)
    return rate


def _whole(field: str, what: str, path: Path) -> int:
    number = _integer(field, what, path)
    if number < 0:
        raise _garbage(path, f"{what}, not negative", field)
    return number


def _integer(field: str, what: str, path: Path) -> int:
    if _INTEGER.fullmatch(field) is None:
        raise _garbage(path, what, field)
    return int(field)


def _garbage(path: Path, expected: str, received: str) -> FormatError:
    shown = received if len(received) <= 60 else received[:57] + "..."
    return FormatError(f"{path}: not a WFDB header", expected=expected, received=repr(shown))
