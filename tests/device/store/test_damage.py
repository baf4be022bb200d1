"""A database that is damaged: set aside, told, and a new one begins; nothing is thrown away."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecg_device.errors import StoreError
from ecg_device.store import Store, StoredEvent, edits

SIZE = 18_000


def damaged(folder: Path) -> list[Path]:
    return sorted(folder.glob("ecg.damaged-*.sqlite3"))


def garbage(size: int) -> bytes:
    return np.random.default_rng(3).bytes(size)


@pytest.mark.parametrize("kind", ["no database", "cut", "overwritten"])
def test_what_cannot_be_opened_is_set_aside(open_store: Callable[..., Any], chunk, kind) -> None:
    """As it is, under another name, with its log; the new one keeps signal from the start."""
    first = open_store()
    first.write(*(chunk(at * SIZE, SIZE) for at in range(20)))
    first.close()
    content = first.database.read_bytes()
    left = {
        "no database": garbage(5000),
        "cut": content[:4096],
        "overwritten": content[:100] + garbage(len(content) - 100),
    }[kind]
    first.database.write_bytes(left)
    second = open_store()
    (aside,) = damaged(second.folder)
    assert second.store.damaged == aside and aside.read_bytes()[:100] == left[:100]
    assert second.status().reason == f"a damaged database was set aside as {aside.name}"
    assert second.status().storing
    assert second.write(chunk(0, 100)) == 1
    assert second.reader.session(1)["stop"] == 100


def test_an_empty_file_is_no_damage(open_store: Callable[..., Any], tmp_path: Path, chunk) -> None:
    """It is what SQLite makes before its first commit."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ecg.sqlite3").touch()
    kept = open_store()
    kept.write(chunk(0, 100))
    assert kept.store.damaged is None and kept.status().reason == ""


def test_damage_that_is_found_while_it_is_written_costs_no_signal(kept, chunk) -> None:
    """All pages but the first are overwritten beneath the writer, as a dying card does. Who wants
    to delete meets it first and is told; with the next chunk a new database begins, and what held
    is said again there."""
    noisy = StoredEvent(7, 9, "quality", "noisy", {"state": "noisy"})
    kept.write(*(chunk(at * SIZE, SIZE) for at in range(60)))
    kept.write(chunk(0, SIZE, events=(noisy,)))
    with closing(sqlite3.connect(kept.database)) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    with kept.database.open("r+b") as file:
        file.seek(4096)
        file.write(garbage(kept.database.stat().st_size - 4096))
    with pytest.raises(StoreError, match=r"the database is damaged .* sets it aside"):
        kept.edit(edits.delete_session(1))
    kept.put(chunk(SIZE, SIZE))
    kept.settle()
    (aside,) = damaged(kept.folder)
    assert kept.status().storing and kept.status().lost == 0
    assert kept.status().reason == f"a damaged database was set aside as {aside.name}"
    told = kept.reader.session(1)
    assert (told["first"], told["stop"], told["missing"]) == (SIZE, 2 * SIZE, 0)
    (held,) = kept.reader.events(1)["events"]
    assert (held["kind"], held["text"], held["sample"]) == ("quality", "noisy", SIZE)


def test_a_reader_of_a_damaged_database_is_told_so(kept, chunk) -> None:
    """One line, no trace; the file is left as it is, for only the writer may set it aside."""
    kept.write(chunk(0, 100))
    kept.close()
    kept.database.write_bytes(garbage(9000))
    with pytest.raises(StoreError, match=r"ecg\.sqlite3: the database is damaged \("):
        kept.reader.sessions()
    assert damaged(kept.folder) == []
    kept.database.unlink()
    with closing(kept.reader), pytest.raises(StoreError, match="nothing is kept here"):
        kept.reader.sessions()


def test_what_can_be_neither_opened_nor_set_aside_is_an_error(read_only_disk) -> None:
    folder, read_only = read_only_disk
    (folder / "ecg.sqlite3").write_bytes(garbage(9000))
    read_only(True)
    with pytest.raises(StoreError, match=r"is damaged and cannot be set aside; .*--data FOLDER"):
        Store.open(folder)
