"""Alarm limits that somebody set on the page: still there after a restart."""

import json
from dataclasses import asdict
from pathlib import Path

from ecg_device.alarms import Limits
from ecg_device.errors import ConfigError, FormatError
from ecg_device.formats.replacing import replacing
from ecg_device.health import Condition, Health

COMPONENT = "limits"
_NAME = "alarm-limits.json"


class KeptLimits:
    """One small file in the data folder; without a folder, limits last as long as the process."""

    def __init__(self, folder: Path | None, health: Health) -> None:
        self._path = folder / _NAME if folder else None
        self._health = health

    def load(self) -> Limits:
        """As they were set last; the shipped ones, and a complaint, where that cannot be read."""
        if self._path is None or not self._path.exists():
            return Limits()
        try:
            return Limits().changed(_object(self._path))
        except (OSError, ValueError) as error:  # ConfigError is a ValueError
            reason = f"{self._path.name} cannot be used, the shipped limits hold: {error}"
            self._health.unwell(COMPONENT, Condition.DEGRADED, reason)
            return Limits()

    def save(self, limits: Limits) -> None:
        """Keep them; where that fails they hold until the restart, and the health says so."""
        if self._path is None:
            return
        try:
            with replacing(self._path) as file:
                file.write(json.dumps(asdict(limits)).encode())
        except FormatError as error:
            self._health.unwell(COMPONENT, Condition.DEGRADED, f"not kept: {error}")
        else:
            self._health.well(COMPONENT)


def _object(path: Path) -> dict[str, object]:
    known = json.loads(path.read_bytes())
    if not isinstance(known, dict):
        raise ConfigError("alarm limits", expected="an object", received=type(known).__name__)
    return known
