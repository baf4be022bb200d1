"""Room for what comes: the oldest sessions go, by and by, so that no commit waits for long."""

import sqlite3

from ecg_device.store.database import transaction
from ecg_device.store.keys import keys_of

_SLICE = 256  # chunks removed between two commits: 0.2 MB, much more than comes in meanwhile
_PAGES_BACK = 512  # returned to the file system at a time
_PAGES_KEPT = 256  # free pages left in the file for what comes next


def used_bytes(connection: sqlite3.Connection) -> int:
    """What the database holds, without the pages it may use again."""
    pages, free, size = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def doom_oldest(connection: sqlite3.Connection) -> bool:
    """Let the oldest session go that is neither pinned nor being recorded; False: there is none."""
    cursor = connection.execute(
        "UPDATE session SET doomed = 1 WHERE id ="
        " (SELECT min(id) FROM session WHERE ended AND NOT pinned AND NOT doomed)"
    )
    return cursor.rowcount > 0


def remove_some(connection: sqlite3.Connection) -> bool:
    """Remove a slice of what is to go; False: nothing was left."""
    row = connection.execute("SELECT id FROM session WHERE doomed LIMIT 1").fetchone()
    if row is None:
        return _give_back(connection)
    with transaction(connection):
        _remove_slice(connection, row[0])
    return True


def remove_all(connection: sqlite3.Connection) -> None:
    while remove_some(connection):
        pass


def _remove_slice(connection: sqlite3.Connection, session: int) -> None:
    """The signal first, in slices; with its last one all the rest."""
    low, high = keys_of(session)
    removed = connection.execute(
        "DELETE FROM chunk WHERE key IN (SELECT key FROM chunk WHERE key >= ? AND key < ? LIMIT ?)",
        (low, high, _SLICE),
    )
    if removed.rowcount == _SLICE:
        return
    connection.execute("DELETE FROM beat WHERE key >= ? AND key < ?", (low, high))
    for table in ("tile", "event", "minute", "tally"):
        connection.execute(f"DELETE FROM {table} WHERE session = ?", (session,))
    connection.execute("UPDATE recording SET session = NULL WHERE session = ?", (session,))
    connection.execute("DELETE FROM session WHERE id = ?", (session,))


def _give_back(connection: sqlite3.Connection) -> bool:
    free = int(connection.execute("PRAGMA freelist_count").fetchone()[0])
    if free <= _PAGES_KEPT + _PAGES_BACK:
        return False
    # `execute` of Python 3.11 frees one page alone: each is a step, and it makes but one
    connection.executescript(f"PRAGMA incremental_vacuum({_PAGES_BACK})")
    return True
