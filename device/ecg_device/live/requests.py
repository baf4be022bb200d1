"""What viewers wish for, granted by the one thread that owns the state: no locks on the state."""

import queue
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

MOST_WAITING = 32


@dataclass(frozen=True, slots=True)
class TakeEcg:
    """Take an ECG of so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class CancelTake:
    """Give up the one that is being taken."""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """An alarm was seen; None: all of them."""

    alarm: str | None


@dataclass(frozen=True, slots=True)
class PauseAlarms:
    """No sound for so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class ResumeAlarms:
    """Sound again."""


@dataclass(frozen=True, slots=True)
class SetLimits:
    """New alarm limits; those not named stay."""

    limits: Mapping[str, Any]


Request = TakeEcg | CancelTake | Acknowledge | PauseAlarms | ResumeAlarms | SetLimits


class Requests:
    """Asked from any thread, served by one."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[tuple[Request, Future[Any]]] = queue.Queue(MOST_WAITING)

    def ask(self, request: Request) -> "Future[Any]":
        """A wish; its answer, or the error that refuses it, comes within a tenth of a second.

        Raises queue.Full when nobody has served for so long that too many wait.
        """
        answer: Future[Any] = Future()
        self._waiting.put_nowait((request, answer))
        return answer

    def serve(self, grant: Callable[[Request], Any]) -> None:
        """Grant all that wait."""
        while True:
            try:
                request, answer = self._waiting.get_nowait()
            except queue.Empty:
                return
            if not answer.set_running_or_notify_cancel():
                continue
            try:
                answer.set_result(grant(request))
            except Exception as error:  # whoever asked hears of it
                answer.set_exception(error)
