"""Connections to the database file, and what their failures mean to people."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ecg_device.errors import StoreError

BUSY_S = 5.0  # another process holds the file for the moment of an edit
_WRITER_CACHE_KB, _READER_CACHE_KB = 2000, 1000
_LONGEST_WAL_BYTES = 8 << 20

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_UNWRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the folder is read-only",
    sqlite3.SQLITE_PERM: "the folder is read-only",
    sqlite3.SQLITE_CANTOPEN: "the folder cannot be written to",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_BUSY: "another program holds the database",
    sqlite3.SQLITE_CORRUPT: "the database is damaged",
    sqlite3.SQLITE_NOTADB: "the database is damaged",
}


def connect(path: Path) -> sqlite3.Connection:
    """To write: what is committed survives the loss of power at any moment."""
    connection = sqlite3.connect(path, BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only before the first table
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {_LONGEST_WAL_BYTES}")
        connection.execute(f"PRAGMA cache_size = -{_WRITER_CACHE_KB}")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """To read, while another connection or process writes.

    Where the folder is read-only and nobody writes, SQLite cannot share the log of the last
    commits and refuses; what has reached the file itself can be read all the same.
    """
    try:
        return _reading(path, "mode=ro")
    except sqlite3.OperationalError:
        if os.access(path.parent, os.W_OK) or not path.exists():
            raise
        return _reading(path, "mode=ro&immutable=1")


def _reading(path: Path, how: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?{how}"
    connection = sqlite3.connect(
        address, BUSY_S, uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute(f"PRAGMA cache_size = -{_READER_CACHE_KB}")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def is_damage(error: BaseException) -> bool:
    return _code(error) in _DAMAGED


def is_unwritable(error: BaseException) -> bool:
    """Whether the same may go well later, once someone makes room or the folder writable."""
    return _code(error) in (*_UNWRITABLE, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def passes(error: BaseException) -> bool:
    """Whether the trouble lies with the disk and may pass, not with what was to be written."""
    return isinstance(error, OSError) or _code(error) in _REASONS


def reason(error: BaseException) -> str:
    """A failure in words, with SQLite's own where they say more."""
    said = " ".join(str(error).split())
    known = _REASONS.get(_code(error))
    return said if known is None else f"{known} ({said})"


def failure(path: Path, error: sqlite3.Error) -> StoreError:
    remedy = "see that the disk has room and the folder belongs to this user"
    if is_damage(error):
        remedy = "the appliance sets it aside when it writes next, and begins a new one"
    return StoreError(f"{path}: {reason(error)}", remedy=remedy)


def set_aside(path: Path) -> Path:
    """Give a damaged database and its log another name, so that a new one can begin."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    for suffix in ("-wal", "-shm", ""):  # the database last: with it gone, a new one begins
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def _code(error: BaseException) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest tells kinds of it apart
