"""Sessions and recordings as the page lists them: the newest first."""

import json
import sqlite3
from collections import defaultdict
from typing import Any

from ecg_device.signals import SignalInfo
from ecg_device.store.edits import not_found
from ecg_device.store.keys import LARGEST
from ecg_device.store.scale import from_blob, to_uv
from ecg_device.store.searching import MOST, Search, in_recordings, in_sessions

_HELD = "SELECT session, kind, key, name, amount FROM tally WHERE session BETWEEN ? AND ?"
_ABOUT_RECORDING = (
    "id, session, start, samples, taken_ms, name, lead, rate_hz, simulated, pinned, note, result"
)

Held = dict[str, list[tuple[str, str, int]]]  # by kind: key, name, amount


def list_sessions(connection: sqlite3.Connection, search: Search, live: bool) -> dict[str, Any]:
    """`next` is what to give as `before` for those after these; None: there are no more."""
    condition, values = in_sessions(search)
    rows, more = _page(connection, f"* FROM session WHERE {condition}", values, search.limit)
    held = _held(connection, [row["id"] for row in rows])
    sessions = [session_json(row, held[row["id"]], live) for row in rows]
    return {"sessions": sessions, "next": rows[-1]["id"] if more else None}


def list_recordings(connection: sqlite3.Connection, search: Search) -> dict[str, Any]:
    condition, values = in_recordings(search)
    query = f"{_ABOUT_RECORDING} FROM recording WHERE {condition}"
    rows, more = _page(connection, query, values, search.limit)
    recordings = [recording_json(row) for row in rows]
    return {"recordings": recordings, "next": rows[-1]["id"] if more else None}


def find_session(connection: sqlite3.Connection, session: int) -> sqlite3.Row:
    return _find(
        connection, "SELECT * FROM session WHERE id = ? AND NOT doomed", "session", session
    )


def find_recording(connection: sqlite3.Connection, recording: int) -> sqlite3.Row:
    query = f"SELECT {_ABOUT_RECORDING} FROM recording WHERE id = ?"
    return _find(connection, query, "recording", recording)


def show_session(connection: sqlite3.Connection, session: int, live: bool) -> dict[str, Any]:
    row = find_session(connection, session)
    return session_json(row, _held(connection, [session])[session], live)


def session_json(row: sqlite3.Row, held: Held, live: bool) -> dict[str, Any]:
    is_live = live and not row["ended"]
    span = row["stop"] - row["first"]
    return {
        "id": row["id"],
        "source": row["source"],
        "name": row["name"],
        "lead": row["lead"],
        "rate_hz": row["rate_hz"],
        "simulated": bool(row["simulated"]),
        "began_ms": row["began_ms"],
        "ended_ms": None if is_live else row["ended_ms"],
        "live": is_live,
        "first": row["first"],
        "stop": row["stop"],
        "duration_s": span / row["rate_hz"],
        "missing": row["missing"],
        "late": row["late"],
        "model": row["model"],
        "software": row["software"],
        "pinned": bool(row["pinned"]),
        "note": row["note"],
        "beats": {key: amount for key, _, amount in held["beat"]},
        "rate": _rate(row),
        "usable": round(row["usable"] / span, 4) if span else 0.0,
        "rhythms": _rhythms(row, held["rhythm"]),
        "bytes": row["bytes"],
    }


def recording_json(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "session": row["session"],
        "start": row["start"],
        "taken_ms": row["taken_ms"],
        "seconds": row["samples"] / row["rate_hz"],
        "name": row["name"],
        "lead": row["lead"],
        "rate_hz": row["rate_hz"],
        "simulated": bool(row["simulated"]),
        "pinned": bool(row["pinned"]),
        "note": row["note"],
        "result": json.loads(row["result"]),
    }


def show_recording_signal(connection: sqlite3.Connection, recording: int) -> dict[str, Any]:
    query = "SELECT * FROM recording WHERE id = ?"
    row = _find(connection, query, "recording", recording)
    return {
        "rate_hz": row["rate_hz"],
        "start": row["start"],
        "uv": to_uv(from_blob(row["signal"]), row["uv_per_lsb"]),
        "beats": json.loads(row["beats"]),
        "events": json.loads(row["events"]),
    }


def signal_info(row: sqlite3.Row) -> SignalInfo:
    """What was known of the signal when its session began."""
    return SignalInfo(
        name=row["name"],
        rate_hz=row["rate_hz"],
        lead=row["lead"],
        simulated=bool(row["simulated"]),
        rails_mv=_pair(row["rail_low_mv"], row["rail_high_mv"]),
        samples=row["stop"],
        band_hz=_pair(row["band_low_hz"], row["band_high_hz"]),
    )


def _find(connection: sqlite3.Connection, query: str, what: str, number: int) -> sqlite3.Row:
    row: sqlite3.Row | None = None
    if abs(number) <= LARGEST:
        row = connection.execute(query, (number,)).fetchone()
    if row is None:
        raise not_found(what, number)
    return row


def _page(
    connection: sqlite3.Connection, query: str, values: tuple[Any, ...], limit: int
) -> tuple[list[sqlite3.Row], bool]:
    limit = min(max(limit, 1), MOST)
    ordered = f"SELECT {query} ORDER BY id DESC LIMIT ?"
    rows = connection.execute(ordered, (*values, limit + 1)).fetchall()
    return rows[:limit], len(rows) > limit


def _held(connection: sqlite3.Connection, sessions: list[int]) -> dict[int, Held]:
    held: dict[int, Held] = defaultdict(lambda: {"beat": [], "rhythm": []})
    if sessions:
        for session, kind, key, name, amount in connection.execute(
            _HELD, (min(sessions), max(sessions))
        ):
            held[session][kind].append((key, name, amount))
    return held


def _rate(row: sqlite3.Row) -> dict[str, float] | None:
    if not row["rate_count"]:
        return None
    return {
        "mean": round(row["rate_sum"] / row["rate_count"], 1),
        "lowest": round(row["rate_lowest"], 1),
        "highest": round(row["rate_highest"], 1),
    }


def _rhythms(row: sqlite3.Row, held: list[tuple[str, str, int]]) -> list[dict[str, Any]]:
    """The longest first; the one that holds counts up to the last sample."""
    samples = {(aux, name): amount for aux, name, amount in held}
    if row["rhythm_aux"] is not None:
        now = (row["rhythm_aux"], row["rhythm_name"])
        samples[now] = samples.get(now, 0) + max(0, row["stop"] - row["rhythm_since"])
    ordered = sorted(samples.items(), key=lambda item: -item[1])
    return [
        {"name": name, "aux": aux, "seconds": round(count / row["rate_hz"], 3)}
        for (aux, name), count in ordered
        if count
    ]


def _pair(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)
