"""What the rhythm is at a moment, and how an opinion becomes an announcement."""

from typing import NamedTuple

from ecg_device.signals import WORKING_RATE_HZ, Reason, Rhythm

UNKNOWN = "INCONCLUSIVE"
CONFIRM_S = 5  # a new ordinary rhythm holds so long before it is announced


class Verdict(NamedTuple):
    """An opinion about the rhythm: it holds from `since` on."""

    since: int
    aux: str
    name: str
    evidence: tuple[str, ...] = ()
    reason: Reason = Reason.NONE
    urgent: bool = False  # announced at once, without CONFIRM_S


class Announcer:
    """Turns opinions into `Rhythm` events: only changes, only in order of time, no chatter."""

    def __init__(self) -> None:
        self._said: tuple[str, str, Reason] | None = None
        self._said_from = -1
        self._urgent = True
        self._next: tuple[str, str, Reason] | None = None
        self._next_since = self._next_first_heard = 0

    def hear(self, verdict: Verdict, decided: int) -> list[Rhythm]:
        """The announcement this opinion leads to now, if any."""
        heard = (verdict.aux, verdict.name, verdict.reason)
        if heard == self._said:
            self._next = None
            return []
        if heard != self._next:
            self._next, self._next_since = heard, verdict.since
            self._next_first_heard = decided
        waited = decided - self._next_first_heard
        if not (verdict.urgent or self._urgent or waited >= CONFIRM_S * WORKING_RATE_HZ):
            return []
        return [self._announce(verdict, decided)]

    def _announce(self, verdict: Verdict, decided: int) -> Rhythm:
        since = max(self._next_since, self._said_from + 1)
        self._said, self._said_from = self._next, since
        self._urgent, self._next = verdict.urgent, None
        return Rhythm(
            since, max(decided, since), verdict.aux, verdict.name, verdict.evidence, verdict.reason
        )
