"""A session minute by minute: heart rate, ectopy and how much of the signal could be used.

Minutes are counted in sample numbers, so no clock that is set can stretch or reorder them.
"""

import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_device.signals import FloatArray
from ecg_device.store.running import Running
from ecg_device.store.values import Chunk, StoredBeat

MINUTE_S = 60
VENTRICULAR = frozenset("VE")  # AAMI's groups V and S
SUPRAVENTRICULAR = frozenset("AaJS")

_RATES = (
    "INSERT INTO minute (session, number, rate_sum, rate_count, rate_lowest, rate_highest)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
    " rate_sum = rate_sum + excluded.rate_sum, rate_count = rate_count + excluded.rate_count,"
    " rate_lowest = min(ifnull(rate_lowest, excluded.rate_lowest), excluded.rate_lowest),"
    " rate_highest = max(ifnull(rate_highest, excluded.rate_highest), excluded.rate_highest)"
)
_ECTOPY = (
    "INSERT INTO minute (session, number, ventricular, supraventricular) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET ventricular = ventricular + excluded.ventricular,"
    " supraventricular = supraventricular + excluded.supraventricular"
)
_USABLE = (
    "INSERT INTO minute (session, number, usable) VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET usable = usable + excluded.usable"
)


def add_rates(
    connection: sqlite3.Connection, running: Running, rates: Iterable[tuple[int, float | None]]
) -> None:
    known: dict[int, list[float]] = defaultdict(list)
    for sample, bpm in rates:
        if bpm is not None:
            known[_minute(sample, running.rate_hz)].append(bpm)
    for minute, bpms in known.items():
        values = (running.id, minute, sum(bpms), len(bpms), min(bpms), max(bpms))
        connection.execute(_RATES, values)


def add_ectopy(
    connection: sqlite3.Connection, session: int, rate_hz: float, beats: Iterable[StoredBeat]
) -> None:
    ventricular, supraventricular = Counter[int](), Counter[int]()
    for beat in beats:
        minute = _minute(beat.sample, rate_hz)
        ventricular[minute] += beat.symbol in VENTRICULAR
        supraventricular[minute] += beat.symbol in SUPRAVENTRICULAR
    for minute in +ventricular | +supraventricular:
        values = (session, minute, ventricular[minute], supraventricular[minute])
        connection.execute(_ECTOPY, values)


def add_usable(connection: sqlite3.Connection, running: Running, chunk: Chunk) -> None:
    """A chunk over the edge of a minute gives each its share; a minute gets a row in any case."""
    if not len(chunk.mv):
        return
    left, at = chunk.usable, chunk.start
    while at < chunk.stop:
        minute = _minute(at, running.rate_hz)
        end = min(chunk.stop, _first_sample(minute + 1, running.rate_hz))
        share = left if end == chunk.stop else round(left * (end - at) / (chunk.stop - at))
        connection.execute(_USABLE, (running.id, minute, share))
        left, at = left - share, end


def read_trend(
    connection: sqlite3.Connection, session: sqlite3.Row, first: int, stop: int, points: int
) -> dict[str, Any]:
    """Columns over [first, stop), in steps of whole minutes: at most `points` + 1 of them."""
    rate_hz = float(session["rate_hz"])
    begin, end = _minute(first, rate_hz), _minute(max(first, stop - 1), rate_hz) + 1
    step = max(1, math.ceil((end - begin) / max(1, points)))
    begin = begin // step * step
    count = math.ceil((end - begin) / step)
    minutes = _read_minutes(connection, session["id"], begin, count * step)
    edges = begin + step * np.arange(count + 1)
    span = np.diff(_clipped(edges, rate_hz, session["first"], session["stop"])) / rate_hz
    return {
        "from": _first_sample(begin, rate_hz),
        "step_s": step * MINUTE_S,
        **_columns(minutes.reshape(len(minutes), count, step), span, rate_hz),
    }


_READ = (
    "SELECT number, rate_sum, rate_count, rate_lowest, rate_highest,"
    " ventricular, supraventricular, usable FROM minute"
    " WHERE session = ? AND number >= ? AND number < ?"
)
_FIELDS = 7


def _read_minutes(
    connection: sqlite3.Connection, session: int, begin: int, count: int
) -> FloatArray:
    """A row a field, a column a minute; NaN where there is nothing."""
    minutes = np.full((_FIELDS, count), np.nan)
    for number, *fields in connection.execute(_READ, (session, begin, begin + count)):
        minutes[:, number - begin] = [np.nan if field is None else field for field in fields]
    return minutes


def _columns(minutes: FloatArray, span_s: FloatArray, rate_hz: float) -> dict[str, Any]:
    total, known, lowest, highest, ventricular, supraventricular, usable = minutes
    there = ~np.isnan(usable).all(axis=1) & (span_s > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(total, axis=1) / np.nansum(known, axis=1)
        per_minute = np.where(there, MINUTE_S / span_s, np.nan)
        share = np.where(there, np.nansum(usable, axis=1) / (span_s * rate_hz), np.nan)
    return {
        "bpm": _rounded(mean, 1),
        "bpm_low": _rounded(np.fmin.reduce(lowest, axis=1), 1),
        "bpm_high": _rounded(np.fmax.reduce(highest, axis=1), 1),
        "ventricular": _rounded(np.nansum(ventricular, axis=1) * per_minute, 2),
        "supraventricular": _rounded(np.nansum(supraventricular, axis=1) * per_minute, 2),
        "usable": _rounded(np.minimum(share, 1.0), 4),
    }


def _rounded(values: FloatArray, digits: int) -> list[float | None]:
    listed = np.round(values, digits).tolist()
    return [None if math.isnan(value) else value for value in listed]


def _clipped(edges: NDArray[np.int_], rate_hz: float, first: int, stop: int) -> FloatArray:
    clipped: FloatArray = np.clip(np.ceil(edges * (MINUTE_S * rate_hz)), first, stop)
    return clipped


def _minute(sample: int, rate_hz: float) -> int:
    return max(0, int(sample // (MINUTE_S * rate_hz)))


def _first_sample(minute: int, rate_hz: float) -> int:
    return math.ceil(minute * MINUTE_S * rate_hz)
