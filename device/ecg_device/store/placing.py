"""Which session a chunk belongs to: the one that runs, one that continues it, or a new one."""

import sqlite3
from dataclasses import dataclass, replace

from ecg_device.store.running import Running
from ecg_device.store.values import Chunk, SessionInfo, StoredBeat, StoredEvent
from ecg_device.store.writing import append, begin_session

LONGEST_S = 24 * 3600
PART_OF_QUOTA = 4  # a session of more than a quarter is split: making room never takes all


@dataclass(frozen=True, slots=True)
class Place:
    """What is being written, as it was last committed."""

    info: SessionInfo | None = None  # None: no session is on
    running: Running | None = None  # None: its first sample has not come
    early_events: tuple[StoredEvent, ...] = ()  # came before it
    early_beats: tuple[StoredBeat, ...] = ()


def place(connection: sqlite3.Connection, at: Place, chunk: Chunk, most_bytes: int) -> Place:
    """Write a chunk where it belongs; where writing stands after that."""
    if at.info is None:
        return at
    if at.running is None and not len(chunk.mv):
        return _wait(at, chunk)
    running = at.running
    if running is None:
        chunk = replace(
            chunk, events=at.early_events + chunk.events, beats=at.early_beats + chunk.beats
        )
        running = begin_session(connection, at.info, chunk)
    elif chunk.start < running.stop:  # the source counts anew, whoever forgot to say so
        running = begin_session(connection, at.info, chunk)
    elif len(chunk.mv) and is_full(running, chunk, most_bytes):
        running = begin_session(connection, at.info, chunk, before=running)
    return Place(at.info, append(connection, running, chunk))


def is_full(running: Running, chunk: Chunk, most_bytes: int) -> bool:
    longest = LONGEST_S * running.rate_hz
    return chunk.start - running.first >= longest or running.bytes >= most_bytes


def _wait(at: Place, chunk: Chunk) -> Place:
    """A session that never gets a sample leaves no row."""
    events, beats = at.early_events + chunk.events, at.early_beats + chunk.beats
    return replace(at, early_events=events, early_beats=beats)
