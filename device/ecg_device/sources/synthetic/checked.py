"""Dataclasses whose annotations are also their limits, refused with one clear line.

A field `rate_bpm: Annotated[float, Range(15, 350)]` is checked when the object is made, whether
from a scenario file or from Python.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from ecg_device.errors import SourceError


@dataclass(frozen=True, slots=True)
class Range:
    """The closed interval a number must lie in."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"

    def holds(self, value: Any) -> bool:
        return bool(self.low <= value <= self.high)


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters a non-empty text may be made of."""

    allowed: str

    def __str__(self) -> str:
        return f"letters out of {' '.join(self.allowed)}"

    def holds(self, value: Any) -> bool:
        return bool(value) and set(value) <= set(self.allowed)


class Checked:
    """Base of a dataclass that checks its fields against their annotations."""

    __slots__ = ()
    kind: ClassVar[str]

    def __post_init__(self) -> None:
        hints = _annotations(type(self))  # type: ignore[arg-type]
        for item in fields(self):  # type: ignore[arg-type]
            value = conform(getattr(self, item.name), hints[item.name], f"{self.kind} {item.name}")
            object.__setattr__(self, item.name, value)


@cache
def _annotations(owner: type) -> dict[str, Any]:
    return get_type_hints(owner, include_extras=True)


def conform(value: object, hint: Any, label: str) -> object:
    """The value as the annotation wants it (an int becomes a float), or a SourceError."""
    base, limit = _unwrap(hint)
    origin = get_origin(base)
    if origin in (UnionType, Union):
        if value is None:
            return None
        return conform(value, next(a for a in get_args(base) if a is not NoneType), label)
    if origin is Literal:
        return _choice(value, get_args(base), label)
    if origin is tuple:
        return _sequence(value, get_args(base)[0], label)
    if base is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, base) or (isinstance(value, bool) and base is not bool):
        raise SourceError(label, expected=_NAMES.get(base, base.__name__), received=repr(value))
    if limit is not None and not limit.holds(value):
        raise SourceError(label, expected=str(limit), received=repr(value))
    return value


_NAMES = {float: "a number", int: "a whole number", str: "a text", bool: "true or false"}


def _unwrap(hint: Any) -> tuple[Any, Range | Letters | None]:
    if get_origin(hint) is Annotated:
        base, limit = get_args(hint)
        return base, limit
    return hint, None


def _choice(value: object, choices: tuple[object, ...], label: str) -> object:
    if value in choices:
        return value
    raise SourceError(
        label,
        expected=" or ".join(map(repr, choices)),
        received=repr(value),
        remedy=did_you_mean(value, map(str, choices)),
    )


def _sequence(value: object, hint: Any, label: str) -> tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise SourceError(label, expected="a list", received=repr(value))
    return tuple(conform(item, hint, label) for item in value)


def did_you_mean(word: object, known: Iterable[str]) -> str | None:
    """'did you mean ...?', or None where nothing known comes close."""
    close = get_close_matches(str(word), list(known), n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else None
