"""The alarms that stand: raised, over, latched, acknowledged, ended."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ecg_device.alarms.alarm import KINDS, Alarm, Finding, Kind, Priority

_URGENCY = {priority: place for place, priority in enumerate(Priority)}
_ANY_COMPONENT = Kind(Priority.LOW, technical=True)
OVER = "ended"


@dataclass(slots=True)
class _Entry:
    alarm: Alarm
    kind: Kind
    seen_s: float  # when it last held
    told: bool = False  # that it has ended


class Register:
    """Takes what is found at a moment, and knows what stands.

    Times are seconds of the signal, which never go back.
    """

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._count = 0
        self._changes: list[tuple[Alarm, str]] = []

    def take(
        self,
        findings: Iterable[Finding],
        at_s: float,
        wall_ms: Callable[[int], int],
        unassessable: str,
    ) -> None:
        """What holds now; `unassessable`: why nothing can be said of the heart, or ''."""
        holding = {finding.kind: finding for finding in findings}
        for kind, entry in list(self._entries.items()):
            if kind not in holding:
                said_by = any(worse in holding for worse in entry.kind.by)
                self._miss(entry, at_s, unassessable, 0.0 if said_by else entry.kind.lingers_s)
        for kind, finding in holding.items():
            known = self._entries.get(kind)
            if known is not None and not known.told:
                self._hold(known, finding, at_s)
            elif not any(worse in holding for worse in kind_of(kind).by):
                self._raise(finding, at_s, wall_ms(finding.since))

    def acknowledge(self, alarm_id: str | None) -> bool:
        """Somebody has seen one alarm, or all; whether there was one to see."""
        seen = [e for e in self._entries.values() if alarm_id in (None, e.alarm.id)]
        for entry in seen:
            if not entry.alarm.acknowledged:
                entry.alarm = replace(entry.alarm, acknowledged=True)
                self._changes.append((entry.alarm, "acknowledged"))
            if entry.told:
                del self._entries[entry.alarm.kind]
        return bool(seen)

    def active(self) -> list[Alarm]:
        """What to show, the most urgent first, the newest first among equals."""
        holding = {kind for kind, entry in self._entries.items() if entry.alarm.holds}
        shown = [
            entry.alarm
            for entry in self._entries.values()
            if not any(worse in holding for worse in entry.kind.by)
        ]
        return sorted(shown, key=lambda a: (_URGENCY[a.priority], a.technical, -a.since_wall_ms))

    def changes(self) -> list[tuple[Alarm, str]]:
        """What happened since this was last asked."""
        changes, self._changes = self._changes, []
        return changes

    def _raise(self, finding: Finding, at_s: float, since_wall_ms: int) -> None:
        kind = kind_of(finding.kind)
        self._count += 1
        alarm = Alarm(
            id=f"{finding.kind}-{self._count}",
            kind=finding.kind,
            priority=finding.priority or kind.priority,
            technical=kind.technical,
            text=finding.text,
            value=finding.value,
            limit=finding.limit,
            since=finding.since,
            since_wall_ms=since_wall_ms,
        )
        self._entries[finding.kind] = _Entry(alarm, kind, at_s)
        self._changes.append((alarm, "raised"))

    def _hold(self, entry: _Entry, finding: Finding, at_s: float) -> None:
        entry.seen_s = at_s
        alarm = entry.alarm
        if alarm.holds and (alarm.text, alarm.value, alarm.limit) == finding[1:2] + finding[3:5]:
            return
        entry.alarm = replace(
            alarm,
            text=finding.text,
            value=finding.value,
            limit=finding.limit,
            holds=True,
            over="",
        )

    def _miss(self, entry: _Entry, at_s: float, unassessable: str, lingers_s: float) -> None:
        """An alarm that does not hold now: it lingers, then ends, and goes unless it latches."""
        if entry.told:
            return
        physiological = not entry.alarm.technical
        over = f"not assessable: {unassessable}" if physiological and unassessable else OVER
        if entry.alarm.holds:
            entry.alarm = replace(entry.alarm, holds=False, over=over)
        if over is OVER and at_s - entry.seen_s < lingers_s:
            return
        entry.told = True
        self._changes.append((entry.alarm, "ended"))
        if not entry.kind.latches or entry.alarm.acknowledged:
            del self._entries[entry.alarm.kind]


def kind_of(name: str) -> Kind:
    """The kind by its name; a component nobody knows is a technical one."""
    return KINDS.get(name, _ANY_COMPONENT)
