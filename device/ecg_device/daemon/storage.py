"""What is kept, or that nothing is: the rest of the daemon does not ask which."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

from ecg_device.config import NONE
from ecg_device.errors import StoreError
from ecg_device.health import Condition, Health
from ecg_device.store import (
    CHUNK_S,
    Chunk,
    KeptRecording,
    Reader,
    SessionInfo,
    StorageStatus,
    Store,
    Writer,
    data_folder,
)

T = TypeVar("T")
COMPONENT = "storage"
_BYTES_PER_GB = 10**9


class Storage:
    """A store and its writer; without a folder, nothing is kept and nothing can be read."""

    def __init__(self, data: str | None, quota_gb: float, health: Health, *, live: bool) -> None:
        self.folder = None if data == NONE else Path(data) if data else data_folder()
        self._health, self._live = health, live
        self._store: Store | None = None
        self._writer: Writer | None = None
        if self.folder is not None:
            self._store = Store.open(self.folder)
            self._writer = self._store.writer(quota_bytes=round(quota_gb * _BYTES_PER_GB))

    @property
    def reader(self) -> Reader | None:
        return self._store.reader if self._store else None

    @property
    def session(self) -> int | None:
        return self._writer.session if self._writer else None

    def begin(self, info: SessionInfo) -> None:
        if self._writer:
            self._writer.begin(info)

    def keep(self, chunk: Chunk) -> None:
        """Never waits for the disk while a heart is watched at its own pace."""
        if self._writer:
            self._writer.put(chunk, wait=not self._live)

    def keep_recording(self, recording: KeptRecording) -> "Future[int] | None":
        return self._writer.keep(recording) if self._writer else None

    def submit(self, edit: Callable[[Connection], T]) -> "Future[T]":
        if self._writer is None:
            raise StoreError(
                "nothing is kept",
                expected="a folder for the data",
                received=f"data = {NONE}",
                remedy="start with --data FOLDER",
            )
        return self._writer.submit(edit)

    def end(self) -> None:
        if self._writer:
            self._writer.end()

    def look(self) -> StorageStatus | None:
        """How it is going, told to the health as well."""
        if self._writer is None:
            return None
        status = self._writer.status()
        if status.storing and not status.reason:
            self._health.well(COMPONENT)
        else:
            self._health.unwell(COMPONENT, Condition.DEGRADED, status.reason)
        return status

    def close(self) -> None:
        if self._writer:
            self._writer.close()
            if waiting := self._writer.status().waiting:
                what = f"the end of the signal is not kept: {waiting * CHUNK_S:.0f} s of it wait"
                self._health.unwell(COMPONENT, Condition.DEGRADED, what)
        if self._store:
            self._store.close()


def storage_report(status: StorageStatus | None) -> Mapping[str, object]:
    """As the page shows it."""
    if status is None:
        return {
            "storing": False,
            "reason": "nothing is kept (data = none)",
            "used_bytes": 0,
            "quota_bytes": 0,
            "free_bytes": None,
            "lost": 0,
        }
    return {
        "storing": status.storing,
        "reason": status.reason,
        "used_bytes": status.used_bytes,
        "quota_bytes": status.quota_bytes,
        "free_bytes": status.free_bytes,
        "lost": status.lost,
    }
