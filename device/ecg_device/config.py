"""Settings: a TOML file made into a frozen dataclass, each value with where it came from.

The first file found is the only one read: `--config`, the variable ECG_DEVICE_CONFIG, the
user's, the system's. A file names any of the settings below, nothing else:

    source = "synthetic"         # or "synthetic:SCENARIO", or "replay:recordings/100"
    scenario = "mine.toml"       # a scenario file, for the source "synthetic"
    speed = 1.0                  # times real time; 0 is as fast as possible
    seed = 0                     # the same seed gives the same synthetic signal
    model = "aami"               # a model, its folder, or "none"; without: the one in use

Paths in a file count from the file's own folder, so a service and a shell mean the same.
"""

import difflib
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ecg_device.errors import ConfigError

ENVIRONMENT_VARIABLE = "ECG_DEVICE_CONFIG"
SYSTEM_FILE = Path("/etc/ecg-device/config.toml")
_TOP_SPEED = 1_000_000
_SOURCE_FORMS = "synthetic, synthetic:SCENARIO or replay:PATH"


@dataclass(frozen=True, slots=True)
class Config:
    """The effective settings; `origins` says for each where its value came from."""

    source: str = "synthetic"
    scenario: Path | None = None
    speed: float = 1.0
    seed: int = 0
    model: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict)

    def origin(self, name: str) -> str:
        return self.origins.get(name, "default")


SETTINGS = tuple(entry.name for entry in fields(Config) if entry.name != "origins")


def load(explicit: Path | None = None) -> Config:
    """Read the file that applies, or give the shipped defaults where there is none."""
    path = find_file(explicit)
    if path is None:
        return Config()
    return override(Config(), _at_home(_read(path), path.parent), origin=str(path))


def find_file(explicit: Path | None = None) -> Path | None:
    """The one file to read: a named one must exist, the usual places may be empty."""
    named = explicit or _named_by_environment()
    if named is not None:
        return named
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    usual = (home / "ecg-device" / "config.toml", SYSTEM_FILE)
    return next((path for path in usual if path.is_file()), None)


def override(config: Config, values: Mapping[str, Any], *, origin: str) -> Config:
    """A copy with some settings replaced, each checked, their origin noted.

    Source and scenario name the signal together: who gives one of them replaces both.
    """
    checked = {name: _check(name, value, origin) for name, value in values.items()}
    if "source" in checked or "scenario" in checked:
        checked = {"source": "synthetic", "scenario": None, **checked}
    changed = replace(
        config, **checked, origins={**config.origins, **dict.fromkeys(checked, origin)}
    )
    _check_signal(changed, origin)
    return changed


def _named_by_environment() -> Path | None:
    name = os.environ.get(ENVIRONMENT_VARIABLE)
    return Path(name) if name else None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"cannot read the settings file {path}",
            received=error.strerror,
            remedy="name a readable file with --config or " + ENVIRONMENT_VARIABLE,
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the settings file {path} is not TOML",
            expected='lines such as speed = 2.0 or source = "synthetic"',
            received=str(error),
        ) from error


def _at_home(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Paths of a file's settings, taken from the folder that the file lies in."""
    scenario, source = values.get("scenario"), values.get("source")
    if isinstance(scenario, str) and scenario:
        values["scenario"] = folder / scenario
    kind, _, detail = source.partition(":") if isinstance(source, str) else ("", "", "")
    model = values.get("model")
    if isinstance(model, str) and os.sep in model:
        values["model"] = str(folder / model)
    if detail and (kind == "replay" or detail.endswith(".toml")):
        values["source"] = f"{kind}:{folder / detail}"
    return values


def _check(name: str, value: object, origin: str) -> Any:
    check = _CHECKS.get(name)
    if check is None:
        near = difflib.get_close_matches(name, SETTINGS, n=1)
        raise ConfigError(
            f"unknown setting {name!r} from {origin}",
            expected="one of " + ", ".join(SETTINGS),
            remedy=f"did you mean {near[0]!r}?" if near else "remove it",
        )
    try:
        return check(value)
    except _RefusedError as refused:
        raise ConfigError(
            f"the setting {name!r} from {origin} is wrong",
            expected=str(refused),
            received=repr(str(value) if isinstance(value, Path) else value),
        ) from None


def _check_signal(config: Config, origin: str) -> None:
    if config.scenario is not None and config.source != "synthetic":
        raise ConfigError(
            f"two signals at once from {origin}",
            expected="a scenario file with the plain source synthetic, or another source alone",
            received=f"source {config.source} and scenario {config.scenario}",
            remedy="give one of the two",
        )


class _RefusedError(Exception):
    """A value is not what a setting takes; the text says what it does take."""


def _source(value: object) -> str:
    kind, colon, detail = value.partition(":") if isinstance(value, str) else ("", "", "")
    complete = bool(detail) if colon else kind == "synthetic"
    if kind not in ("synthetic", "replay") or not complete:
        raise _RefusedError(_SOURCE_FORMS)
    return f"{kind}{colon}{detail}"


def _scenario(value: object) -> Path:
    if not isinstance(value, str | Path) or not str(value):
        raise _RefusedError("the path of a TOML scenario file")
    return Path(value)


def _speed(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _TOP_SPEED:
        return float(value)
    raise _RefusedError(f"a number from 0 to {_TOP_SPEED} (1 is real time, 0 as fast as possible)")


def _seed(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _RefusedError("a whole number from 0 up")
    return value


def _model(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _RefusedError("the name of a model, the folder of one, or none")
    return value


_CHECKS: dict[str, Callable[[object], Any]] = {
    "source": _source,
    "scenario": _scenario,
    "speed": _speed,
    "seed": _seed,
    "model": _model,
}
