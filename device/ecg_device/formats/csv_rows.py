"""Numbers out of CSV text, some thousand lines at a time, with the line number of what is wrong."""

import io
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ecg_device.errors import FormatError
from ecg_device.formats.csv_layout import CsvLayout
from ecg_device.signals import FloatArray

_CHUNK_BYTES = 2**20
_LATEST = 1e16  # microseconds in three centuries
_MISSING = ("", "nan", "na", "null")


def read_rows(path: Path, layout: CsvLayout) -> Iterator[tuple[int, FloatArray]]:
    """Chunks of rows, each with the number of its first line; times in seconds, NaN if missing."""
    line = layout.first_line
    for text in _whole_lines(path, layout.data_offset):
        rows = _rows(text, layout, line, path)
        if len(rows):
            _require_times(rows[:, 0], line, path)
            rows[:, 0] *= layout.seconds
            yield line, rows
        line += text.count(b"\n")


def _whole_lines(path: Path, offset: int) -> Iterator[bytes]:
    """The file in pieces that end with a line."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            while text := file.read(_CHUNK_BYTES):
                text += file.readline(_CHUNK_BYTES)
                yield text if text.endswith(b"\n") else text + b"\n"
    except OSError as error:
        raise FormatError(f"{path}: cannot be read", received=error.strerror) from error


def _rows(text: bytes, layout: CsvLayout, line: int, path: Path) -> FloatArray:
    """All lines at once where each is complete and plain, else one by one."""
    if text.strip():
        try:
            plain = np.loadtxt(io.BytesIO(text), delimiter=layout.separator, comments=None, ndmin=2)
            if plain.shape[1] == layout.columns:
                return plain
        except ValueError:
            pass  # a missing value, or text: find the line
    lines = text.decode("utf-8", "replace").splitlines()
    found = [_row(entry, layout, line + i, path) for i, entry in enumerate(lines) if entry.strip()]
    return np.array(found, dtype=np.float64).reshape(-1, layout.columns)


def _row(entry: str, layout: CsvLayout, line: int, path: Path) -> list[float]:
    fields = [field.strip() for field in entry.split(layout.separator)]
    if len(fields) != layout.columns:
        raise FormatError(
            f"{path}, line {line}: wrong number of fields",
            expected=str(layout.columns),
            received=str(len(fields)),
        )
    return [_number(field, line, path) for field in fields]


def _number(field: str, line: int, path: Path) -> float:
    if field.lower() in _MISSING:
        return math.nan
    try:
        return float(field)
    except ValueError:
        raise FormatError(
            f"{path}, line {line}: not a number", expected="a number", received=repr(field[:40])
        ) from None


def _require_times(times: FloatArray, line: int, path: Path) -> None:
    sound = np.abs(times) < _LATEST
    if not sound.all():
        raise FormatError(
            f"{path}, line {line + int(np.argmin(sound))}: no time there",
            expected="a number in the first column",
            received=f"{times[np.argmin(sound)]:g}",
        )
