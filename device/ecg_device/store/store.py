"""A folder of data, opened by the one process that writes it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Self

from ecg_device.store import database, edits, quota
from ecg_device.store.database import transaction
from ecg_device.store.opening import Opening
from ecg_device.store.reader import Reader
from ecg_device.store.writer import Writer
from ecg_device.store.writing import end_sessions


class Store:
    """Made by `open`. `reader` answers any thread, `writer` begins the thread that writes."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self.folder = opening.folder
        self.reader = Reader(opening.folder, is_written=lambda: True)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Create, lock and bring up to date; end what a lost power left open.

        StoreError where another process has it, where newer software wrote it, or where the
        folder cannot be made. A full disk or a folder that is read-only now is no reason not to
        open: the writer says so and goes on trying.
        """
        opening = Opening(folder)
        try:
            connection = opening.connect()
        except sqlite3.Error as error:
            if not database.is_unwritable(error):
                opening.lock.release()
                raise database.failure(opening.path, error) from error
        except BaseException:
            opening.lock.release()
            raise
        else:
            _end_what_was_left(connection)
        return cls(opening)

    @property
    def damaged(self) -> Path | None:
        """A database that could not be opened and was set aside, for a new one to begin."""
        return self._opening.damaged

    def writer(self, *, quota_bytes: int) -> Writer:
        return Writer(self._opening, quota_bytes)

    def delete(self, session: int) -> None:
        """A session that has ended, with all its rows; for who has no writer begun."""
        try:
            with closing(self._opening.connect()) as connection:
                with transaction(connection):
                    edits.delete_session(session)(connection)
                quota.remove_all(connection)
        except sqlite3.Error as error:
            raise database.failure(self._opening.path, error) from error

    def close(self) -> None:
        """After the writer's close: others may open the folder."""
        self.reader.close()
        self._opening.lock.release()


def _end_what_was_left(connection: sqlite3.Connection) -> None:
    try:
        with transaction(connection):
            end_sessions(connection)
    except sqlite3.Error:
        return  # the writer meets the same trouble, and says so
    finally:
        connection.close()
