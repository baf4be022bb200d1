"""All that the web side knows of the rest: handed in by the daemon, or by a test."""

import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ecg_device.health import Health
from ecg_device.live import Broadcast, Request
from ecg_device.store import Reader

T = TypeVar("T")


class Edits(Protocol):
    """Hands an edit to the store's writer."""

    def __call__(self, edit: Callable[[sqlite3.Connection], T], /) -> "Future[T]": ...


@dataclass(frozen=True)
class Appliance:
    """What is shown and how wishes reach those who grant them.

    Parameters
    ----------
    state
        The live state as JSON values; called from any thread.
    ask
        Hands a wish to the engine; `queue.Full` when it has stopped listening.
    reader, edits, data
        The store's reader, what hands an edit to the store's writer, and the folder of the data;
        None where nothing is kept.
    hosts
        Further names under which the appliance is reached: see guards for those it always has.
    most_viewers
        Live streams at once.
    """

    broadcast: Broadcast
    health: Health
    state: Callable[[], Mapping[str, Any]]
    ask: Callable[[Request], "Future[Any]"]
    reader: Reader | None = None
    edits: Edits | None = None
    data: Path | None = None
    hosts: frozenset[str] = frozenset()
    most_viewers: int = 8
