"""What goes through the pipe between the sampler and the appliance, as bytes and back.

A stream is frames, little-endian, each a header (magic, kind, length of the payload) and a
payload:

    INFO    JSON: the `SignalInfo`; the first frame, unless it is an ERROR
    BLOCK   start, taken_ns, late, count, has_leads; `count` float64 mV; `count` uint8 leads or none
    ALIVE   nothing: no sample was due for a while, and the sampler is well
    END     nothing: the signal is over
    ERROR   JSON: the class and the four parts of an error of `ecg_device.errors`

Millivolts go as the float64 they are: what a viewer sees is the file's sample to the bit. Both
ends are one version of one program, so there is no version here, but every length is checked: the
pipe of a sampler that was killed ends anywhere, and a driver may print into it.
"""

import json
import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import asdict
from enum import Enum, IntEnum
from typing import Any, NamedTuple

import numpy as np

from ecg_device.errors import ConfigError, EcgDeviceError, FormatError, SourceError
from ecg_device.signals import Block, SignalInfo

MAGIC = b"\x93ECG"
MOST_SAMPLES = 1 << 20  # of one block
_HEADER = struct.Struct("<4sBxxxI")
_BLOCK = struct.Struct("<qqIIB7x")  # so that the millivolts begin at a multiple of eight
_MOST_BYTES = _BLOCK.size + 9 * MOST_SAMPLES
_ERRORS = {error.__name__: error for error in (ConfigError, FormatError, SourceError)}
_PARTS = ("what", "expected", "received", "remedy")
_NOT_THAT = (ValueError, TypeError, KeyError, OverflowError, RecursionError, struct.error)


class Kind(IntEnum):
    INFO = 1
    BLOCK = 2
    ALIVE = 3
    END = 4
    ERROR = 5


class Sign(Enum):
    """A message without content."""

    ALIVE = "alive"
    END = "end"


class Taken(NamedTuple):
    """A block, when its last sample was taken (CLOCK_MONOTONIC), and how many of it were late."""

    block: Block
    taken_ns: int
    late: int


Message = SignalInfo | Taken | Sign | EcgDeviceError


def encode(message: Message) -> bytes:
    """The frame of a message."""
    match message:
        case Taken():
            return _frame(Kind.BLOCK, _block_bytes(message))
        case SignalInfo():
            return _frame(Kind.INFO, json.dumps(asdict(message)).encode())
        case Sign():
            return _frame(Kind[message.name])
        case EcgDeviceError():
            return _frame(Kind.ERROR, json.dumps(_error_parts(message)).encode())


class Decoder:
    """Frames out of bytes that come in pieces of any size."""

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def torn(self) -> int:
        """Bytes of a frame that has not come whole."""
        return len(self._held)

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that are complete now; SourceError where these bytes are none."""
        self._held += data
        while (size := self._size()) is not None:
            kind, payload = self._held[4], bytes(self._held[_HEADER.size : size])
            del self._held[:size]
            yield _decode(kind, payload)

    def _size(self) -> int | None:
        """Of the first frame, once it is there."""
        seen = bytes(self._held[: len(MAGIC)])
        if not MAGIC.startswith(seen):
            raise _damaged("a frame", repr(bytes(self._held[:40])))
        if len(self._held) < _HEADER.size:
            return None
        _, _, length = _HEADER.unpack_from(self._held)
        if length > _MOST_BYTES:
            raise _damaged(f"a frame of at most {_MOST_BYTES} bytes", str(length))
        size = _HEADER.size + int(length)
        return size if len(self._held) >= size else None


def _frame(kind: Kind, payload: bytes = b"") -> bytes:
    return _HEADER.pack(MAGIC, kind, len(payload)) + payload


def _block_bytes(taken: Taken) -> bytes:
    block = taken.block
    head = _BLOCK.pack(
        block.start, taken.taken_ns, taken.late, len(block.mv), block.leads is not None
    )
    mv = block.mv.astype("<f8", copy=False).tobytes()
    return head + mv + (b"" if block.leads is None else block.leads.tobytes())


def _error_parts(error: EcgDeviceError) -> dict[str, str | None]:
    names = (kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _ERRORS)
    parts = {name: getattr(error, name) for name in _PARTS}
    return {"class": next(names, SourceError.__name__), **parts}


def _decode(kind: int, payload: bytes) -> Message:
    if kind not in _READERS:
        raise _damaged("a known kind of frame", f"kind {kind}")
    try:
        return _READERS[kind](payload)
    except _NOT_THAT as error:
        raise _damaged(f"a frame {Kind(kind).name}", repr(payload[:40])) from error


def _read_block(payload: bytes) -> Taken:
    start, taken_ns, late, count, has_leads = _BLOCK.unpack_from(payload)
    bytes_each = 9 if has_leads == 1 else 8
    if len(payload) != _BLOCK.size + bytes_each * count or has_leads > 1 or late > count:
        raise ValueError("lengths do not agree")
    mv = np.frombuffer(payload, "<f8", count, _BLOCK.size).astype(np.float64)
    leads = np.frombuffer(payload, np.uint8, count, len(payload) - count) if has_leads else None
    return Taken(Block(start, mv, None if leads is None else leads.copy()), taken_ns, late)


def _read_info(payload: bytes) -> SignalInfo:
    values = json.loads(payload)
    rate_hz, samples = float(values["rate_hz"]), values["samples"]
    if not (math.isfinite(rate_hz) and rate_hz > 0):
        raise ValueError("a rate is a positive number")
    return SignalInfo(
        str(values["name"]),
        rate_hz,
        str(values["lead"]),
        bool(values["simulated"]),
        _pair(values["rails_mv"]),
        None if samples is None else int(samples),
        _pair(values["band_hz"]),
    )


def _pair(values: Any) -> tuple[float, float] | None:
    if values is None:
        return None
    low, high = values
    return float(low), float(high)


def _read_error(payload: bytes) -> EcgDeviceError:
    values = json.loads(payload)
    what, *others = (values[name] for name in _PARTS)
    if not isinstance(what, str) or any(not isinstance(part, str | None) for part in others):
        raise TypeError("an error's parts are text")
    expected, received, remedy = others
    error = _ERRORS.get(values["class"], SourceError)
    return error(what, expected=expected, received=received, remedy=remedy)


def _read_sign(sign: Sign) -> Callable[[bytes], Sign]:
    def read(payload: bytes) -> Sign:
        if payload:
            raise ValueError("a sign has no content")
        return sign

    return read


_READERS: dict[int, Callable[[bytes], Message]] = {
    Kind.INFO: _read_info,
    Kind.BLOCK: _read_block,
    Kind.ALIVE: _read_sign(Sign.ALIVE),
    Kind.END: _read_sign(Sign.END),
    Kind.ERROR: _read_error,
}


def _damaged(expected: str, received: str) -> SourceError:
    return SourceError(
        "the sampler's stream is damaged",
        expected=expected,
        received=received,
        remedy="start the source again; if it happens again, report it as a bug",
    )
