"""MIT annotation files (`.atr`, our `.ecgd`): beats, rhythm and quality changes by sample number.

See annot(5) of the WFDB Applications Guide. Two-byte words: six bits of code, ten bits of interval
since the annotation before; longer intervals and further fields take words of their own.
"""

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_device.errors import FormatError
from ecg_device.formats.annotation_codes import (
    AUX,
    CHN,
    CODE_OF,
    LAST_CODE,
    NOT_QRS,
    NOTE,
    NUM,
    SKIP,
    SUB,
    SYMBOL_OF,
)
from ecg_device.formats.replacing import replacing

_RATE_NOTE = "## time resolution: "
_RATE = re.compile(re.escape(_RATE_NOTE) + r"(\d{1,9}(?:\.\d{0,15})?)", re.ASCII)
_DEFINITION = re.compile(r"(4[2-9]) (\S+) ", re.ASCII)
_MAX_INTERVAL = 2**31 - 1
_MAX_AUX = 255


@dataclass(frozen=True, slots=True)
class Annotation:
    """What holds at a sample of the record; `symbol` is a code of the MIT set."""

    sample: int
    symbol: str
    aux: str = ""
    subtype: int = 0  # -128..127
    chan: int = 0  # 0..255
    num: int = 0  # -128..127


def read_annotations(path: str | Path) -> list[Annotation]:
    """All annotations of a file; what describes the file itself is left out."""
    return _read(Path(path))[0]


def annotation_rate(path: str | Path) -> float | None:
    """The rate in Hz at which a file counts samples, where it says so."""
    return _read(Path(path))[1]


def annotation_arrays(path: str | Path) -> tuple[NDArray[np.int64], NDArray[np.str_]]:
    """Sample numbers and symbols, as arrays for scorers."""
    annotations = read_annotations(path)
    samples = np.array([a.sample for a in annotations], dtype=np.int64)
    return samples, np.array([a.symbol for a in annotations], dtype=np.str_)


def write_annotations(
    path: str | Path, annotations: Iterable[Annotation], *, rate_hz: float | None = None
) -> None:
    """Write annotations that come in the order of time, whole or not at all.

    They pass one by one, so a day of them may come from a generator. `rate_hz` is noted in the
    file the way the WFDB library does it.
    """
    opening = [] if rate_hz is None else [_rate_note(rate_hz)]
    with replacing(Path(path)) as file:
        file.writelines(_packed(chain(opening, annotations), Path(path)))


def _read(path: Path) -> tuple[list[Annotation], float | None]:
    words = _words(path)
    try:
        return _described(_unpacked(words, path))
    except IndexError:
        raise FormatError(
            f"{path}: the annotation file is cut off",
            expected="an end mark",
            remedy="copy it anew",
        ) from None


def _words(path: Path) -> list[int]:
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        raise FormatError(f"{path}: the annotations cannot be read: {error}") from error
    return list(struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) // 2 * 2]))


def _unpacked(words: list[int], path: Path) -> Iterator[Annotation]:
    """Every annotation of the file; an IndexError where the end mark is missing."""
    fields = {NUM: 0, SUB: 0, CHN: 0}
    sample, at, code, aux = 0, 0, NOT_QRS, ""
    while words[at] != 0:
        kind, value = words[at] >> 10, words[at] & 0x3FF
        at += 1
        if kind == AUX:
            length = (value + 1) // 2
            aux = _text(words[at : at + length], value)
            at += length
        elif kind in fields:
            fields[kind] = value & 0xFF
        else:
            if code != NOT_QRS:
                yield _annotation(sample, code, aux, fields)
            aux, fields[SUB], code = "", 0, NOT_QRS
            if kind == SKIP:
                sample += _signed(words[at] << 16 | words[at + 1], 32)
                at += 2
            else:
                sample, code = sample + value, _known(kind, path)
    if code != NOT_QRS:
        yield _annotation(sample, code, aux, fields)


def _annotation(sample: int, code: int, aux: str, fields: dict[int, int]) -> Annotation:
    return Annotation(
        sample,
        SYMBOL_OF.get(code, f"[{code}]"),
        aux,
        _signed(fields[SUB], 8),
        fields[CHN],
        _signed(fields[NUM], 8),
    )


def _text(words: list[int], length: int) -> str:
    raw = struct.pack(f"<{len(words)}H", *words)[:length]
    return raw.rstrip(b"\0").decode("latin-1")  # older files end each text with a zero byte


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


def _known(code: int, path: Path) -> int:
    if code > LAST_CODE:
        raise FormatError(
            f"{path}: not an MIT annotation file",
            expected=f"codes up to {LAST_CODE}",
            received=str(code),
        )
    return code


def _described(annotations: Iterable[Annotation]) -> tuple[list[Annotation], float | None]:
    """Apply the notes at sample 0 that tell the rate and define symbols, and drop them."""
    kept: list[Annotation] = []
    rate: float | None = None
    symbols: dict[str, str] = {}
    defining = False
    for annotation in annotations:
        aux = annotation.aux
        note = annotation.sample == 0 and annotation.symbol == SYMBOL_OF[NOTE]
        if note and (found := _RATE.match(aux)):
            rate = float(found[1]) or None
        elif note and aux.startswith("## annotation type definitions"):
            defining = True
        elif note and aux.startswith("## end of definitions"):
            defining = False
        elif note and defining:
            symbols |= {f"[{code}]": symbol for code, symbol in _DEFINITION.findall(f"{aux} ")}
        else:
            kept.append(annotation)
    if symbols:
        kept = [replace(a, symbol=symbols.get(a.symbol, a.symbol)) for a in kept]
    return kept, rate


def _rate_note(rate_hz: float) -> Annotation:
    rate = f"{rate_hz:.12f}".rstrip("0").rstrip(".")
    return Annotation(0, SYMBOL_OF[NOTE], f"{_RATE_NOTE}{rate}")


def _packed(ordered: Iterable[Annotation], path: Path) -> Iterator[bytes]:
    """The bytes of each annotation, then the end mark."""
    now, chan, num = 0, 0, 0
    for annotation in ordered:
        interval = annotation.sample - now
        if not 0 <= interval <= _MAX_INTERVAL:
            limits = f"{now} to {now + _MAX_INTERVAL}, in the order of time"
            raise _refused(path, "a sample number", limits, annotation.sample)
        if interval > 0x3FF:
            yield struct.pack("<3H", SKIP << 10, interval >> 16, interval & 0xFFFF)
            interval = 0
        yield struct.pack("<H", _code(annotation.symbol, path) << 10 | interval)
        if annotation.subtype:
            yield _field(SUB, annotation.subtype, -128, 127, path)
        if annotation.chan != chan:
            yield _field(CHN, annotation.chan, 0, 255, path)
        if annotation.num != num:
            yield _field(NUM, annotation.num, -128, 127, path)
        if annotation.aux:
            yield _aux(annotation.aux, path)
        now, chan, num = annotation.sample, annotation.chan, annotation.num
    yield b"\0\0"


def _code(symbol: str, path: Path) -> int:
    code = CODE_OF.get(symbol)
    if code is None and re.fullmatch(r"\[4[2-9]\]", symbol):
        code = int(symbol[1:-1])
    if code is None:
        raise _refused(path, "a symbol", "one of " + " ".join(CODE_OF), symbol)
    return code


def _field(kind: int, value: int, low: int, high: int, path: Path) -> bytes:
    if not low <= value <= high:
        raise _refused(path, "a subtype, chan or num", f"{low} to {high}", value)
    return struct.pack("<H", kind << 10 | value & 0xFF)


def _aux(aux: str, path: Path) -> bytes:
    try:
        text = aux.encode("latin-1")
    except UnicodeEncodeError:
        text = b""
    if not 0 < len(text) <= _MAX_AUX:
        raise _refused(path, "an aux text", f"at most {_MAX_AUX} Latin-1 characters", aux)
    return struct.pack("<H", AUX << 10 | len(text)) + text + b"\0" * (len(text) % 2)


def _refused(path: Path, what: str, expected: str, received: object) -> FormatError:
    return FormatError(
        f"{path}: {what} cannot be stored in an annotation file",
        expected=expected,
        received=repr(received),
    )
