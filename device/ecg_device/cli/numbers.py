"""Numbers as they are typed: what the text says, or what it should have said."""

import argparse
import math
from collections.abc import Callable

_LONGEST = 16  # digits: no number of a session has as many
_LATEST_S = 1e12


def session_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < _LONGEST):
        raise argparse.ArgumentTypeError(f"expected the number of a session, received {text!r}")
    return int(text)


def reader(kind: type[float], wanted: str, fits: Callable[[float], bool]) -> Callable[[str], float]:
    """An argparse type for a number that fits; `wanted` in words."""

    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and fits(value)):
            raise argparse.ArgumentTypeError(f"expected {wanted}, received {text!r}")
        return value

    return read


def port(text: str) -> int | str:
    return text if text == "none" else int(_port(text))


_port = reader(int, "a port from 0 to 65535, or none", lambda value: 0 <= value <= 65_535)
duration = reader(float, "a number of seconds above 0", lambda value: value > 0)
seconds = reader(float, "seconds from 0 up", lambda value: 0 <= value < _LATEST_S)
volts = reader(float, "a voltage above 0", lambda value: value > 0)
count = reader(int, "a whole number from 1 up", lambda value: value >= 1)
bits = reader(int, "a whole number from 1 to 32", lambda value: 1 <= value <= 32)
