"""The thread that writes: a transaction a chunk, and whatever else changes the database."""

import logging
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from ecg_device.errors import EcgDeviceError
from ecg_device.store import database
from ecg_device.store.desk import Desk
from ecg_device.store.keeping import keep
from ecg_device.store.opening import Opening
from ecg_device.store.values import Chunk, KeptRecording, SessionInfo, StorageStatus
from ecg_device.store.waiting import TOGETHER, Begin, Edit, End, Waiting, Work

T = TypeVar("T")
_log = logging.getLogger(__name__)

RETRY_S = 2.0
_IDLE_S, _TIDYING_S = 1.0, 0.02
_LOOK_AT_DISK_S = 5.0
_CLOSE_S = 1.0
_STALLED_S = 5.0  # a commit that takes so long is a disk that does not answer


class Writer:
    """Any thread may call. Only `put` with `wait`, and `close`, take time.

    Where the disk is full or read-only it keeps what comes for a minute and tries again every
    two seconds, by itself; `status` says so, and what was lost in the end.
    """

    def __init__(self, opening: Opening, quota_bytes: int) -> None:
        self._opening, self._quota = opening, quota_bytes
        self._desk = Desk(opening, quota_bytes)
        self._waiting = Waiting()
        self._trouble = ""
        self._retry_at = 0.0
        self._one_by_one = 0  # chunks to write singly: one of so many cannot be written
        self._free: int | None = None
        self._looked = -_LOOK_AT_DISK_S
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    @property
    def session(self) -> int | None:
        """The session being written; None until its first chunk is committed."""
        return self._desk.session

    def begin(self, info: SessionInfo) -> None:
        """A new session, from the next chunk on."""
        self._waiting.add(Begin(info))

    def put(self, chunk: Chunk, *, wait: bool) -> None:
        """Have it written; with `wait`, not before there is room for it to wait in."""
        self._waiting.put(chunk, wait=wait)

    def end(self) -> None:
        """The session is over with the last chunk that was put."""
        self._waiting.add(End())

    def keep(self, taken: KeptRecording) -> "Future[int]":
        """Keep a recording; its number, or the StoreError that it is not kept."""
        return self.submit(keep(taken))

    def submit(self, edit: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        """Have a change made in a transaction of its own, before the chunks that wait."""
        answer: Future[T] = Future()
        self._waiting.add(Edit(edit, answer))
        return answer

    def status(self) -> StorageStatus:
        self._look_at_disk()
        return StorageStatus(
            storing=self._waiting.flowing and not self._stalled,
            reason=self._trouble or self._told_of_stall() or self._told_of_damage(),
            lost=self._waiting.lost,
            waiting=len(self._waiting),
            used_bytes=self._desk.used_bytes,
            quota_bytes=self._quota,
            free_bytes=self._free,
        )

    def close(self) -> None:
        """Write what waits, as far as a second lets it."""
        self._waiting.close()
        self._thread.join(_CLOSE_S)

    @property
    def _stalled(self) -> bool:
        return len(self._waiting) > 0 and time.monotonic() - self._waiting.moved_s > _STALLED_S

    def _told_of_stall(self) -> str:
        return "the disk does not answer" if self._stalled else ""

    def _run(self) -> None:
        pause_s = 0.0
        while (work := self._next(pause_s)) is not None or not self._waiting.closed:
            try:
                pause_s = self._serve(work)
            except Exception as error:  # a bug; whatever it is, this thread must go on
                _log.exception("the store's thread met a bug")
                self._unwell(error)
        self._do(End())
        self._desk.close()

    def _serve(self, work: Work | None) -> float:
        """Do it; how long the next one may be waited for."""
        if work is None:
            return self._tidy()
        self._do(work)
        return 0.0

    def _next(self, pause_s: float) -> Work | None:
        """What to do now; while the disk fails, edits at once and the rest every two seconds."""
        most = 1 if self._one_by_one else TOGETHER
        if self._waiting.flowing:
            return self._waiting.take(pause_s, most=most)
        edit = self._waiting.take(self._retry_at - time.monotonic(), edits_only=True)
        return edit or self._waiting.take(pause_s, most=most)

    def _do(self, work: Work) -> None:
        if isinstance(work, Edit):
            self._edit(work)
            return
        try:
            self._write(work)
        except Exception as error:  # whatever it is, this thread must go on
            self._failed(work, error)

    def _write(self, work: Begin | End | list[Chunk]) -> None:
        match work:
            case Begin(info):
                self._desk.begin(info)
            case End():
                self._desk.end()
            case _:
                self._desk.write(work)
                self._one_by_one = max(0, self._one_by_one - len(work))
                self._well()

    def _failed(self, work: Begin | End | list[Chunk], error: Exception) -> None:
        """What the disk is at fault for is tried again; what is at fault itself is left out."""
        self._desk.close()
        at_fault = not database.passes(error)
        if at_fault and isinstance(work, list) and len(work) > 1:
            self._one_by_one = len(work)
            self._waiting.put_back(work)
        elif at_fault or self._waiting.closed:
            self._waiting.give_up(work)
            self._unwell(error)
        else:
            self._waiting.put_back(work)
            self._start_anew(error)

    def _start_anew(self, error: Exception) -> None:
        """A damaged database is set aside at once; for all else, and a second one, time helps."""
        if not database.is_damage(error) or not self._waiting.flowing:
            self._unwell(error)
            return
        try:
            self._desk.set_aside()
        except OSError as refused:
            self._unwell(refused)

    def _edit(self, edit: Edit) -> None:
        if not edit.answer.set_running_or_notify_cancel():
            return
        try:
            edit.answer.set_result(self._desk.edit(edit.change))
        except EcgDeviceError as error:
            edit.answer.set_exception(error)
        except sqlite3.Error as error:
            self._desk.close()
            edit.answer.set_exception(database.failure(self._opening.path, error))
        except Exception as error:  # a bug, for whoever asked to hear of
            edit.answer.set_exception(error)

    def _tidy(self) -> float:
        """Use a quiet moment; how long the next one may be."""
        if not self._waiting.flowing:
            return _IDLE_S
        try:
            return _TIDYING_S if self._desk.tidy() else _IDLE_S
        except (sqlite3.Error, OSError) as error:
            self._desk.close()
            self._start_anew(error)
            return _IDLE_S

    def _well(self) -> None:
        self._trouble = ""
        self._waiting.flow()

    def _unwell(self, error: Exception) -> None:
        reason = error.what if isinstance(error, EcgDeviceError) else database.reason(error)
        self._trouble = reason
        self._retry_at = time.monotonic() + RETRY_S
        self._waiting.stop_flowing(reason)

    def _told_of_damage(self) -> str:
        aside = self._opening.damaged
        return "" if aside is None else f"a damaged database was set aside as {aside.name}"

    def _look_at_disk(self) -> None:
        if time.monotonic() < self._looked + _LOOK_AT_DISK_S:
            return
        self._looked = time.monotonic()
        try:
            self._free = shutil.disk_usage(self._opening.folder).free
        except OSError:
            self._free = None
