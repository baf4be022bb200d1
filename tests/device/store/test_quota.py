"""Room for what comes: the oldest that may go goes first, and its room is given back."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from ecg_device.errors import NotFoundError
from ecg_device.store import KeptRecording, edits

QUOTA = 6_000_000
SIZE = 18_000  # samples of a chunk here: 36 kB
OF_A_MEGABYTE = 27  # chunks


@pytest.fixture
def small(open_store: Callable[..., Any]) -> Any:
    return open_store(quota_bytes=QUOTA)


def fill(kept: Any, chunk: Callable[..., Any], sessions: int) -> None:
    """So many sessions of 1 MB, the last one running; a few chunks at a time, as they come."""
    for _ in range(sessions):
        chunks = [chunk(at * SIZE, SIZE) for at in range(OF_A_MEGABYTE)]
        kept.write(*chunks[:3])
        for at in range(3, OF_A_MEGABYTE, 3):
            kept.put(*chunks[at : at + 3])
            kept.settle()


def ids(kept: Any) -> list[int]:
    return [one["id"] for one in kept.reader.sessions()["sessions"]]


def test_the_oldest_goes_first_and_what_is_pinned_stays(small, chunk) -> None:
    """Twelve sessions of 1 MB into 6 MB: what is left is the pinned one and the newest."""
    fill(small, chunk, 2)
    small.edit(edits.change_session(1, pinned=True))
    fill(small, chunk, 10)
    left = ids(small)
    assert left[-1] == 1 and 3 <= len(left) <= 6
    assert left[:-1] == list(range(12, 12 - len(left) + 1, -1))
    assert small.status().storing and small.status().lost == 0
    assert small.status().used_bytes <= QUOTA + 200_000
    gone = small.sql("SELECT count(*) FROM chunk WHERE key >> 40 NOT IN (SELECT id FROM session)")
    assert gone == [(0,)]


def test_what_has_gone_leaves_nothing_but_its_recordings(small, info, chunk, wait_until) -> None:
    """Signal, tiles, beats, events, minutes, tallies: all of it; an ECG taken of it is kept."""
    fill(small, chunk, 1)
    signal = np.arange(100) / 1000
    number = small.keep(KeptRecording(1, 500, 0, info().signal, signal, result={"rate": 70}))
    fill(small, chunk, 1)
    small.edit(edits.delete_session(1))
    wait_until(lambda: small.sql("SELECT count(*) FROM session") == [(1,)], "end of the removal")
    own = {"chunk": "key >> 40", "beat": "key >> 40"}
    for table in ("chunk", "beat", "tile", "event", "minute", "tally"):
        of = own.get(table, "session")
        assert small.sql(f"SELECT count(*) FROM {table} WHERE {of} = 1") == [(0,)]
    kept = small.reader.recording(number)
    assert (kept["session"], kept["start"], kept["result"]) == (None, 500, {"rate": 70})
    assert small.reader.recording_signal(number)["uv"] == list(range(100))


def test_the_file_shrinks(open_store, chunk, wait_until) -> None:
    """12 MB written and 11 of them deleted: the file gives back all but 3 MB of spare room."""
    kept = open_store()
    fill(kept, chunk, 12)
    kept.put(chunk(OF_A_MEGABYTE * SIZE, SIZE))
    kept.settle()
    before = kept.database.stat().st_size
    assert before > 11_000_000
    for number in range(1, 12):
        kept.edit(edits.delete_session(number))
    wait_until(lambda: kept.sql("SELECT count(*) FROM session") == [(1,)], "end of the removal")
    wait_until(lambda: kept.sql("PRAGMA freelist_count")[0][0] <= 768, "end of the tidying")
    kept.close()
    spare = 768 * 4096
    assert kept.database.stat().st_size <= 1_300_000 + spare
    assert kept.sql("SELECT count(*) FROM chunk") == [(OF_A_MEGABYTE + 1,)]


def test_a_deleted_session_is_gone_at_once(small, chunk) -> None:
    """Whoever asks in the very next moment is told so, though its rows go by and by."""
    fill(small, chunk, 2)
    small.edit(edits.delete_session(1))
    assert ids(small) == [2]
    for ask in (small.reader.session, small.reader.signal, small.reader.info):
        with pytest.raises(NotFoundError, match="there is no session 1"):
            ask(1)


def test_where_all_is_pinned_storing_stops_and_says_so(
    impatient, small, info, chunk, wait_until
) -> None:
    """It never takes a pinned one; it says what to do; after that it goes on, and what was lost
    in between is told where it is missing."""
    fill(small, chunk, 5)
    small.end()
    pinned = ids(small)
    for number in pinned:
        small.edit(edits.change_session(number, pinned=True))
    running = small.write(*(chunk(at * SIZE, SIZE) for at in range(22)), info=info())
    start = 22 * SIZE
    small.put(chunk(start, 100))
    wait_until(lambda: not small.status().storing, "stop")
    status = small.status()
    assert status.reason == "no room: all that is kept is pinned"
    assert status.used_bytes > status.quota_bytes == QUOTA
    assert ids(small) == [running, *pinned]
    for at in range(1, 100):  # more than may wait
        small.put(chunk(start + at * 100, 100))
    small.edit(edits.change_session(pinned[-1], pinned=False))
    small.settle()
    assert small.status().storing and small.status().reason == ""
    assert ids(small) == [running, *pinned[:-1]]
    lost = small.status().lost
    told = small.reader.session(running)
    assert (told["stop"], told["missing"]) == (start + 100 * 100, lost) and lost > 0
    (event,) = small.reader.events(running)["events"]
    assert event["text"] == "signal not stored: no room: all that is kept is pinned"
    assert (event["sample"], event["detail"]) == (start, {"lost": lost})


def test_one_long_session_makes_room_out_of_itself(open_store, chunk) -> None:
    """A quota that one session alone exceeds: it is split, and its oldest part goes."""
    kept = open_store(quota_bytes=4_000_000)
    for at in range(200):  # 7.2 MB
        (kept.put if at else kept.write)(chunk(at * SIZE, SIZE))
        kept.settle()
    sessions = kept.reader.sessions()["sessions"]
    assert kept.status().storing and kept.status().lost == 0
    assert sessions[0]["stop"] == 200 * SIZE and sessions[-1]["first"] > 0
    for newer, older in pairwise(sessions):
        assert newer["first"] == older["stop"]
    assert kept.status().used_bytes <= 4_200_000
