"""How a folder of data is opened to be written, now and again after each trouble."""

import os
import sqlite3
from pathlib import Path

from ecg_device.errors import StoreError
from ecg_device.store import database, schema
from ecg_device.store.folder import DATABASE
from ecg_device.store.lock import FolderLock


class Opening:
    """The folder, its lock, and what was found damaged in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / DATABASE
        self.lock = FolderLock(folder)
        self.damaged: Path | None = None  # a database that was set aside

    def make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{self.folder}: cannot be made",
                expected="a folder for signals",
                received=error.strerror,
                remedy="give another folder: --data FOLDER",
            ) from error

    def connect(self) -> sqlite3.Connection:
        """Locked, of today's version; a database that is damaged is set aside for a new one."""
        self.make_folder()
        self.lock.acquire()
        try:
            return self._prepared()
        except sqlite3.DatabaseError as error:
            if not database.is_damage(error):
                raise
        self.set_aside()
        return self._prepared()

    def set_aside(self) -> None:
        try:
            self.damaged = database.set_aside(self.path)
        except OSError as error:
            raise StoreError(
                f"{self.path}: the database is damaged and cannot be set aside",
                received=error.strerror,
                remedy="make the folder writable, or give another one: --data FOLDER",
            ) from error

    def identity(self) -> tuple[int, int] | None:
        """Which file has the database's name now: someone may remove it while it is written."""
        try:
            status = os.stat(self.path)
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _prepared(self) -> sqlite3.Connection:
        connection = database.connect(self.path)
        try:
            schema.prepare(connection, self.path)
        except BaseException:
            connection.close()
            raise
        return connection
