"""One chunk into the database: rows, totals and pyramid, all in the caller's transaction."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ecg_device.signals import SignalInfo
from ecg_device.store import leads, meaning, trend
from ecg_device.store.keys import key
from ecg_device.store.pyramid import finish_tiles
from ecg_device.store.running import Rhythm, Running, carried, origins
from ecg_device.store.scale import MISSING, to_blob, to_counts, uv_per_lsb
from ecg_device.store.values import Chunk, SessionInfo, StoredEvent

_CLOCK_STEP_US = 500_000
_CHUNK_BYTES, _BEAT_BYTES, _EVENT_BYTES = 34, 24, 60  # of a row, beside its signal or text
_TILE_SHARE = 0.04  # of the pyramid: 16 bins of 4 bytes and a key, for 1024 samples of 2 bytes
_PER_MS = 1_000_000


def begin_session(
    connection: sqlite3.Connection, info: SessionInfo, chunk: Chunk, before: Running | None = None
) -> Running:
    """A new row, with which all others end; what held in the session before it holds on."""
    end_sessions(connection)
    taken_ns, wall_ns = origins(info, chunk)
    values = {
        "source": info.source,
        "model": info.model,
        "software": info.software,
        **signal_columns(info.signal),
        "origin_taken_ns": taken_ns,
        "origin_wall_ns": wall_ns,
        "began_ms": wall_ns // _PER_MS,
        "ended_ms": chunk.wall_ns // _PER_MS,
        "first": chunk.start,
        "stop": chunk.start,
    }
    session = insert(connection, "session", values)
    running = Running(session, info, taken_ns, wall_ns, chunk.start, chunk.start)
    if before is None:
        return running
    held = carried(before.holding, chunk.start)
    return meaning.add_events(connection, replace(running, before=before.id), held)


def append(connection: sqlite3.Connection, running: Running, chunk: Chunk) -> Running:
    """The chunk at the session's end; where it stands after that."""
    counts = to_counts(chunk.mv, running.uv_per_lsb)
    missing = int(np.count_nonzero(counts == MISSING))
    events = chunk.events + _clock_step(connection, running, chunk)
    if len(counts):
        _insert_chunk(connection, running, chunk, to_blob(counts), missing)
    meaning.add_beats(connection, running, chunk.beats)
    trend.add_rates(connection, running, chunk.rates)
    trend.add_usable(connection, running, chunk)
    after = replace(
        meaning.add_events(connection, running, events),
        stop=max(running.stop, chunk.stop),
        step_us=running.step_at(chunk),
        bytes=running.bytes + _size(chunk, events),
    )
    lost = max(0, chunk.start - running.stop)
    _update_session(connection, after, chunk, missing + lost)
    if len(counts):
        finish_tiles(connection, running.id, running.stop, chunk.start, chunk.stop)
    return after


def end_sessions(connection: sqlite3.Connection) -> None:
    """End what is not: normally the one session, or what a lost power left."""
    rows = connection.execute(
        "SELECT id, stop, rhythm_aux, rhythm_name, rhythm_since FROM session WHERE NOT ended"
    ).fetchall()
    for session, stop, aux, name, since in rows:
        if aux is not None:
            meaning.add_rhythm(connection, session, Rhythm(aux, name, since), stop)
    connection.execute(
        "UPDATE session SET ended = 1, rhythm_aux = NULL, rhythm_name = NULL, rhythm_since = NULL"
        " WHERE NOT ended"
    )


def signal_columns(info: SignalInfo) -> dict[str, Any]:
    """What sessions and recordings keep of a signal alike."""
    rail_low, rail_high = info.rails_mv or (None, None)
    band_low, band_high = info.band_hz or (None, None)
    return {
        "name": info.name,
        "lead": info.lead,
        "rate_hz": float(info.rate_hz),
        "simulated": int(info.simulated),
        "rail_low_mv": rail_low,
        "rail_high_mv": rail_high,
        "band_low_hz": band_low,
        "band_high_hz": band_high,
        "uv_per_lsb": uv_per_lsb(info),
    }


def insert(connection: sqlite3.Connection, table: str, values: Mapping[str, Any]) -> int:
    """A row, its columns named by our own code; its id."""
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
    return int(connection.execute(statement, tuple(values.values())).lastrowid or 0)


def _insert_chunk(
    connection: sqlite3.Connection, running: Running, chunk: Chunk, blob: bytes, missing: int
) -> None:
    values = {
        "key": key(running.id, chunk.start),
        "taken_us": running.taken_us(chunk),
        "step_us": running.step_at(chunk),
        "missing": missing,
        "late": chunk.late,
        "usable": chunk.usable,
        "leads": leads.to_blob(chunk.leads),
        "signal": blob,
    }
    insert(connection, "chunk", values)


_UPDATE = """
UPDATE session SET
    stop = :stop, missing = missing + :missing, late = late + :late, usable = usable + :usable,
    bytes = :bytes, began_ms = :began_ms, ended_ms = :ended_ms,
    rate_sum = rate_sum + :rate_sum, rate_count = rate_count + :rate_count,
    rate_lowest = ifnull(min(rate_lowest, :lowest), ifnull(rate_lowest, :lowest)),
    rate_highest = ifnull(max(rate_highest, :highest), ifnull(rate_highest, :highest)),
    rhythm_aux = :aux, rhythm_name = :name, rhythm_since = :since
WHERE id = :id
"""


def _update_session(
    connection: sqlite3.Connection, after: Running, chunk: Chunk, missing: int
) -> None:
    known = [bpm for _, bpm in chunk.rates if bpm is not None]
    rhythm = after.rhythm
    values = {
        "id": after.id,
        "stop": after.stop,
        "missing": missing,
        "late": chunk.late,
        "usable": chunk.usable,
        "bytes": after.bytes,
        "began_ms": after.origin_wall_ns // _PER_MS + after.step_us // 1000,
        "ended_ms": chunk.wall_ns // _PER_MS,
        "rate_sum": sum(known),
        "rate_count": len(known),
        "lowest": min(known, default=None),
        "highest": max(known, default=None),
        "aux": rhythm and rhythm.aux,
        "name": rhythm and rhythm.name,
        "since": rhythm and rhythm.since,
    }
    connection.execute(_UPDATE, values)


def _clock_step(
    connection: sqlite3.Connection, running: Running, chunk: Chunk
) -> tuple[StoredEvent, ...]:
    """What to say of a wall clock that was set: samples are counted on, only dates move."""
    step_us = running.step_at(chunk) - running.step_us
    if abs(step_us) <= _CLOCK_STEP_US:
        return ()
    connection.execute(
        "UPDATE recording SET taken_ms = taken_ms + ? WHERE session = ?",
        (step_us // 1000, running.id),
    )
    way = "forward" if step_us > 0 else "back"
    text = f"clock set {way} by {abs(step_us) / 1e6:.1f} s"
    return (StoredEvent(chunk.start, chunk.stop, "clock", text, {"step_s": step_us / 1e6}),)


def _size(chunk: Chunk, events: tuple[StoredEvent, ...]) -> int:
    """About what it takes in the file: signal, pyramid and rows."""
    signal = 2 * len(chunk.mv) * (1 + _TILE_SHARE)
    texts = sum(len(event.text) + len(str(event.detail)) for event in events)
    rows = _CHUNK_BYTES + _BEAT_BYTES * len(chunk.beats) + _EVENT_BYTES * len(events)
    return round(signal) + texts + rows
