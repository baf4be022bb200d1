"""What was kept, or the plain word that nothing is."""

from collections.abc import Callable
from sqlite3 import Connection
from typing import NoReturn, TypeVar

from ecg_device.store import Reader
from ecg_device.web.appliance import Appliance
from ecg_device.web.failures import RefusedError
from ecg_device.web.waiting import answer

T = TypeVar("T")


def reader_of(appliance: Appliance) -> Reader:
    """The store's reader."""
    return appliance.reader or _nothing_kept()


def edit(appliance: Appliance, change: Callable[[Connection], T]) -> T:
    """Let the store's writer change something, and wait until it is on the disk."""
    edits = appliance.edits or _nothing_kept()
    return answer(edits(change))


def _nothing_kept() -> NoReturn:
    raise RefusedError(
        503,
        "nothing is kept",
        expected="a folder for the data",
        received="data = none",
        remedy="start with --data FOLDER",
    )
