"""A session: what it tells of itself, and where one ends and the next begins."""

from collections.abc import Callable
from typing import Any

import pytest

from ecg_device.errors import NotFoundError
from ecg_device.store import StoredBeat, StoredEvent, placing

ORIGIN_MS = 1_700_000_000_000
MINUTE = 60 * 360
Rhythm = Callable[..., StoredEvent]


def beat(sample: int, symbol: str = "N") -> StoredBeat:
    return StoredBeat(sample, symbol, 0.9, "", 1.0)


def test_a_session_tells_what_it_holds(kept, info, chunk) -> None:
    """Two minutes from sample 360 on: names, times and totals by arithmetic."""
    about = info(
        "bed 2", source="replay:mitdb/100", lead="MLII", rails_mv=(-5, 5), band_hz=(0.5, 40)
    )
    session = kept.write(
        chunk(360, MINUTE, beats=(beat(400), beat(800, "V")), rates=((360, 60.0), (720, None))),
        chunk(360 + MINUTE, MINUTE, beats=(beat(30_000),), rates=((30_000, 81.0), (30_360, 90.0))),
        info=about,
    )
    told = kept.reader.session(session)
    assert told["live"] is True and told["ended_ms"] is None
    kept.end()
    told = kept.reader.session(session)
    assert (told["began_ms"], told["ended_ms"]) == (ORIGIN_MS + 1000, ORIGIN_MS + 121_000)
    assert (told["first"], told["stop"], told["duration_s"]) == (360, 360 + 2 * MINUTE, 120.0)
    assert told["beats"] == {"N": 2, "V": 1}
    assert told["rate"] == {"mean": 77.0, "lowest": 60.0, "highest": 90.0}
    assert (told["live"], told["pinned"], told["note"], told["missing"]) == (False, False, "", 0)
    words = ("name", "lead", "source", "model", "software", "simulated", "rate_hz")
    assert [told[word] for word in words] == [
        "bed 2", "MLII", "replay:mitdb/100", "aami 1", "ecg-device 1", True, 360.0,
    ]  # fmt: skip
    known = kept.reader.info(session)
    assert (known.rails_mv, known.band_hz, known.samples) == ((-5, 5), (0.5, 40), 360 + 2 * MINUTE)


def test_nothing_known_is_nothing_told(kept, chunk) -> None:
    """Without a rate there is none, not 0; without rails and band neither."""
    session = kept.write(chunk(0, 100))
    told = kept.reader.session(session)
    assert (told["rate"], told["beats"], told["rhythms"]) == (None, {}, [])
    known = kept.reader.info(session)
    assert (known.rails_mv, known.band_hz) == (None, None)


def test_rhythms_last_until_the_next_and_the_last_one_to_the_end(
    kept, chunk, rhythm: Rhythm
) -> None:
    """Sinus 10 s, fibrillation 30 s, sinus again: 20 s so far, and 35 s in the end."""
    sinus, fibrillation = ("(N", "sinus rhythm"), ("(AFIB", "atrial fibrillation likely")
    events = (rhythm(0, *sinus), rhythm(3600, *fibrillation), rhythm(14_400, *sinus))
    session = kept.write(chunk(0, MINUTE, events=events))
    expected = {"(N": 10 + 20, "(AFIB": 30}

    def rhythms() -> list[Any]:
        return kept.reader.session(session)["rhythms"]

    assert {one["aux"]: one["seconds"] for one in rhythms()} == expected
    kept.put(chunk(MINUTE, MINUTE // 4))
    kept.settle()
    assert [one["seconds"] for one in rhythms()] == [45, 30]
    kept.end()
    assert rhythms() == [
        {"name": "sinus rhythm", "aux": "(N", "seconds": 45},
        {"name": "atrial fibrillation likely", "aux": "(AFIB", "seconds": 30},
    ]


def test_the_size_told_is_about_what_the_file_takes(kept, chunk) -> None:
    """An hour with a beat a second, as the daemon writes it; within a tenth of what is used."""
    empty = kept.sql("PRAGMA page_count")[0][0]
    chunks = [
        chunk(start, 306, beats=(beat(start), beat(start + 100)), rates=((start, 70.0),))
        for start in range(0, 360 * 3600, 306)
    ]
    session = kept.write(*chunks)
    used = 4096 * (kept.sql("PRAGMA page_count")[0][0] - empty)
    assert kept.reader.session(session)["bytes"] == pytest.approx(used, rel=0.1)


def test_a_session_without_a_sample_leaves_no_row(kept, info, chunk) -> None:
    """What was said before the first sample is not lost: it stands in the session, once it is."""
    said = StoredEvent(0, 0, "technical", "opening", {})
    kept.writer.begin(info())
    kept.put(chunk(0, 0, events=(said,)))
    kept.settle()
    assert kept.reader.sessions()["sessions"] == [] and kept.writer.session is None
    kept.put(chunk(0, 0, beats=(beat(0),)), chunk(0, 50))
    kept.settle()
    assert [event["text"] for event in kept.reader.events(1)["events"]] == ["opening"]
    assert len(kept.reader.beats(1)["beats"]) == 1


def test_what_comes_after_the_last_sample_belongs_to_it(kept, chunk) -> None:
    """A beat named when the signal has ended: no samples more, the same session."""
    session = kept.write(chunk(0, 500), chunk(500, 0, beats=(beat(450),)))
    kept.end()
    assert [one["sample"] for one in kept.reader.beats(session)["beats"]] == [450]
    assert kept.reader.session(session)["stop"] == 500


def test_a_source_that_counts_anew_begins_a_session(kept, chunk) -> None:
    """Numbers never go back within one: nothing is written over, nothing reordered."""
    kept.write(chunk(0, [1, 2, 3, 4]), chunk(2, [9, 9]), chunk(4, [8]))
    assert [kept.reader.signal(number)["uv"] for number in (1, 2)] == [[1, 2, 3, 4], [9, 9, 8]]
    assert [kept.reader.session(number)["live"] for number in (1, 2)] == [False, True]


def test_one_ends_when_the_next_begins(kept, chunk) -> None:
    first = kept.write(chunk(0, 100))
    second = kept.write(chunk(0, 100))
    assert (first, second) == (1, 2)
    assert [one["live"] for one in kept.reader.sessions()["sessions"]] == [True, False]


def test_a_session_that_is_long_enough_goes_on_as_another(
    kept, chunk, rhythm: Rhythm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the longest time (here a minute) sample numbers count on; what held is said again; a
    beat that is named late stands where its R lies; nothing is missing between the two."""
    monkeypatch.setattr(placing, "LONGEST_S", 60)
    noisy = StoredEvent(900, 950, "quality", "noisy", {"state": "noisy"})
    once = StoredEvent(1000, 1000, "alarm", "pause", {})
    kept.write(
        chunk(0, MINUTE, beats=(beat(100),), events=(rhythm(5, "(N", "sinus rhythm"), noisy, once)),
        chunk(MINUTE, MINUTE, beats=(beat(MINUTE - 5, "V"), beat(MINUTE + 5))),
    )
    first, second = kept.reader.session(1), kept.reader.session(2)
    assert (first["stop"], second["first"], second["missing"]) == (MINUTE, MINUTE, 0)
    assert (first["beats"], second["beats"]) == ({"N": 1, "V": 1}, {"N": 1})
    held = kept.reader.events(2)["events"]
    assert [(event["kind"], event["sample"]) for event in held] == [
        ("rhythm", MINUTE), ("quality", MINUTE),
    ]  # fmt: skip
    assert first["rhythms"][0]["seconds"] == pytest.approx((MINUTE - 5) / 360, abs=1e-3)
    assert second["rhythms"][0]["seconds"] == 60


def test_a_session_never_takes_more_than_a_quarter_of_the_quota(open_store, chunk) -> None:
    """So that making room never takes all: 8 MB, sessions of 2 MB and a chunk at most."""
    kept = open_store(quota_bytes=8_000_000)
    kept.write(*(chunk(start, 18_000) for start in range(0, 2_000_000, 18_000)))
    sizes = [one["bytes"] for one in kept.reader.sessions()["sessions"]]
    assert len(sizes) == 3 and max(sizes) <= 2_000_000 + 40_000


def test_what_a_lost_power_left_open_is_ended(open_store, chunk, rhythm: Rhythm) -> None:
    """The store is left as it is in the middle of a session; the next one to open it ends that."""
    kept = open_store()
    kept.write(chunk(0, MINUTE, events=(rhythm(0, "(N", "sinus rhythm"),)))
    kept.end()
    kept.edit(  # as it stood before the end
        lambda connection: (
            connection.execute("DELETE FROM tally"),
            connection.execute(
                "UPDATE session SET ended = 0, rhythm_aux = '(N', rhythm_name = 'sinus rhythm',"
                " rhythm_since = 0"
            ),
        )
    )
    kept.close()
    told = open_store().reader.session(1)
    assert told["live"] is False and told["ended_ms"] == ORIGIN_MS + 60_000
    assert told["rhythms"][0]["seconds"] == 60


def test_what_is_not_there_is_said(kept, chunk) -> None:
    session = kept.write(chunk(0, 10))
    for number in (0, -1, session + 1, 1 << 62, 1 << 70):
        for ask in (kept.reader.session, kept.reader.signal, kept.reader.beats, kept.reader.events,
                    kept.reader.trend, kept.reader.info, kept.reader.recording_signal,
                    lambda number: list(kept.reader.blocks(number))):  # fmt: skip
            with pytest.raises(NotFoundError, match=f"there is no (session|recording) {number}"):
                ask(number)
