"""What waits to be written, handed from the engine's thread to the writer's.

The engine never waits for the disk: where 60 s of signal wait already, the oldest chunk goes, so
that one gap, told of where it ends, is all that a long outage leaves. Only who reads faster than
real time waits for room, as long as writing goes on at all.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from ecg_device.store.running import carried, holding_after
from ecg_device.store.values import CHUNK_S, Chunk, SessionInfo, StoredEvent

MOST_CHUNKS = round(60 / CHUNK_S)
TOGETHER = 32  # chunks in a transaction when so many wait: a live signal has one at a time


@dataclass(frozen=True, slots=True)
class Begin:
    info: SessionInfo


@dataclass(frozen=True, slots=True)
class End:
    pass


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    change: Callable[[sqlite3.Connection], Any]
    answer: "Future[Any]"


Work = Begin | End | Edit | list[Chunk]


class Waiting:
    """First come, first written; edits before all."""

    def __init__(self) -> None:
        self._items: deque[Begin | End | Chunk] = deque()
        self._edits: deque[Edit] = deque()
        self._chunks = 0
        self._changed = threading.Condition()
        self.lost = 0  # samples
        self.moved_s = time.monotonic()  # when a chunk was last taken, or began to wait alone
        self.flowing = True  # False while nothing can be written
        self.why = ""  # ... and why
        self.closed = False

    def __len__(self) -> int:
        return self._chunks

    def add(self, item: Begin | End | Edit) -> None:
        with self._changed:
            if isinstance(item, Edit):
                self._edits.append(item)
            else:
                self._items.append(item)
            self._changed.notify_all()

    def put(self, chunk: Chunk, *, wait: bool) -> None:
        with self._changed:
            while wait and self._chunks >= MOST_CHUNKS and self.flowing and not self.closed:
                self._changed.wait(0.5)
            if not self._chunks:
                self.moved_s = time.monotonic()
            self._items.append(chunk)
            self._chunks += 1
            self._drop_what_is_too_much()
            self._changed.notify_all()

    def put_back(self, work: "Begin | End | list[Chunk]") -> None:
        """What could not be written is tried again, unless too much waits by now."""
        with self._changed:
            if isinstance(work, list):
                self._items.extendleft(reversed(work))
                self._chunks += len(work)
                self._drop_what_is_too_much()
            else:
                self._items.appendleft(work)

    def give_up(self, work: "Begin | End | list[Chunk]") -> None:
        """What will not be written is lost."""
        with self._changed:
            chunks = work if isinstance(work, list) else []
            self.lost += sum(len(chunk.mv) for chunk in chunks)

    def stop_flowing(self, why: str) -> None:
        """Nothing can be written: whoever waits for room need not."""
        with self._changed:
            self.flowing, self.why = False, why
            self._changed.notify_all()

    def flow(self) -> None:
        """Writing goes on: what is lost from now on is not for that reason."""
        with self._changed:
            self.flowing, self.why = True, ""

    def take(
        self, timeout_s: float, *, most: int = TOGETHER, edits_only: bool = False
    ) -> Work | None:
        """What is next; None: nothing came in that time, or all is closed and nothing waits."""
        until = time.monotonic() + timeout_s
        with self._changed:
            while not self._edits and (edits_only or not self._items):
                left = until - time.monotonic()
                if left <= 0 or self.closed:
                    return None
                self._changed.wait(left)
            return self._next(most)

    def close(self) -> None:
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def _next(self, most: int) -> Work:
        if self._edits:
            return self._edits.popleft()
        item = self._items.popleft()
        if not isinstance(item, Chunk):
            return item
        chunks = [item]
        while len(chunks) < most and self._items and isinstance(head := self._items[0], Chunk):
            chunks.append(head)
            self._items.popleft()
        self._chunks -= len(chunks)
        self.moved_s = time.monotonic()
        self._changed.notify_all()
        return chunks

    def _drop_what_is_too_much(self) -> None:
        while self._chunks > MOST_CHUNKS:
            index = next(i for i, item in enumerate(self._items) if isinstance(item, Chunk))
            dropped = self._items[index]
            del self._items[index]
            assert isinstance(dropped, Chunk)
            self._chunks -= 1
            self.lost += len(dropped.mv)
            if index < len(self._items) and isinstance(heir := self._items[index], Chunk):
                self._items[index] = bequeath(dropped, heir, self.why)


def bequeath(dropped: Chunk, heir: Chunk, why: str) -> Chunk:
    """The chunk after one that was lost says what was, and what has held since."""
    told = [event for event in dropped.events if "lost" in event.detail]
    since = told[0].sample if told else dropped.start
    lost = len(dropped.mv) + sum(_lost(event) for event in told)
    text = f"signal not stored: {why}" if why else "signal not stored"
    event = StoredEvent(since, heir.start, "technical", text, {"lost": lost})
    held = carried(holding_after({}, dropped.events), heir.start)
    return replace(heir, events=(event, *held, *heir.events))


def _lost(event: StoredEvent) -> int:
    lost = event.detail["lost"]
    return lost if isinstance(lost, int) else 0
