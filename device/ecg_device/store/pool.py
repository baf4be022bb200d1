"""Connections to read with: any thread borrows one for the moment of a question."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecg_device.errors import StoreError
from ecg_device.store import database, schema

_MOST_KEPT = 4  # more are opened when more ask at once, and closed after that


class Pool:
    """A connection belongs to one borrower at a time, so no two threads meet on one.

    Nobody should keep one for long: the log of what is written grows while it is being read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[tuple[tuple[int, int], sqlite3.Connection]] = []
        self._lock = threading.Lock()

    @contextmanager
    def borrowed(self) -> Iterator[sqlite3.Connection]:
        """One that sees what was committed before; StoreError where there is nothing to read."""
        try:
            identity = self._identity()
            connection = self._idle_one(identity) or self._opened()
            try:
                with _still(connection):
                    yield connection
            finally:
                self._give_back(identity, connection)
        except sqlite3.Error as error:
            raise database.failure(self._path, error) from error

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def _identity(self) -> tuple[int, int]:
        """The file that is read: another one of its name is another database."""
        try:
            status = os.stat(self._path)
        except OSError as error:
            raise StoreError(
                f"{self._path}: nothing is kept here",
                received=error.strerror,
                remedy="give the folder of the data: --data FOLDER",
            ) from error
        return status.st_dev, status.st_ino

    def _idle_one(self, identity: tuple[int, int]) -> sqlite3.Connection | None:
        with self._lock:
            while self._idle:
                known, connection = self._idle.pop()
                if known == identity:
                    return connection
                connection.close()
        return None

    def _opened(self) -> sqlite3.Connection:
        connection = database.connect_to_read(self._path)
        try:
            schema.check(connection, self._path)
        except BaseException:
            connection.close()
            raise
        return connection

    def _give_back(self, identity: tuple[int, int], connection: sqlite3.Connection) -> None:
        with self._lock:
            if len(self._idle) < _MOST_KEPT:
                self._idle.append((identity, connection))
                return
        connection.close()


@contextmanager
def _still(connection: sqlite3.Connection) -> Iterator[None]:
    """All questions in it see the same state."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
