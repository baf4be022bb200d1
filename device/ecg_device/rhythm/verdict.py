"""What the rhythm is at a moment, and how an opinion becomes an announcement."""

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from ecg_device.signals import WORKING_RATE_HZ, Reason, Rhythm

UNKNOWN = "INCONCLUSIVE"
CONFIRM_S = 5  # a lasting rhythm holds so long before it is announced


class Pace(Enum):
    """How quickly an opinion is announced, and given up again."""

    LASTING = "announced after CONFIRM_S, and so is what replaces it"
    PROMPT = "announced at once, for it was confirmed by its own beats; left like LASTING"
    MOMENTARY = "announced at once and left at once"


def _no_words() -> tuple[str, ...]:
    return ()


class Verdict(NamedTuple):
    """An opinion about the rhythm: it holds from `since` on.

    The evidence is put into words only when it is announced, which few opinions are.
    """

    since: int
    aux: str
    name: str
    evidence: Callable[[], tuple[str, ...]] = _no_words
    reason: Reason = Reason.NONE
    pace: Pace = Pace.LASTING


def unknown(since: int, reason: Reason) -> Verdict:
    """No opinion, for this reason."""
    return Verdict(since, UNKNOWN, str(reason), reason=reason, pace=Pace.MOMENTARY)


class Announcer:
    """Turns opinions into `Rhythm` events: only changes, only forward in time, no chatter."""

    def __init__(self) -> None:
        self._said: Verdict | None = None
        self._next: Verdict | None = None  # the opinion that would replace it, when first heard
        self._first_heard = 0

    def hear(self, verdict: Verdict, decided: int) -> list[Rhythm]:
        """The announcement this opinion leads to now, if any."""
        if _same(verdict, self._said):
            self._next = None
            return []
        if not _same(verdict, self._next):
            self._next, self._first_heard = verdict, decided
        at_once = (
            self._said is None
            or self._said.pace is Pace.MOMENTARY
            or verdict.pace is not Pace.LASTING
        )
        if not at_once and decided - self._first_heard < CONFIRM_S * WORKING_RATE_HZ:
            return []
        return [self._announce(verdict, decided)]

    def _announce(self, verdict: Verdict, decided: int) -> Rhythm:
        since = verdict.since if self._next is None else self._next.since
        if self._said is not None:
            since = max(since, self._said.since + 1)
        self._said, self._next = verdict._replace(since=since), None
        words = verdict.evidence()
        return Rhythm(since, max(decided, since), verdict.aux, verdict.name, words, verdict.reason)


def _same(one: Verdict, other: Verdict | None) -> bool:
    return other is not None and one[1:3] == other[1:3] and one.reason is other.reason
