"""A stretch of a session as the page draws it: signal, beats, events."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from ecg_device.store.keys import keys_of, sample_of
from ecg_device.store.pyramid import LEVELS, read_bins, read_counts
from ecg_device.store.scale import to_uv

MOST_BINS = 4096
MOST_ROWS = 10_000  # of beats or events


def show_signal(
    connection: sqlite3.Connection, session: sqlite3.Row, span: tuple[int, int], bins: int
) -> dict[str, Any]:
    """Samples where they are no more numbers than the bins would be, else the bins' edges."""
    first, stop = span
    scale = session["uv_per_lsb"]
    shown = {"session": session["id"], "rate_hz": session["rate_hz"]}
    shown["began_ms"] = session["began_ms"]
    bins = min(max(bins, 2), MOST_BINS)
    if stop - first <= 2 * bins:
        uv = to_uv(read_counts(connection, session["id"], first, stop), scale)
        return {**shown, "from": first, "to": stop, "kind": "samples", "uv": uv}
    per_bin = samples_per_bin(stop - first, bins)
    low, high = first // per_bin * per_bin, -(-stop // per_bin) * per_bin
    edges = read_bins(connection, session["id"], (low, high), per_bin, session["stop"])
    return {
        **shown,
        "from": low,
        "to": high,
        "kind": "range",
        "per_bin": per_bin,
        "low_uv": to_uv(edges.low, scale),
        "high_uv": to_uv(edges.high, scale),
    }


def samples_per_bin(span: int, bins: int) -> int:
    """The smallest that the pyramid gives for so few bins, one of them lost to alignment."""
    least = -(-span // (bins - 1))
    level = max((one for one in LEVELS if one <= least), default=1)
    return -(-least // level) * level


def list_beats(
    connection: sqlite3.Connection,
    session: int,
    span: tuple[int | None, int | None],
    symbols: Sequence[str] | None,
    limit: int,
    *,
    backwards: bool = False,
) -> dict[str, Any]:
    """In the order of time; those nearest to the end of the span where it is read backwards."""
    low, high = keys_of(session, *span)
    limit = min(max(limit, 1), MOST_ROWS)
    named = "" if symbols is None else f" AND symbol IN ({_marks(symbols)})"
    rows = connection.execute(
        f"SELECT key, symbol, confidence, reason FROM beat WHERE key >= ? AND key < ?{named}"
        f" ORDER BY key {'DESC' if backwards else 'ASC'} LIMIT ?",
        (low, high, *(symbols or ()), limit + 1),
    ).fetchall()
    beats = [
        {
            "sample": sample_of(key),
            "symbol": symbol,
            "confidence": None if thousandths is None else thousandths / 1000,
            "reason": reason,
        }
        for key, symbol, thousandths, reason in rows[:limit]
    ]
    return {"beats": beats[::-1] if backwards else beats, "more": len(rows) > limit}


def list_events(
    connection: sqlite3.Connection,
    session: int,
    span: tuple[int, int],
    kinds: Sequence[str] | None,
    limit: int,
) -> dict[str, Any]:
    limit = min(max(limit, 1), MOST_ROWS)
    of_kind = "" if kinds is None else f" AND kind IN ({_marks(kinds)})"
    rows = connection.execute(
        "SELECT sample, decided, kind, text, detail FROM event"
        f" WHERE session = ? AND sample >= ? AND sample < ?{of_kind} ORDER BY sample, id LIMIT ?",
        (session, *span, *(kinds or ()), limit + 1),
    ).fetchall()
    events = [{**dict(row), "detail": json.loads(row["detail"])} for row in rows[:limit]]
    return {"events": events, "more": len(rows) > limit}


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
