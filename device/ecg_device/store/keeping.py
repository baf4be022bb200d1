"""A recording into the database, with its own copy of the signal."""

import sqlite3
from collections.abc import Callable

from ecg_device.store.meaning import to_json
from ecg_device.store.scale import to_blob, to_counts, uv_per_lsb
from ecg_device.store.values import KeptRecording, StoredBeat, StoredEvent
from ecg_device.store.writing import insert, signal_columns


def keep(taken: KeptRecording) -> Callable[[sqlite3.Connection], int]:
    """A change that keeps it and says its number."""

    def change(connection: sqlite3.Connection) -> int:
        counts = to_counts(taken.mv, uv_per_lsb(taken.info))
        values = {
            "session": taken.session,
            "start": taken.start,
            "samples": len(counts),
            "taken_ms": taken.taken_wall_ns // 1_000_000,
            **signal_columns(taken.info),
            "signal": to_blob(counts),
            "beats": to_json([beat_json(beat) for beat in taken.beats]),
            "events": to_json([event_json(event) for event in taken.events]),
            "result": to_json(taken.result),
        }
        return insert(connection, "recording", values)

    return change


def beat_json(beat: StoredBeat) -> dict[str, object]:
    confidence = None if beat.confidence is None else round(beat.confidence, 3)
    return {
        "sample": beat.sample,
        "symbol": beat.symbol,
        "confidence": confidence,
        "reason": beat.reason,
    }


def event_json(event: StoredEvent) -> dict[str, object]:
    return {**event._asdict(), "detail": dict(event.detail)}
