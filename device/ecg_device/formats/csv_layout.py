"""The header line of a CSV recording: which column is what, and in which unit.

`time_ms,value`, `time (s),II (uV),V5 (uV)`, `t_us,adc,lo_minus,lo_plus`: the first column is the
time, the others are leads, save the two states of the AD8232's leads-off pins. Fields are parted
by a comma, a semicolon or a tab. Lines before it that begin with # are comments.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from ecg_device.errors import FormatError
from ecg_device.formats.recording import SIMULATED_NOTE
from ecg_device.formats.units import mv_per_unit

COUNTS = ("adc", "counts", "count", "raw", "lsb")
_MAX_LINE = 100_000
_TIME = re.compile(r"(?:time|t|timestamp|elapsed)?[ _\[(]*([a-zµμ]*)[\])]*", re.IGNORECASE)
_SECONDS = {
    "": 1.0,
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("ms", "msec", "millis", "milliseconds"), 1e-3),
    **dict.fromkeys(("us", "µs", "μs", "usec", "micros", "microseconds"), 1e-6),
}
_LEAD = re.compile(r"(.*?)[ _\[(]*([^ _\[(\])]+)[\])]*")
_RA_PIN = ("lo_minus", "lo-", "lominus")
_LA_PIN = ("lo_plus", "lo+", "loplus")


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """What the lines before the data say."""

    data_offset: int  # bytes
    first_line: int  # number of the first line of data
    separator: str
    seconds: float  # per unit of time
    leads: tuple[str, ...]
    units: tuple[str, ...]  # "" where the header names none
    lead_columns: tuple[int, ...]
    pin_columns: tuple[int, int] | None  # LO-, LO+
    simulated: bool

    @property
    def columns(self) -> int:
        """Fields in a line."""
        return 1 + len(self.leads) + (2 if self.pin_columns else 0)


def read_csv_layout(path: Path) -> CsvLayout:
    """Read the comments and the header line."""
    lines, offset = _opening_lines(path)
    header = lines[-1]
    separator = max(",;\t", key=header.count)
    names = [name.strip().strip('"') for name in header.split(separator)]
    seconds = _seconds_per_unit(names[0], path)
    pins = _pins(names, path)
    columns = tuple(i for i in range(1, len(names)) if i not in (pins or ()))
    if not columns:
        raise _no_header(path, header)
    named = [_lead(names[i]) for i in columns]
    return CsvLayout(
        data_offset=offset,
        first_line=len(lines) + 1,
        separator=separator,
        seconds=seconds,
        leads=tuple(name for name, _ in named),
        units=tuple(unit for _, unit in named),
        lead_columns=columns,
        pin_columns=pins,
        simulated=any(SIMULATED_NOTE in line for line in lines[:-1]),
    )


def _opening_lines(path: Path) -> tuple[list[str], int]:
    """Comment lines, then the header line; and the byte where the data begin."""
    lines: list[str] = []
    try:
        with path.open("rb") as file:
            while not lines or lines[-1].startswith("#") or not lines[-1]:
                raw = file.readline(_MAX_LINE)
                if not raw:
                    raise FormatError(f"{path}: no header line", expected="time_s,value")
                lines.append(raw.decode("utf-8-sig").strip())
            return lines, file.tell()
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: not a CSV file", expected="text in UTF-8") from error
    except OSError as error:
        raise FormatError(f"{path}: cannot be read", received=error.strerror) from error


def _seconds_per_unit(name: str, path: Path) -> float:
    found = _TIME.fullmatch(name)
    if not name or found is None or found[1].lower() not in _SECONDS:
        raise _no_header(path, name)
    return _SECONDS[found[1].lower()]


def _pins(names: list[str], path: Path) -> tuple[int, int] | None:
    lower = [name.lower() for name in names]
    pins = [next((lower.index(n) for n in known if n in lower), 0) for known in (_RA_PIN, _LA_PIN)]
    if not any(pins):
        return None
    if not all(pins):
        raise FormatError(f"{path}: one leads-off column alone", expected="lo_minus and lo_plus")
    return pins[0], pins[1]


def _lead(column: str) -> tuple[str, str]:
    """Name and unit: `II (uV)` is II in uV, `value` an ECG of which nothing is said."""
    found = _LEAD.fullmatch(column)
    name, unit = column, ""
    if found and (mv_per_unit(found[2]) is not None or found[2].lower() in COUNTS):
        name, unit = found[1], found[2].lower()
    return ("ECG" if name.lower() in ("", "value", "signal") else name), unit


def _no_header(path: Path, received: str) -> FormatError:
    return FormatError(
        f"{path}: the first line does not name the columns",
        expected="time_s,value or time_ms,value,lo_minus,lo_plus (s, ms or us)",
        received=repr(received[:60]),
        remedy="put such a line first",
    )
