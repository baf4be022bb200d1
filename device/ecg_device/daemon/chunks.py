"""The stream cut into what the store takes at a time, signal and meaning together."""

import time

import numpy as np

from ecg_device.signals import Block, LeadBits
from ecg_device.sources.wire import Taken
from ecg_device.store import CHUNK_S, Chunk, StoredBeat, StoredEvent

NS_PER_S = 1_000_000_000


def wall_ns_of(taken_ns: int) -> int:
    """What the wall clock showed when the monotonic one showed this, as it is set now."""
    return time.time_ns() - (time.monotonic_ns() - taken_ns)


class Chunks:
    """Collects until a chunk is full; a short gap is filled with NaN, a long one ends a chunk."""

    def __init__(self, rate_hz: float) -> None:
        self._full = max(1, round(CHUNK_S * rate_hz))
        self._parts: list[Block] = []
        self._taken_ns = 0
        self._clear()

    def add(self, taken: Taken, usable: bool) -> list[Chunk]:
        """Take a block; return the chunks that it completes."""
        block, done = taken.block, []
        if self._parts and block.start - self._parts[0].start > self._full:
            done.append(self._cut())  # what lies between is a gap of more than a chunk
        if len(block.mv):
            self._parts.append(block)
        self._taken_ns = taken.taken_ns
        self._late += taken.late
        self._usable += len(block.mv) if usable else 0
        if self._parts and block.stop - self._parts[0].start >= self._full:
            done.append(self._cut())
        return done

    def beat(self, beat: StoredBeat) -> None:
        self._beats.append(beat)

    def event(self, event: StoredEvent) -> None:
        self._events.append(event)

    def rate(self, sample: int, bpm: float | None) -> None:
        self._rates.append((sample, bpm))

    def rest(self) -> list[Chunk]:
        """What has come since the last chunk; events without a sample go with an empty one."""
        waiting = self._parts or self._beats or self._events or self._rates
        return [self._cut()] if waiting else []

    def _cut(self) -> Chunk:
        start = self._parts[0].start if self._parts else self._stop
        stop = self._parts[-1].stop if self._parts else self._stop
        mv = np.full(stop - start, np.nan)
        leads: LeadBits | None = None
        for part in self._parts:
            mv[part.start - start : part.stop - start] = part.mv
            if part.leads is not None:
                leads = np.zeros(stop - start, np.uint8) if leads is None else leads
                leads[part.start - start : part.stop - start] = part.leads
        chunk = Chunk(
            start=start,
            mv=mv,
            leads=leads,
            taken_ns=self._taken_ns,
            wall_ns=wall_ns_of(self._taken_ns),
            late=self._late,
            beats=tuple(self._beats),
            events=tuple(self._events),
            rates=tuple(self._rates),
            usable=self._usable,
        )
        self._clear()
        self._stop = stop
        return chunk

    _stop = 0

    def _clear(self) -> None:
        self._parts = []
        self._late = self._usable = 0
        self._beats: list[StoredBeat] = []
        self._events: list[StoredEvent] = []
        self._rates: list[tuple[int, float | None]] = []
