"""The lowest and highest of every 64, 1024 and 16384 samples, so that a day is drawn at once.

A tile holds 16 bins of a level. It is written in the transaction whose samples complete it, from
the rows below it: from the signal at the lowest level, from finished bins above. So no state
lives outside the database, and what no tile covers yet is computed on reading in the same way.
Bins are aligned to sample number 0, so that a picture that is moved does not shimmer.
"""

import sqlite3
from typing import NamedTuple

import numpy as np

from ecg_device.store.keys import keys_of, sample_of
from ecg_device.store.scale import MISSING, Counts, from_blob, to_blob

LEVELS = (64, 1024, 16384)
BINS = 16  # in a tile: each level is 16 times as coarse as the one below
_ROW = "INSERT OR REPLACE INTO tile (session, per_bin, number, bins) VALUES (?, ?, ?, ?)"


class Bins(NamedTuple):
    """Lows and highs; both MISSING where a bin holds no sample."""

    low: Counts
    high: Counts


def read_counts(connection: sqlite3.Connection, session: int, first: int, stop: int) -> Counts:
    """The samples [first, stop), MISSING where there are none."""
    counts = np.full(stop - first, MISSING, np.int16)
    for start, blob in _chunks(connection, session, first, stop):
        found = from_blob(blob)
        low, high = max(first, start), min(stop, start + len(found))
        if low < high:
            counts[low - first : high - first] = found[low - start : high - start]
    return counts


def read_bins(
    connection: sqlite3.Connection, session: int, span: tuple[int, int], per_bin: int, written: int
) -> Bins:
    """The bins of [first, stop), both multiples of `per_bin`; `written`: where the signal ends.

    `per_bin` is any number below the lowest level, or a multiple of one of the levels.
    """
    first, stop = span
    level = max((one for one in LEVELS if per_bin % one == 0), default=0)
    if not level:
        counts = read_counts(connection, session, first, stop)
        return reduce(Bins(counts, counts), per_bin)
    fine = _level_bins(connection, session, span, level, written)
    return reduce(fine, per_bin // level)


def reduce(bins: Bins, size: int) -> Bins:
    """Every `size` bins become one."""
    if size == 1:
        return bins
    low, high = (part.reshape(-1, size) for part in bins)
    lowest = np.where(low == MISSING, -MISSING - 1, low).min(axis=1)
    highest = high.max(axis=1)
    return Bins(np.where(highest == MISSING, MISSING, lowest).astype(np.int16), highest)


def finish_tiles(
    connection: sqlite3.Connection, session: int, before: int, start: int, stop: int
) -> None:
    """Write the tiles that are complete now: the signal ended at `before`, now [start, stop) came.

    Nothing is written for a gap: an absent tile says that there is nothing.
    """
    for level in LEVELS:
        span = level * BINS
        numbers = {before // span, *range(start // span, stop // span)}
        for number in sorted(numbers):
            whole = (number * span, (number + 1) * span)
            if not before < whole[1] <= stop:
                continue
            bins = _from_below(connection, session, whole, level, stop)
            if (bins.high != MISSING).any():
                blob = to_blob(np.concatenate(bins))
                connection.execute(_ROW, (session, level, number, blob))


def _level_bins(
    connection: sqlite3.Connection, session: int, span: tuple[int, int], level: int, written: int
) -> Bins:
    """A level's bins: from its tiles as far as they are finished, from below after that."""
    first, stop = span
    tile = level * BINS
    finished = min(stop, max(first, written // tile * tile))
    count = (stop - first) // level
    low, high = np.full((2, count), MISSING, np.int16)
    rows = connection.execute(
        "SELECT number, bins FROM tile WHERE session = ? AND per_bin = ?"
        " AND number >= ? AND number < ?",
        (session, level, first // tile, -(-finished // tile)),
    )
    for number, blob in rows:
        at = (number * tile - first) // level
        found = from_blob(blob).reshape(2, BINS)
        begin, end = max(0, at), min(count, at + BINS)
        if begin < end:
            low[begin:end], high[begin:end] = found[:, begin - at : end - at]
    tail = (finished, min(stop, -(-written // level) * level))
    if tail[0] < tail[1]:
        at, end = ((edge - first) // level for edge in tail)
        low[at:end], high[at:end] = _from_below(connection, session, tail, level, written)
    return Bins(low, high)


def _from_below(
    connection: sqlite3.Connection, session: int, span: tuple[int, int], level: int, written: int
) -> Bins:
    if level == LEVELS[0]:
        counts = read_counts(connection, session, *span)
        return reduce(Bins(counts, counts), level)
    below = level // BINS
    return reduce(_level_bins(connection, session, span, below, written), BINS)


def _chunks(
    connection: sqlite3.Connection, session: int, first: int, stop: int
) -> list[tuple[int, bytes]]:
    """The chunks that overlap: those that start in it, and the last one before."""
    low, high = keys_of(session, first, stop)
    begin, _ = keys_of(session)
    before = connection.execute(
        "SELECT key, signal FROM chunk WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT 1",
        (begin, low),
    )
    inside = connection.execute(
        "SELECT key, signal FROM chunk WHERE key >= ? AND key < ? ORDER BY key", (low, high)
    )
    return [(sample_of(key), blob) for rows in (before, inside) for key, blob in rows]
