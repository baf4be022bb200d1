"""A disk in trouble: the writer goes on trying, says why it does not store, and counts its loss."""

import os
import shutil
import time
from collections.abc import Callable
from typing import Any

import pytest

from ecg_device.errors import StoreError
from ecg_device.store import open_reader
from ecg_device.store.lock import in_use
from ecg_device.store.waiting import MOST_CHUNKS, TOGETHER

SIZE = 306


def put_an_outage(kept: Any, chunk: Any, start: int, more_than_may_wait: int) -> int:
    """So many chunks more than may wait, beside those being tried; where the signal ends."""
    for at in range(MOST_CHUNKS + TOGETHER + more_than_may_wait):
        kept.put(chunk(start + at * SIZE, SIZE))
    return start + (MOST_CHUNKS + TOGETHER + more_than_may_wait) * SIZE


def holds_all_but_what_is_told(kept: Any, stop: int, first_lost: int, reason: str) -> None:
    """Samples kept and samples lost are all that there were; one event tells of the hole."""
    lost = kept.status().lost
    told = kept.reader.session(kept.writer.session)
    assert (told["first"], told["stop"], told["missing"]) == (0, stop, lost)
    stored = sum(length for (length,) in kept.sql("SELECT samples FROM chunks"))
    assert stored + lost == stop and lost > 0
    (event,) = kept.reader.events(told["id"])["events"]
    assert (event["kind"], event["sample"], event["decided"], event["detail"]) == (
        "technical", first_lost, first_lost + lost, {"lost": lost},
    )  # fmt: skip
    assert event["text"].startswith(f"signal not stored: {reason}")


def test_a_full_disk(impatient, small_disk, open_store, chunk, wait_until, fill) -> None:
    """What it cannot keep of more than a minute is lost and told; with room again it stores."""
    kept = open_store(small_disk / "data")
    kept.write(chunk(0, SIZE))
    rest = fill(small_disk)
    stop = SIZE
    while kept.status().storing:  # what is left of the log's own room
        kept.put(chunk(stop, SIZE))
        stop += SIZE
        time.sleep(0.002)
    wait_until(lambda: not kept.status().storing, "stop")
    assert kept.status().reason.startswith("the disk is full")
    stop = put_an_outage(kept, chunk, stop, 20)
    assert kept.status().waiting <= MOST_CHUNKS
    assert not kept.status().storing and kept.status().lost > 0
    rest.unlink()
    kept.settle()
    assert kept.status().storing and kept.status().reason == ""
    first_lost = kept.sql("SELECT min(sample) FROM event")[0][0]
    holds_all_but_what_is_told(kept, stop, first_lost, "the disk is full")


def test_a_disk_that_goes_and_comes_back(impatient, kept, cover, chunk, wait_until) -> None:
    """An empty folder that nobody may write into is in its place meanwhile. The session goes on
    where it was, in the database that is back, with one hole that is told."""
    kept.write(chunk(0, SIZE))
    uncover = cover(kept.folder)
    kept.put(chunk(SIZE, SIZE))
    wait_until(lambda: not kept.status().storing, "stop")
    reason = kept.status().reason
    assert reason.startswith(("the folder is read-only", "the folder cannot be written to"))
    with pytest.raises(StoreError, match="nothing is kept here"):
        kept.reader.sessions()
    stop = put_an_outage(kept, chunk, 2 * SIZE, 20)
    uncover()
    kept.settle()
    assert kept.status().storing and kept.status().reason == "" and kept.writer.session == 1
    holds_all_but_what_is_told(kept, stop, SIZE, "the folder")
    assert in_use(kept.folder)


def test_a_folder_that_is_read_only_from_the_start(
    impatient, read_only_disk, open_store, chunk, info, wait_until
) -> None:
    """It opens all the same, says so, and keeps what waits once it can."""
    disk, read_only = read_only_disk
    (disk / "data").mkdir()
    read_only(True)
    kept = open_store(disk / "data")
    kept.writer.begin(info())
    kept.put(chunk(0, SIZE))
    wait_until(lambda: not kept.status().storing, "stop")
    assert kept.status().reason and "\n" not in kept.status().reason
    read_only(False)
    kept.settle()
    assert kept.status().storing and kept.status().lost == 0
    assert kept.reader.session(1)["stop"] == SIZE


def test_what_lies_on_a_read_only_disk_can_be_read(read_only_disk, open_store, chunk) -> None:
    disk, read_only = read_only_disk
    kept = open_store(disk / "data")
    session = kept.write(chunk(0, [1, 2, 3]))
    kept.close()
    read_only(True)
    with open_reader(disk / "data") as reader:
        assert reader.signal(session)["uv"] == [1, 2, 3]
    read_only(False)


@pytest.mark.parametrize("what", ["the database", "the folder"])
def test_what_is_removed_beneath_the_writer_begins_anew(kept, chunk, rhythm, what) -> None:
    """A new database with the next chunk; the rhythm that held holds on; nothing more is lost."""
    kept.write(chunk(0, SIZE, events=(rhythm(3, "(N", "sinus rhythm"),)))
    if what == "the folder":
        shutil.rmtree(kept.folder)
    else:
        for path in kept.folder.glob("ecg.sqlite3*"):
            path.unlink()
    kept.put(chunk(SIZE, SIZE))
    kept.settle()
    assert kept.status().storing and kept.status().lost == 0
    told = kept.reader.session(1)
    assert (told["first"], told["stop"], told["live"]) == (SIZE, 2 * SIZE, True)
    assert told["rhythms"] == [
        {"name": "sinus rhythm", "aux": "(N", "seconds": SIZE / 360},
    ]


def test_a_folder_that_is_in_the_way_is_waited_for(impatient, kept, chunk, wait_until) -> None:
    """A file has the folder's name: told, and overcome once it is gone."""
    kept.write(chunk(0, SIZE))
    shutil.rmtree(kept.folder)
    kept.folder.touch()
    kept.put(chunk(SIZE, SIZE))
    wait_until(lambda: not kept.status().storing, "stop")
    assert kept.status().reason == f"{kept.folder}: cannot be made"
    assert kept.status().free_bytes is None or kept.status().free_bytes > 0
    kept.folder.unlink()
    kept.settle()
    assert kept.status().storing and kept.reader.session(1)["first"] == SIZE


def test_the_end_is_not_held_up_by_a_disk_that_fails(
    small_disk, open_store: Callable[..., Any], chunk, wait_until, fill
) -> None:
    """What cannot be written when all is over is counted; the last call takes a second at most."""
    kept = open_store(small_disk / "data")
    kept.write(chunk(0, SIZE))
    rest = fill(small_disk)
    stop = SIZE
    while kept.status().storing:
        kept.put(chunk(stop, SIZE))
        stop += SIZE
        time.sleep(0.002)
    kept.put(chunk(stop, SIZE))
    stop += SIZE
    before = time.monotonic()
    kept.close()
    assert time.monotonic() - before < 3.0
    stored = sum(length for (length,) in kept.sql("SELECT samples FROM chunks"))
    assert stored + kept.status().lost == stop
    rest.unlink()


def test_trouble_with_nothing_to_write_takes_no_processor(impatient, kept, info, chunk) -> None:
    """The last chunk was at fault and no signal comes: the thread sleeps, it does not spin."""
    kept.writer.begin(info())
    kept.put(chunk(0, 10, rates=((0, "fast"),)))
    kept.settle()
    assert not kept.status().storing
    time.sleep(0.1)
    before = os.times()
    time.sleep(0.5)
    after = os.times()
    assert after.user + after.system - before.user - before.system < 0.3


def test_a_disk_that_does_not_answer(kept, chunk, wait_until, monkeypatch) -> None:
    """No error comes, and nothing is written: that is told as well, and over when it goes on."""
    monkeypatch.setattr("ecg_device.store.writer._STALLED_S", 0.3)
    kept.write(chunk(0, SIZE))
    kept.writer.submit(lambda connection: time.sleep(1.5))
    kept.put(chunk(SIZE, SIZE))
    assert kept.status().storing
    wait_until(lambda: not kept.status().storing, "stall")
    assert kept.status().reason == "the disk does not answer"
    kept.settle()
    assert kept.status().storing and kept.status().reason == "" and kept.status().lost == 0


def test_a_bug_does_not_end_the_keeping(kept, chunk, impatient, monkeypatch) -> None:
    """Whatever goes wrong between two commits, the next chunk is written."""
    kept.write(chunk(0, SIZE))
    with monkeypatch.context() as patch:
        patch.setattr("ecg_device.store.quota.remove_some", lambda connection: {}["no such key"])
        time.sleep(1.3)
    kept.put(chunk(SIZE, SIZE))
    kept.settle()
    assert kept.status().storing
    assert kept.reader.session(kept.writer.session)["stop"] == 2 * SIZE
