"""What was found in the signal: beats, events, and how many of which a session holds."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ecg_device.store import trend
from ecg_device.store.keys import key
from ecg_device.store.running import Rhythm, Running, holding_after
from ecg_device.store.values import StoredBeat, StoredEvent


def add_beats(
    connection: sqlite3.Connection, running: Running, beats: Iterable[StoredBeat]
) -> None:
    """Each beat where its R lies: one that is named late may belong to the session before."""
    own: list[StoredBeat] = []
    earlier: list[StoredBeat] = []
    for beat in beats:
        (earlier if beat.sample < running.first else own).append(beat)
    before = running.before if running.before and _exists(connection, running.before) else None
    for session, its in ((running.id, own), (before or running.id, earlier)):
        _insert_beats(connection, session, its)
        trend.add_ectopy(connection, session, running.rate_hz, its)


def add_events(
    connection: sqlite3.Connection, running: Running, events: tuple[StoredEvent, ...]
) -> Running:
    """Where the session stands with these; a rhythm that ends is added up."""
    connection.executemany(
        "INSERT INTO event (session, sample, decided, kind, text, detail)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (running.id, one.sample, one.decided, one.kind, one.text, to_json(one.detail))
            for one in events
        ],
    )
    rhythm = running.rhythm
    for event in events:
        if event.kind == "rhythm":
            if rhythm is not None:
                add_rhythm(connection, running.id, rhythm, event.sample)
            rhythm = _rhythm_of(event)
    return replace(running, rhythm=rhythm, holding=holding_after(running.holding, events))


def add_rhythm(connection: sqlite3.Connection, session: int, rhythm: Rhythm, stop: int) -> None:
    _tally(connection, session, "rhythm", rhythm.aux, rhythm.name, max(0, stop - rhythm.since))


def to_json(value: Mapping[str, object] | list[dict[str, object]]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _insert_beats(connection: sqlite3.Connection, session: int, beats: list[StoredBeat]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO beat (key, symbol, confidence, reason, amplitude_uv)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            (
                key(session, beat.sample),
                beat.symbol,
                None if beat.confidence is None else round(beat.confidence * 1000),
                beat.reason,
                round(beat.amplitude_mv * 1000),
            )
            for beat in beats
        ],
    )
    for symbol, count in Counter(beat.symbol for beat in beats).items():
        _tally(connection, session, "beat", symbol, "", count)


def _rhythm_of(event: StoredEvent) -> Rhythm:
    return Rhythm(
        str(event.detail.get("aux", "")), str(event.detail.get("name", event.text)), event.sample
    )


def _tally(
    connection: sqlite3.Connection, session: int, kind: str, key: str, name: str, amount: int
) -> None:
    connection.execute(
        "INSERT INTO tally (session, kind, key, name, amount) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
        (session, kind, key, name, amount),
    )


def _exists(connection: sqlite3.Connection, session: int) -> bool:
    row = connection.execute("SELECT 1 FROM session WHERE id = ? AND NOT doomed", (session,))
    return row.fetchone() is not None
