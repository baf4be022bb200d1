"""The tables: as the file says, reached from every older version, refused where they are newer."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ecg_device.errors import StoreError
from ecg_device.store import Store, database, open_reader, schema

FIRST_TABLES = Path(__file__).parent / "version_1.sql"  # never changed again


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        yield opened


def tables(connection: sqlite3.Connection) -> set[tuple[str, str, tuple]]:
    """Each table, view and index with its columns, whatever the words of its making."""
    rows = connection.execute("SELECT type, name FROM sqlite_schema").fetchall()
    columns = 'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?) ORDER BY name'
    return {
        (kind, name, tuple(connection.execute(columns, (name,)).fetchall())) for kind, name in rows
    }


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as opened:
        return [*opened.iterdump(), str(schema.version_of(opened))]


def test_the_first_version_becomes_todays(tmp_path: Path) -> None:
    """A database of version 1 with a session in it: the same tables as a new one, nothing lost.

    Whoever changes `schema.sql` writes a migration that leads there.
    """
    with closing(sqlite3.connect(tmp_path / "ecg.sqlite3")) as old:
        old.executescript(FIRST_TABLES.read_text() + "PRAGMA user_version = 1;")
        old.execute(
            "INSERT INTO session (source, name, lead, rate_hz, simulated, uv_per_lsb, software,"
            " origin_taken_ns, origin_wall_ns, began_ms, ended_ms, first, stop)"
            " VALUES ('mcp3008', 'bed', 'I', 360, 0, 1, '1', 0, 0, 0, 1000, 0, 3)"
        )
        old.execute(
            "INSERT INTO chunk (key, taken_us, step_us, missing, late, usable, signal)"
            " VALUES (1 << 40, 0, 0, 0, 0, 0, X'0100FEFF0300')"
        )
        old.commit()
    store = Store.open(tmp_path)
    assert store.reader.signal(1)["uv"] == [1, -2, 3]
    store.close()
    (tmp_path / "new").mkdir()
    Store.open(tmp_path / "new").close()
    with (
        closing(sqlite3.connect(tmp_path / "ecg.sqlite3")) as migrated,
        closing(sqlite3.connect(tmp_path / "new" / "ecg.sqlite3")) as new,
    ):
        assert tables(migrated) == tables(new)
        assert [one.execute("PRAGMA user_version").fetchone() for one in (migrated, new)] == [
            (schema.VERSION,)
        ] * 2


def test_every_version_has_a_way_to_the_next(connection) -> None:
    """From nothing, and from each version that there was."""
    scripts = sorted(int(path.stem) for path in Path(schema.__file__).parent.glob("migrations/*"))
    assert scripts == list(range(1, schema.VERSION))


STEPS = {
    1: "CREATE TABLE cat (name TEXT); -- a word; with a sign\nINSERT INTO cat VALUES ('a;b');",
    2: "ALTER TABLE cat ADD COLUMN lives INTEGER DEFAULT 9",  # the last ; forgotten
}


def test_migrations_go_step_by_step_and_keep_what_there_is(connection) -> None:
    connection.execute("PRAGMA user_version = 1")
    schema.migrate(connection, STEPS)
    assert connection.execute("SELECT name, lives FROM cat").fetchall() == [("a;b", 9)]
    assert schema.version_of(connection) == 3
    schema.migrate(connection, STEPS)
    assert connection.execute("SELECT count(*) FROM cat").fetchone() == (1,)


def test_a_migration_that_fails_is_taken_back(connection) -> None:
    """The step before it stays; of its own nothing does, and it is tried again next time."""
    connection.execute("PRAGMA user_version = 1")
    wrong = {**STEPS, 2: "INSERT INTO cat VALUES ('half');\nINSERT INTO dog VALUES (1);\n"}
    with pytest.raises(sqlite3.OperationalError, match="no such table: dog"):
        schema.migrate(connection, wrong)
    assert schema.version_of(connection) == 2
    assert connection.execute("SELECT name FROM cat").fetchall() == [("a;b",)]
    schema.migrate(connection, STEPS)
    assert schema.version_of(connection) == 3


def test_what_newer_software_wrote_is_refused_untouched(kept, chunk) -> None:
    """To write and to read, with what to do; afterwards the folder is free."""
    kept.write(chunk(0, 9))
    newer = schema.VERSION + 1
    kept.close()
    with closing(sqlite3.connect(kept.database)) as later:
        later.execute(f"PRAGMA user_version = {newer}")
    before = dump(kept.database)
    expected = (
        rf"ecg\.sqlite3: written by another version of the software; expected a database of version"
        rf" {schema.VERSION}; received version {newer}; "
    )
    for _ in range(2):
        with pytest.raises(StoreError, match=expected + "update ecg-device"):
            Store.open(kept.folder)
    with (
        open_reader(kept.folder) as reader,
        pytest.raises(StoreError, match=expected + "start the appliance on it once, or update it"),
    ):
        reader.sessions()
    assert dump(kept.database) == before
    assert list(kept.folder.glob("*damaged*")) == []


def test_what_is_committed_survives_a_power_cut(kept) -> None:
    """The writer's own connection: a log, and a commit that waits for the disk (2 is FULL)."""

    def pragmas(connection: sqlite3.Connection) -> list:
        names = ("journal_mode", "synchronous", "auto_vacuum")
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert kept.edit(pragmas) == ["wal", 2, 2]


def test_a_reader_cannot_write(kept) -> None:
    with (
        closing(database.connect_to_read(kept.database)) as reading,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        reading.execute("DELETE FROM session")
