"""The tables, and how older ones become today's.

`schema.sql` is what a new database gets; `migrations/N.sql` leads from version N to N + 1, in one
transaction with the new number (PRAGMA user_version). A test holds both ways to the same tables.
"""

import sqlite3
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ecg_device.errors import StoreError
from ecg_device.store.database import transaction

VERSION = 1

_FOLDER = Path(__file__).parent


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Create the tables, or bring them to today's version."""
    if version_of(connection) > VERSION:
        raise _another_version(connection, path, "update ecg-device")
    migrate(connection, _migrations())


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse to read what only a writer may bring to today's version."""
    if version_of(connection) != VERSION:
        raise _another_version(connection, path, "start the appliance on it once, or update it")


def migrate(connection: sqlite3.Connection, migrations: Mapping[int, str]) -> None:
    """Go from each version that has a script to the next one; 0 is an empty database."""
    while (script := migrations.get(version := version_of(connection))) is not None:
        reached = VERSION if version == 0 else version + 1
        with transaction(connection):
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {reached}")


def version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@cache
def _migrations() -> dict[int, str]:
    scripts = {int(path.stem): path.read_text() for path in _FOLDER.glob("migrations/*.sql")}
    return {0: (_FOLDER / "schema.sql").read_text(), **scripts}


def _statements(script: str) -> list[str]:
    """One by one, for `executescript` would commit what is open."""
    statements, text = [], ""
    for line in script.splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            statements.append(text)
            text = ""
    return [*statements, text]  # the last one may lack its semicolon


def _another_version(connection: sqlite3.Connection, path: Path, remedy: str) -> StoreError:
    return StoreError(
        f"{path}: written by another version of the software",
        expected=f"a database of version {VERSION}",
        received=f"version {version_of(connection)}",
        remedy=remedy,
    )
