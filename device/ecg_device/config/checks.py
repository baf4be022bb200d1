"""What each setting takes: a value in, the value to use out, or what it should have been."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

NONE = "none"  # for what can be done without
_SOURCE_FORMS = "synthetic, synthetic:SCENARIO or replay:PATH"
_TOP_SPEED = 1_000_000
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*")  # a name, IPv4 or IPv6
_MOST_VIEWERS = 64
_LEAST_QUOTA_GB = 0.01  # an hour and a half of signal


class RefusedError(Exception):
    """A value is not what a setting takes; the text says what it does take."""


def _source(value: object) -> str:
    kind, colon, detail = value.partition(":") if isinstance(value, str) else ("", "", "")
    complete = bool(detail) if colon else kind == "synthetic"
    if kind not in ("synthetic", "replay") or not complete:
        raise RefusedError(_SOURCE_FORMS)
    return f"{kind}{colon}{detail}"


def _scenario(value: object) -> Path:
    if not isinstance(value, str | Path) or not str(value):
        raise RefusedError("the path of a TOML scenario file")
    return Path(value)


def _speed(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _TOP_SPEED:
        return float(value)
    raise RefusedError(f"a number from 0 to {_TOP_SPEED} (1 is real time, 0 as fast as possible)")


def _seed(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise RefusedError("a whole number from 0 up")
    return value


def _model(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise RefusedError("the name of a model, the folder of one, or none")
    return value


def _host(value: object) -> str:
    if not isinstance(value, str) or not _HOST.fullmatch(value):
        raise RefusedError("an address or a name of this machine, such as 127.0.0.1")
    return value


def _hosts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise RefusedError('a list of names, such as ["ecg.local"]')
    return tuple(_host(name) for name in value)


def _port(value: object) -> int | str:
    if value == NONE:
        return NONE
    return _whole(value, 0, 65_535, "a port from 1 to 65535, 0 for any free one, or none")


def _viewers(value: object) -> int:
    return _whole(value, 1, _MOST_VIEWERS, f"a whole number from 1 to {_MOST_VIEWERS}")


def _whole(value: object, low: int, high: int, wanted: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    raise RefusedError(wanted)


def _file(value: object) -> Path:
    if not isinstance(value, str | Path) or not str(value):
        raise RefusedError("the path of a PEM file")
    return Path(value)


def _data(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise RefusedError("the path of a folder, or none")
    return value


def _quota(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        value = 0
    if not _LEAST_QUOTA_GB <= value < 1e6:
        raise RefusedError(f"a number of gigabytes from {_LEAST_QUOTA_GB} up")
    return float(value)


CHECKS: dict[str, Callable[[object], Any]] = {
    "source": _source,
    "scenario": _scenario,
    "speed": _speed,
    "seed": _seed,
    "model": _model,
    "host": _host,
    "port": _port,
    "hosts": _hosts,
    "viewers": _viewers,
    "tls_cert": _file,
    "tls_key": _file,
    "data": _data,
    "quota_gb": _quota,
}
