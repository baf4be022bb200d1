"""Settings: a TOML file made into a frozen dataclass, each value with where it came from.

The first file found is the only one read: `--config`, the variable ECG_DEVICE_CONFIG, the
user's, the system's. A file names settings of `Config`, nothing else; `meanings` says what each is,
and `ecg-device config` prints it.

Paths in a file count from the file's own folder, so a service and a shell mean the same.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ecg_device.config.checks import CHECKS, NONE, RefusedError
from ecg_device.errors import ConfigError

__all__ = ["ENVIRONMENT_VARIABLE", "NONE", "SETTINGS", "Config", "find_file", "load", "override"]

ENVIRONMENT_VARIABLE = "ECG_DEVICE_CONFIG"
SYSTEM_FILE = Path("/etc/ecg-device/config.toml")


@dataclass(frozen=True, slots=True)
class Config:
    """The effective settings; `origins` says for each where its value came from."""

    source: str = "synthetic"
    scenario: Path | None = None
    speed: float = 1.0
    seed: int = 0
    model: str | None = None
    host: str = "127.0.0.1"
    port: int | str = 8080
    hosts: tuple[str, ...] = ()
    viewers: int = 8
    tls_cert: Path | None = None
    tls_key: Path | None = None
    data: str | None = None
    quota_gb: float = 4.0
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
    _check_encryption(changed, origin)
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
    model, data = values.get("model"), values.get("data")
    if isinstance(model, str) and os.sep in model:
        values["model"] = str(folder / model)
    if isinstance(data, str) and data not in ("", NONE):
        values["data"] = str(folder / data)
    for name in ("tls_cert", "tls_key"):
        if isinstance(values.get(name), str) and values[name]:
            values[name] = folder / values[name]
    if detail and (kind == "replay" or detail.endswith(".toml")):
        values["source"] = f"{kind}:{folder / detail}"
    return values


def _check(name: str, value: object, origin: str) -> Any:
    check = CHECKS.get(name)
    if check is None:
        near = difflib.get_close_matches(name, SETTINGS, n=1)
        raise ConfigError(
            f"unknown setting {name!r} from {origin}",
            expected="one of " + ", ".join(SETTINGS),
            remedy=f"did you mean {near[0]!r}?" if near else "remove it",
        )
    try:
        return check(value)
    except RefusedError as refused:
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


def _check_encryption(config: Config, origin: str) -> None:
    if (config.tls_cert is None) != (config.tls_key is None):
        raise ConfigError(
            f"half of what encryption needs from {origin}",
            expected="tls_cert and tls_key together, or neither",
            received="tls_key alone" if config.tls_cert is None else "tls_cert alone",
        )
