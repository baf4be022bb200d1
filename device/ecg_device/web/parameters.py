"""What a request may hold, read strictly: a value of the right kind and size, or a message."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, overload

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from ecg_device.web.failures import RefusedError

LARGEST = 2**53 - 1  # the largest whole number that JSON carries everywhere
_SHOWN = 100
_MOST_WORDS = 32
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


def only(*names: str) -> None:
    """Refuse parameters nobody reads: a misspelt one would be ignored in silence."""
    for name in request.args:
        if name not in names:
            known = "one of " + ", ".join(names) if names else "no parameters"
            raise _wrong(f"unknown parameter {name[:_SHOWN]!r}", known)
        if len(request.args.getlist(name)) > 1:
            raise _wrong(f"the parameter {name!r} is given twice", "one value")


@overload
def whole(name: str, default: int, *, least: int = 0, most: int = LARGEST) -> int: ...


@overload
def whole(
    name: str, default: None = None, *, least: int = 0, most: int = LARGEST
) -> int | None: ...


def whole(
    name: str, default: int | None = None, *, least: int = 0, most: int = LARGEST
) -> int | None:
    """A whole number of the query."""
    text = request.args.get(name)
    if text is None:
        return default
    digits = text.removeprefix("-")
    value = int(text) if digits.isascii() and digits.isdigit() and len(digits) < 17 else None
    if value is None or not least <= value <= most:
        raise _wrong(f"the parameter {name!r} is wrong", f"a whole number {least} to {most}", text)
    return value


def number(name: str, default: float, *, least: float, most: float) -> float:
    """A number of the query."""
    text = request.args.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise _wrong(f"the parameter {name!r} is wrong", f"a number {least:g} to {most:g}", text)
    return value


def span() -> tuple[int | None, int | None]:
    """`from` and `to`, sample numbers; None where one is not given."""
    first, stop = whole("from"), whole("to")
    if first is not None and stop is not None and stop <= first:
        raise _wrong("the range is empty or reversed", "from < to", f"{first} to {stop}")
    return first, stop


def flag(name: str) -> bool | None:
    """true or false of the query."""
    text = request.args.get(name)
    if text is None:
        return None
    if text not in _FLAGS:
        raise _wrong(f"the parameter {name!r} is wrong", "true or false", text)
    return _FLAGS[text]


def choice(name: str, allowed: Iterable[str]) -> str:
    """A word of the query that must be one of these."""
    value, known = request.args.get(name), tuple(allowed)
    if value not in known:
        raise _wrong(f"the parameter {name!r} is wrong", "one of " + ", ".join(known), value or "-")
    return value


def words(
    name: str, *, longest: int = 40, among: Iterable[str] | None = None
) -> tuple[str, ...] | None:
    """Words of the query, parted by commas."""
    text = request.args.get(name)
    if text is None:
        return None
    found, known = tuple(text.split(",")), None if among is None else tuple(among)
    fit = all(word in known if known else 0 < len(word) <= longest for word in found)
    if len(found) > _MOST_WORDS or not fit:
        kind = "of " + ", ".join(known) if known else f"of at most {longest} characters"
        raise _wrong(f"the parameter {name!r} is wrong", f"words {kind}, parted by commas", text)
    return found


def text(name: str, *, longest: int = 100) -> str | None:
    """Free text of the query; empty is as good as absent."""
    value = request.args.get(name) or None
    if value is not None and (len(value) > longest or _UNSTORABLE.search(value)):
        kind = f"at most {longest} characters of text"
        raise _wrong(f"the parameter {name!r} is wrong", kind, value)
    return value


def body(fields: Mapping[str, str]) -> dict[str, Any]:
    """The JSON object of the request; `fields` says what each of its fields should be."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        value = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise _wrong("the request is not JSON", _listed(fields), _start()) from None
    if not isinstance(value, dict):
        raise _wrong("the request is no JSON object", _listed(fields), _start())
    for name in value:
        if name not in fields:
            raise _wrong(f"unknown field {name[:_SHOWN]!r}", _listed(fields))
    return value


def wrong_field(name: str, expected: str, received: object) -> RefusedError:
    """A field of the body is not what it should be."""
    return _wrong(f"the field {name!r} is wrong", expected, repr(received))


def text_field(name: str, value: object, *, longest: int) -> str:
    """A field that is text which can be stored and shown."""
    if isinstance(value, str) and len(value) <= longest and not _UNSTORABLE.search(value):
        return value
    shown = value[:_SHOWN] if isinstance(value, str) else value
    raise wrong_field(name, f"at most {longest} characters of text", shown)


def _listed(fields: Mapping[str, str]) -> str:
    return "an object with " + ", ".join(f"{name}: {kind}" for name, kind in fields.items())


def _start() -> str:
    return repr(request.get_data(as_text=True)[:_SHOWN])


def _wrong(what: str, expected: str, received: str | None = None) -> RefusedError:
    shown = None if received is None else received[:_SHOWN]
    return RefusedError(400, what, expected=expected, received=shown)
