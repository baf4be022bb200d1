"""Write one lead as EDF+, in data records of about a second.

Records without a sample are left out (EDF+D); a missing sample inside a record gets the code
-32768, which lies outside the digital limits, and the record an annotation "samples missing".
"""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import numpy as np

from ecg_device.errors import FormatError
from ecg_device.formats.cells import cells, codes_of
from ecg_device.formats.edf_header import ANNOTATIONS, FILE_FIELDS, SIGNAL_FIELDS
from ecg_device.formats.recording import SIMULATED_NOTE
from ecg_device.formats.replacing import replacing
from ecg_device.signals import Block, FloatArray, SignalInfo

_LIMIT, _MISSING = 32767, -32768
_ANNOTATION_BYTES = 80
_UNKNOWN_START = datetime(1985, 1, 1)  # as EDF+ wants it
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
_MAX_SAMPLES, _MAX_SECONDS = 30_000, 60  # EDF wants records below 61440 bytes
_HEADER_BYTES = 256 * 3


def write_edf(
    path: str | Path,
    info: SignalInfo,
    blocks: Iterable[Block],
    *,
    step_mv: float = 0.001,
    start: datetime | None = None,
) -> None:
    """Write an EDF+ file, whole or not at all.

    Parameters
    ----------
    step_mv
        The resolution; 32767 steps are the largest amplitude.
    start
        When the first sample was taken.
    """
    path = Path(path)
    samples, seconds = _record_shape(info.rate_hz)
    top = _decimal(_LIMIT * step_mv, 7)  # and a minus sign for the other limit
    if not float(top) > 0:
        raise FormatError("an EDF step is wrong", expected="0.00001 mV to 100 mV")
    with replacing(path) as file:
        file.write(bytes(_HEADER_BYTES))
        count, last = 0, -1
        for number, mv in cells(blocks, samples, path):
            record = np.concatenate([mv, np.full(samples - len(mv), np.nan)])
            file.write(_record(record, number, seconds, top, path))
            count, last = count + 1, number
        file.seek(0)
        kind = "EDF+C" if count == last + 1 else "EDF+D"
        file.write(_file_header(info, start, kind, count, seconds))
        file.write(_signal_headers(info, top, samples))


def _record_shape(rate_hz: float) -> tuple[int, str]:
    """Samples and seconds of a data record: whole seconds where the rate allows it."""
    exact = Fraction(rate_hz).limit_denominator(_MAX_SECONDS)
    if abs(float(exact) / rate_hz - 1) < 1e-12 and exact.numerator <= _MAX_SAMPLES:
        return exact.numerator, str(exact.denominator)
    samples = min(_MAX_SAMPLES, max(1, round(9.99 * rate_hz)))
    return samples, _decimal(samples / rate_hz, 8)


def _decimal(value: float, width: int) -> str:
    """The most exact text of a number that fits."""
    texts = (f"{value:.{digits}f}" for digits in range(width - 2, -1, -1))
    text = next((text for text in texts if len(text) <= width), "0")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _record(mv: FloatArray, number: int, seconds: str, top: str, path: Path) -> bytes:
    codes = codes_of(mv, _LIMIT / float(top), (-_LIMIT, _LIMIT), _MISSING, path)
    lost = bool((codes == _MISSING).any())
    return codes.astype("<i2").tobytes() + _annotations(number, seconds, lost)


def _annotations(number: int, seconds: str, lost: bool) -> bytes:
    """When a record began and, in a second entry, whether samples are missing in it."""
    onset = f"{float(number * Fraction(seconds)):+.6f}".rstrip("0").rstrip(".").encode()
    text = onset + b"\x14\x14\0"
    if lost:
        text += onset + b"\x15" + seconds.encode() + b"\x14samples missing\x14\0"
    return text.ljust(_ANNOTATION_BYTES, b"\0")


def _file_header(
    info: SignalInfo, start: datetime | None, kind: str, records: int, seconds: str
) -> bytes:
    date = f"{start.day:02}-{_MONTHS[start.month - 1]}-{start.year}" if start else "X"
    source = SIMULATED_NOTE if info.simulated else "X"
    start = start or _UNKNOWN_START
    fields = (
        "0",
        "X X X X",
        f"Startdate {date} X {source} ecg-device",
        f"{start:%d.%m.%y}",
        f"{start:%H.%M.%S}",
        str(_HEADER_BYTES),
        kind,
        str(records),
        seconds,
        "2",
    )
    return _laid(fields, FILE_FIELDS)


def _signal_headers(info: SignalInfo, top: str, samples: int) -> bytes:
    lead = info.lead if info.lead.upper().startswith("ECG") else f"ECG {info.lead}"
    signal = (lead, "", "mV", f"-{top}", top, f"-{_LIMIT}", f"{_LIMIT}", "", f"{samples}", "")
    words = _ANNOTATION_BYTES // 2
    notes = (ANNOTATIONS, "", "", "-1", "1", f"{_MISSING}", f"{_LIMIT}", "", f"{words}", "")
    columns = zip(signal, notes, strict=True)  # by field: both names, both transducers, ...
    return b"".join(
        _laid(pair, (width, width)) for pair, width in zip(columns, SIGNAL_FIELDS, strict=True)
    )


def _laid(fields: Iterable[str], widths: Iterable[int]) -> bytes:
    """Fixed-width ASCII."""
    parts = zip(fields, widths, strict=True)
    return b"".join(field.encode("ascii", "replace")[:width].ljust(width) for field, width in parts)
