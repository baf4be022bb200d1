"""Readers beside the writer: they see whole commits, delay nothing, and are told what is gone."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from ecg_device.errors import NotFoundError
from ecg_device.store import Reader, edits
from ecg_device.store.pool import Pool

SIZE = 306


def chunks(chunk: Any, first: int, stop: int) -> list[Any]:
    """Chunks number `first` to `stop`; each sample's value is its number modulo 1000."""
    return [
        chunk(at * SIZE, np.arange(at * SIZE, (at + 1) * SIZE) % 1000) for at in range(first, stop)
    ]


def test_who_reads_never_holds_up_who_writes(kept, chunk) -> None:
    """Five readers each in the middle of a question (as slow viewers are): all that comes is
    committed meanwhile, and deletions and vacuum too; they go on seeing what they saw."""
    first = kept.write(*chunks(chunk, 0, 50))
    session = kept.write(*chunks(chunk, 0, 5))
    pool = Pool(kept.database)
    with ExitStack() as open_questions:
        reading = [open_questions.enter_context(pool.borrowed()) for _ in range(5)]
        counts = [one.execute("SELECT count(*) FROM chunk").fetchone()[0] for one in reading]
        kept.put(*chunks(chunk, 5, 40))
        kept.edit(edits.delete_session(first))
        kept.settle()
        assert kept.reader.session(session)["stop"] == 40 * SIZE
        assert kept.status().lost == 0
        again = [one.execute("SELECT count(*) FROM chunk").fetchone()[0] for one in reading]
        assert again == counts == [55] * 5
    pool.close()


def test_many_threads_ask_one_reader(kept, chunk) -> None:
    """While it is written: each answer is one state, whose totals agree with each other."""
    session = kept.write(*chunks(chunk, 0, 10))
    done = threading.Event()

    def ask(number: int) -> int:
        asked = 0
        while not done.is_set() or not asked:
            told = kept.reader.session(session)
            assert told["duration_s"] == told["stop"] / 360 and told["stop"] % SIZE == 0
            shown = kept.reader.signal(session, told["stop"] - 4, told["stop"])
            assert shown["uv"] == [at % 1000 for at in range(told["stop"] - 4, told["stop"])]
            asked += 1
        return asked

    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(ask, number) for number in range(6)]
        kept.put(*chunks(chunk, 10, 300))
        kept.settle()
        done.set()
        assert all(one.result(20) for one in asked)


def test_an_export_is_the_signal_as_it_came(kept, chunk) -> None:
    """More chunks than are read at a time, a gap in the middle; blocks in order, none empty."""
    come = [*chunks(chunk, 0, 100), *chunks(chunk, 150, 250)]
    session = kept.write(*come)
    blocks = list(kept.reader.blocks(session))
    assert all(one.stop <= other.start for one, other in pairwise(blocks))
    assert sum(len(block.mv) for block in blocks) == 200 * SIZE
    for block in blocks:
        expected = np.arange(block.start, block.stop) % 1000
        np.testing.assert_array_equal(np.rint(block.mv * 1000), expected)
    gap = [(one.stop, other.start) for one, other in pairwise(blocks) if one.stop != other.start]
    assert gap == [(100 * SIZE, 150 * SIZE)]


@pytest.mark.parametrize(
    ("first", "stop", "expected"),
    [
        (10, 20, (10, 20)),
        (SIZE - 1, SIZE + 1, (SIZE - 1, SIZE + 1)),
        (None, 5, (0, 5)),
        (-50, 5, (0, 5)),
        (10 * SIZE + 7, 12 * SIZE, None),  # within the gap
        (10 * SIZE + 7, 20 * SIZE + 1, (20 * SIZE, 20 * SIZE + 1)),
        (30 * SIZE - 1, 10**12, (30 * SIZE - 1, 30 * SIZE)),
        (40 * SIZE, 50 * SIZE, None),
        (20, 10, None),
    ],
)
def test_a_part_of_it_has_exactly_its_samples(kept, chunk, first, stop, expected) -> None:
    session = kept.write(*chunks(chunk, 0, 10), *chunks(chunk, 20, 30))
    blocks = list(kept.reader.blocks(session, first, stop))
    samples = [at for block in blocks for at in range(block.start, block.stop)]
    assert samples == ([] if expected is None else list(range(*expected)))
    assert all(len(block.mv) for block in blocks)


def test_a_session_deleted_in_the_middle_of_an_export_ends_it_with_an_error(kept, chunk) -> None:
    """Never half a file that looks whole."""
    session = kept.write(*chunks(chunk, 0, 300))
    kept.end()
    blocks = kept.reader.blocks(session)
    next(blocks)
    kept.edit(edits.delete_session(session))
    with pytest.raises(NotFoundError, match=f"there is no session {session}"):
        list(blocks)


def test_a_long_export_keeps_no_reader_open(kept, chunk) -> None:
    """Between two minutes of signal it holds nothing that would keep the log from being emptied."""
    session = kept.write(*chunks(chunk, 0, 300))
    blocks = kept.reader.blocks(session)
    next(blocks)
    with closing(sqlite3.connect(kept.database)) as other:
        busy, *_ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0 and kept.folder.joinpath("ecg.sqlite3-wal").stat().st_size == 0
    assert sum(len(block.mv) for block in blocks) == 299 * SIZE


def test_a_session_that_runs_is_read_as_far_as_it_went_when_asked(kept, chunk) -> None:
    session = kept.write(*chunks(chunk, 0, 100))
    blocks = kept.reader.blocks(session)
    next(blocks)
    kept.put(*chunks(chunk, 100, 120))
    kept.settle()
    assert sum(len(block.mv) for block in blocks) == 99 * SIZE


def test_another_file_of_the_same_name_is_another_database(kept, chunk) -> None:
    """A reader that has been asked before answers of what is there now, not of what was."""
    reader = Reader(kept.folder)
    kept.write(*chunks(chunk, 0, 3))
    kept.write(*chunks(chunk, 0, 3))
    assert len(reader.sessions()["sessions"]) == 2
    for path in kept.folder.glob("ecg.sqlite3*"):
        path.unlink()
    kept.put(*chunks(chunk, 3, 4))
    kept.settle()
    assert [one["first"] for one in reader.sessions()["sessions"]] == [3 * SIZE]
    reader.close()
