"""The one connection that writes, and where writing stands; used by the writer's thread alone.

Every method raises what goes wrong and leaves all as it was; `reopen` then begins afresh.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from ecg_device.errors import StoreError
from ecg_device.store import quota
from ecg_device.store.database import transaction
from ecg_device.store.opening import Opening
from ecg_device.store.placing import PART_OF_QUOTA, Place, place
from ecg_device.store.running import carried
from ecg_device.store.values import Chunk, SessionInfo
from ecg_device.store.writing import end_sessions

T = TypeVar("T")

_LEAST_PART_BYTES = 1 << 20


class Desk:
    def __init__(self, opening: Opening, quota_bytes: int) -> None:
        self._opening, self._quota = opening, quota_bytes
        self._most = max(_LEAST_PART_BYTES, quota_bytes // PART_OF_QUOTA)
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self.place = Place()
        self.used_bytes = 0

    @property
    def session(self) -> int | None:
        return self.place.running.id if self.place.running else None

    def begin(self, info: SessionInfo) -> None:
        self.end()
        self.place = Place(info)

    def end(self) -> None:
        if self.place.running is not None:
            with transaction(self._connected()) as connection:
                end_sessions(connection)
        self.place = Place()

    def write(self, chunks: list[Chunk]) -> None:
        """All of them or none, in one transaction."""
        connection = self._connected()
        self._make_room(connection)
        with transaction(connection):
            at = self.place
            for chunk in chunks:
                at = place(connection, at, chunk, self._most)
        self.place = at

    def edit(self, change: Callable[[sqlite3.Connection], T]) -> T:
        with transaction(self._connected()) as connection:
            return change(connection)

    def tidy(self) -> bool:
        """Remove a little of what is to go; whether there is more."""
        connection = self._connected()
        more = quota.remove_some(connection)
        self.used_bytes = quota.used_bytes(connection)
        return more

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def set_aside(self) -> None:
        """Begin a new database beside the damaged one."""
        self.close()
        self._opening.set_aside()

    def _make_room(self, connection: sqlite3.Connection) -> None:
        self.used_bytes = quota.used_bytes(connection)
        if self.used_bytes <= self._quota or quota.remove_some(connection):
            return
        if quota.doom_oldest(connection):
            return
        running = self.place.running
        if running is None or running.bytes < _LEAST_PART_BYTES:
            raise StoreError(
                "no room: all that is kept is pinned",
                expected=f"at most {self._quota / 1e6:.0f} MB",
                received=f"{self.used_bytes / 1e6:.0f} MB",
                remedy="unpin or delete sessions, or set a larger quota",
            )
        self._most = min(self._most, running.bytes)

    def _connected(self) -> sqlite3.Connection:
        if self._connection is not None and self._file == self._opening.identity():
            return self._connection
        self.close()
        self._connection = self._opening.connect()
        self._file = self._opening.identity()
        self._check_place(self._connection)
        return self._connection

    def _check_place(self, connection: sqlite3.Connection) -> None:
        """Another database, or one that someone changed, does not have the session that runs."""
        running = self.place.running
        if running is None:
            return
        row = connection.execute(
            "SELECT stop FROM session WHERE id = ? AND NOT ended AND origin_taken_ns = ?",
            (running.id, running.origin_taken_ns),
        ).fetchone()
        if row is None or row[0] != running.stop:
            held = carried(running.holding, running.stop)
            self.place = replace(self.place, running=None, early_events=held)
