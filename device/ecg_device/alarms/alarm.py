"""What an alarm is, and how urgent each kind is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Priority(StrEnum):
    """How soon somebody should look."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Kind(NamedTuple):
    """A kind of alarm. Where a kind of `by` holds as well, this one says nothing of its own."""

    priority: Priority
    technical: bool = False
    by: tuple[str, ...] = ()
    lingers_s: float = (
        2.0  # after it is over: passing events can be read, loose contacts not flutter
    )

    @property
    def latches(self) -> bool:
        """Stays after its cause is gone, until somebody has acknowledged it."""
        return self.priority is Priority.HIGH and not self.technical


PASSING_S = 10.0

# Priorities with their sources: alarms/README.md.
KINDS: Mapping[str, Kind] = {
    "asystole": Kind(Priority.HIGH),
    "ventricular-tachycardia": Kind(Priority.HIGH),
    "extreme-rate-high": Kind(Priority.HIGH),
    "extreme-rate-low": Kind(Priority.HIGH, by=("asystole",)),
    "ventricular-run": Kind(Priority.MEDIUM, by=("ventricular-tachycardia",), lingers_s=PASSING_S),
    "ventricular-rhythm": Kind(Priority.MEDIUM, lingers_s=PASSING_S),
    "rate-high": Kind(Priority.MEDIUM, by=("extreme-rate-high",)),
    "rate-low": Kind(Priority.MEDIUM, by=("extreme-rate-low", "asystole")),
    "pause": Kind(Priority.MEDIUM, by=("asystole",), lingers_s=PASSING_S),
    "ventricular-beats": Kind(Priority.LOW),
    "atrial-fibrillation": Kind(Priority.LOW),
    "lead-off": Kind(Priority.MEDIUM, technical=True),
    "no-signal": Kind(Priority.MEDIUM, technical=True),
    "noise": Kind(Priority.LOW, technical=True),
    "source": Kind(Priority.MEDIUM, technical=True),
    "storage": Kind(Priority.LOW, technical=True),
    "model": Kind(Priority.LOW, technical=True),
}


class Finding(NamedTuple):
    """Something that holds now and is worth an alarm."""

    kind: str
    text: str
    since: int  # source sample
    value: float | None = None
    limit: float | None = None
    priority: Priority | None = None  # None: that of its kind


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as it stands; `holds` is False where it waits only to be acknowledged."""

    id: str
    kind: str
    priority: Priority
    technical: bool
    text: str
    value: float | None
    limit: float | None
    since: int  # source sample
    since_wall_ms: int
    acknowledged: bool = False
    holds: bool = True
    over: str = ""  # why it no longer holds

    def as_json(self) -> dict[str, object]:
        """As viewers get it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "priority": str(self.priority),
            "technical": self.technical,
            "text": self.text if self.holds else f"{self.text} ({self.over})",
            "value": self.value,
            "limit": self.limit,
            "since_ms": self.since_wall_ms,
            "acknowledged": self.acknowledged,
            "holds": self.holds,
        }
