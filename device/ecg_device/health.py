"""Whether the appliance does what it should: one answer for the page, the service and the log.

Each part reports of itself; the worst one is the appliance's state. Any thread may ask.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    """How a part, or the whole, is doing; in rising order of trouble."""

    OK = "ok"
    DEGRADED = "degraded"  # something is missing, and the rest goes on
    FAULT = "fault"  # no heart can be watched


_WORSE = tuple(Condition)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one part."""

    component: str
    condition: Condition
    reason: str


class Health:
    """The parts' complaints; `changed` hears of each new one, and of each part well again."""

    def __init__(self, changed: Callable[[str, Complaint | None], None] = lambda *_: None) -> None:
        self._complaints: Mapping[str, Complaint] = {}
        self._changed = changed
        self._lock = threading.Lock()

    def well(self, component: str) -> bool:
        """A part has nothing to complain of; whether it had."""
        with self._lock:
            known = component in self._complaints
            rest = self._complaints.items()
            self._complaints = {name: what for name, what in rest if name != component}
        if known:
            self._changed(component, None)
        return known

    def unwell(self, component: str, condition: Condition, reason: str) -> None:
        """A part complains; the same complaint again is no news."""
        complaint = Complaint(component, condition, " ".join(reason.split()))
        with self._lock:
            known = self._complaints.get(component)
            self._complaints = {**self._complaints, component: complaint}
        if known != complaint:
            self._changed(component, complaint)

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """The worst first."""
        said = self._complaints.values()
        return tuple(sorted(said, key=lambda one: -_WORSE.index(one.condition)))

    @property
    def condition(self) -> Condition:
        complaints = self.complaints
        return complaints[0].condition if complaints else Condition.OK

    def report(self) -> dict[str, object]:
        """As the page and `/health` show it."""
        reasons = [
            {"component": one.component, "state": str(one.condition), "reason": one.reason}
            for one in self.complaints
        ]
        return {"state": str(self.condition), "reasons": reasons}
