"""EDF and EDF+ headers: fixed-width text that says how the data records are laid out.

EDF: Kemp et al., Electroenceph. clin. Neurophysiol. 82 (1992); EDF+: Kemp and Olivan, Clin.
Neurophysiol. 114 (2003).
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path

from ecg_device.errors import FormatError
from ecg_device.formats.recording import SIMULATED_NOTE

ANNOTATIONS = "EDF Annotations"
FILE_FIELDS = (8, 80, 80, 8, 8, 8, 44, 8, 8, 4)
SIGNAL_FIELDS = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)
BLOCK_BYTES = 256
_MAX_SIGNALS = 4096
_NUMBER = re.compile(r"[-+]?\d{0,8}(\.\d*)?([eE][-+]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class EdfSignal:
    """One signal; its samples lie at words `begin` to `end` of every data record."""

    name: str
    unit: str
    physical: tuple[float, float]  # at the digital limits
    digital: tuple[int, int]
    begin: int
    end: int

    @property
    def samples(self) -> int:
        """In a data record."""
        return self.end - self.begin

    @property
    def step(self) -> float:
        """Physical units per digital one."""
        return (self.physical[1] - self.physical[0]) / (self.digital[1] - self.digital[0])


@dataclass(frozen=True, slots=True)
class EdfHeader:
    """A whole header."""

    bytes: int
    records: int
    record_seconds: float
    discontinuous: bool  # EDF+D: records may be apart
    simulated: bool
    signals: tuple[EdfSignal, ...]

    @property
    def record_words(self) -> int:
        """Two-byte words in a data record."""
        return self.signals[-1].end


def read_edf_header(path: Path) -> EdfHeader:
    """Read a header, check it, and that the file holds the data records it promises."""
    raw, size = _header_bytes(path)
    version, _, recording, _, _, own_bytes, kind, records, seconds, count = _cut(raw, FILE_FIELDS)
    signals = _signals(raw[BLOCK_BYTES:], _integer(count, "a number of signals", path), path)
    expected = BLOCK_BYTES * (len(signals) + 1)
    if version != "0" or _integer(own_bytes, "a header size", path) != expected:
        raise _garbage(path, f"version 0 and {expected} header bytes", f"{version}, {own_bytes}")
    record_seconds = _real(seconds, "a record's duration", path)
    if not 0 < record_seconds <= 1e6:
        raise _garbage(path, "a record's duration above 0 s", seconds)
    stated = _integer(records, "a number of data records", path)
    return EdfHeader(
        bytes=expected,
        records=_records(stated, size - expected, 2 * signals[-1].end, path),
        record_seconds=record_seconds,
        discontinuous=kind.startswith("EDF+D"),
        simulated=SIMULATED_NOTE in recording,
        signals=signals,
    )


def _header_bytes(path: Path) -> tuple[bytes, int]:
    try:
        with path.open("rb") as file:
            raw = file.read(BLOCK_BYTES)
            size = path.stat().st_size
            if len(raw) == BLOCK_BYTES and not raw.startswith(b"\xff"):
                count = _integer(raw[-4:].decode("latin-1"), "a number of signals", path)
                raw += file.read(BLOCK_BYTES * min(max(count, 0), _MAX_SIGNALS))
    except (OSError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"{path}: cannot be read: {error}") from error
    if raw.startswith(b"\xffBIOSEMI"):
        raise FormatError(f"{path}: a BDF file", expected="EDF", remedy="convert it to EDF")
    if len(raw) < BLOCK_BYTES or len(raw) % BLOCK_BYTES:
        raise FormatError(
            f"{path}: too short for an EDF header",
            expected="256 bytes and 256 more for each signal",
            received=f"{len(raw)} bytes",
        )
    return raw, size


def _signals(raw: bytes, count: int, path: Path) -> tuple[EdfSignal, ...]:
    """Signals are stored by field: all names, then all transducers, and so on."""
    if len(raw) < count * BLOCK_BYTES or not 1 <= count <= _MAX_SIGNALS:
        raise _garbage(path, f"1 to {_MAX_SIGNALS} signals", str(count))
    columns = _cut(raw, tuple(width for width in SIGNAL_FIELDS for _ in range(count)))
    signals: list[EdfSignal] = []
    for i in range(count):
        begin = signals[-1].end if signals else 0
        signals.append(_signal(columns[i::count], begin, path))
    return tuple(signals)


def _signal(fields: list[str], begin: int, path: Path) -> EdfSignal:
    name, _, unit, low, high, digital_low, digital_high, _, samples, _ = fields
    physical = [_real(field, "a physical limit", path) for field in (low, high)]
    digital = [_integer(field, "a digital limit", path) for field in (digital_low, digital_high)]
    count = _integer(samples, "samples in a data record", path)
    if count < 1:
        raise _garbage(path, "at least one sample in a data record", samples)
    if physical[0] == physical[1] or not -32768 <= digital[0] < digital[1] <= 32767:
        raise _garbage(path, "limits that differ", f"{physical} and {digital} of {name}")
    return EdfSignal(
        name=name or "unnamed",
        unit=unit,
        physical=(physical[0], physical[1]),
        digital=(digital[0], digital[1]),
        begin=begin,
        end=begin + count,
    )


def _records(stated: int, data_bytes: int, record_bytes: int, path: Path) -> int:
    """As stated; -1 means the recorder did not live to write it down."""
    held = data_bytes // record_bytes
    records = held if stated == -1 else stated
    if records < 1:
        raise FormatError(f"{path}: holds no data records", received=str(stated))
    if held < records:
        raise FormatError(
            f"{path}: the file is too short",
            expected=f"{records} data records of {record_bytes} bytes, as its header says",
            received=f"{data_bytes} bytes",
            remedy="copy it anew",
        )
    return records


def _cut(raw: bytes, widths: tuple[int, ...]) -> list[str]:
    fields, at = [], 0
    for width in widths:
        fields.append(raw[at : at + width].decode("latin-1").strip(" \0"))
        at += width
    return fields


def _integer(field: str, what: str, path: Path) -> int:
    number = _real(field, what, path)
    if number != int(number):
        raise _garbage(path, what, field)
    return int(number)


def _real(field: str, what: str, path: Path) -> float:
    text = field.strip(" \0")
    try:
        number = float(text) if _NUMBER.fullmatch(text) else math.nan
    except ValueError:
        number = math.nan
    if not abs(number) < 1e12:
        raise _garbage(path, what, field)
    return number


def _garbage(path: Path, expected: str, received: str) -> FormatError:
    return FormatError(
        f"{path}: not a sound EDF header", expected=expected, received=repr(received[:60])
    )
