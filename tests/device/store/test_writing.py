"""What is written is read back: each sample at its number, to the bit, with all that was found."""

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_device.store import StoredBeat, StoredEvent

NAN = float("nan")


def read_uv(kept: Any, session: int, first: int | None = None, stop: int | None = None) -> dict:
    """Sample number to microvolts, of the samples that are there."""
    found: dict[int, float] = {}
    for block in kept.reader.blocks(session, first, stop):
        assert len(block.mv)
        there = np.flatnonzero(~np.isnan(block.mv))
        values = np.round(block.mv[there] * 1000, 6)
        found.update(zip((there + block.start).tolist(), values.tolist(), strict=True))
    return found


@pytest.mark.parametrize(("rails_mv", "scale_uv"), [(None, 1.0), ((-1.5, 1.5), 0.1)])
def test_samples_come_back_to_the_bit(kept, info, chunk, rails_mv, scale_uv) -> None:
    """Every number that 16 bits hold, as the file keeps it and as it is read.

    The finer scale is for a front end whose reach it covers: 32767 x 0.1 uV is 3.28 mV.
    """
    counts = np.arange(-32767, 32768)
    session = kept.write(chunk(7, counts * scale_uv), info=info(rails_mv=rails_mv))
    ((blob, scale),) = kept.sql("SELECT signal, uv_per_lsb FROM chunk, session")
    assert (blob, scale) == (counts.astype("<i2").tobytes(), scale_uv)
    (block,) = kept.reader.blocks(session)
    assert block.start == 7
    np.testing.assert_array_equal(np.rint(block.mv * 1000 / scale_uv), counts)
    np.testing.assert_allclose(block.mv * 1000, counts * scale_uv, rtol=0, atol=1e-9)


def test_what_lies_between_two_steps_is_rounded_and_beyond_the_last_is_cut(kept, chunk) -> None:
    """At 1 uV: half a microvolt off at most, and 32.767 mV where there was more."""
    uv = [0.4, 0.6, -0.6, -12.49, 40_000, -40_000, NAN]
    session = kept.write(chunk(0, uv))
    assert kept.reader.signal(session)["uv"] == [0, 1, -1, -12, 32767, -32767, None]


def test_missing_samples_and_gaps_stay_missing(kept, chunk) -> None:
    """A sample that is not a number is none; samples never put are none; both are counted."""
    session = kept.write(chunk(10, [1, NAN, 3]), chunk(20, [NAN, 5]))
    assert kept.reader.signal(session, 10, 22)["uv"] == [1, None, 3, *[None] * 8, 5]
    assert read_uv(kept, session) == {10: 1, 12: 3, 21: 5}
    told = kept.reader.session(session)
    assert (told["first"], told["stop"], told["missing"]) == (10, 22, 9)


@pytest.mark.parametrize("leads", [None, [0] * 6, [3] * 6, [0, 0, 1, 1, 2, 3]])
def test_electrodes_come_back_with_their_samples(kept, chunk, leads) -> None:
    """None where the source has no such pins; a stretch of it holds its own part."""
    session = kept.write(chunk(0, 6, leads=leads))
    (whole,), (part,) = kept.reader.blocks(session), kept.reader.blocks(session, 2, 5)
    for block, expected in ((whole, leads), (part, leads and leads[2:5])):
        assert (None if block.leads is None else block.leads.tolist()) == expected


def test_late_and_usable_samples_are_added_up(kept, chunk) -> None:
    session = kept.write(chunk(0, 300, late=4, usable=300), chunk(300, 100, late=3, usable=20))
    told = kept.reader.session(session)
    assert (told["late"], told["usable"]) == (7, 320 / 400)
    assert kept.sql("SELECT late, usable FROM chunk ORDER BY key") == [(4, 300), (3, 20)]


def test_beats_come_back_at_their_r(kept, chunk) -> None:
    """Symbol, reason, confidence to a thousandth; a beat may be older than its chunk."""
    first = StoredBeat(100, "N", 0.98765, "", 1.234)
    late, unnamed = StoredBeat(290, "V", 0.5, "", -2.0), StoredBeat(400, "Q", None, "noise", 0.1)
    session = kept.write(chunk(0, 300, beats=(first,)), chunk(300, 300, beats=(late, unnamed)))
    assert kept.reader.beats(session)["beats"] == [
        {"sample": 100, "symbol": "N", "confidence": 0.988, "reason": ""},
        {"sample": 290, "symbol": "V", "confidence": 0.5, "reason": ""},
        {"sample": 400, "symbol": "Q", "confidence": None, "reason": "noise"},
    ]
    assert kept.sql("SELECT amplitude_uv FROM beats ORDER BY sample") == [(1234,), (-2000,), (100,)]


def test_beats_are_found_by_stretch_symbol_and_neighbour(kept, chunk) -> None:
    """A stretch holds its first sample, not its end; next and previous are never the one itself."""
    beats = tuple(StoredBeat(100 * n, "NVNNV"[n % 5], 0.9, "", 1.0) for n in range(1, 10))
    session = kept.write(chunk(0, 1000, beats=beats))

    def samples(*span: int, **asked: Any) -> list[int]:
        return [beat["sample"] for beat in kept.reader.beats(session, *span, **asked)["beats"]]

    assert samples(200, 500) == [200, 300, 400]
    assert samples(symbols=["V"]) == [100, 400, 600, 900]
    assert samples(symbols=["V"], after=400, limit=1) == [600]
    assert samples(symbols=["V"], before=400, limit=1) == [100]
    assert samples(before=900, limit=2) == [700, 800]
    assert samples(after=200, before=500) == [300, 400]
    assert samples(symbols=[]) == [] and samples(before=0) == [] and samples(5000, 9000) == []
    assert kept.reader.beats(session, limit=9)["more"] is False
    assert kept.reader.beats(session, limit=8)["more"] is True


def test_events_come_back_in_the_order_of_time(kept, chunk) -> None:
    """With all of their details, by stretch and kind; one that is told late has its own place."""
    quality = StoredEvent(5, 9, "quality", "noisy: too much noise", {"state": "noisy", "to": None})
    alarm = StoredEvent(500, 501, "alarm", "pause \u2013 3,1 s", {"seconds": 3.1, "list": [1, 2]})
    told_late = StoredEvent(200, 650, "technical", "late", {})
    session = kept.write(chunk(0, 600, events=(quality, alarm)), chunk(600, 9, events=(told_late,)))
    events = kept.reader.events(session)["events"]
    assert events == [
        {**event._asdict(), "detail": dict(event.detail)} for event in (quality, told_late, alarm)
    ]
    kinds = [event["kind"] for event in kept.reader.events(session, 5, 500)["events"]]
    assert kinds == ["quality", "technical"]
    assert len(kept.reader.events(session, kinds=["alarm"])["events"]) == 1
    assert kept.reader.events(session, limit=2)["more"] is True


def test_signal_and_meaning_never_part(kept, chunk) -> None:
    """Whoever looks while it is written sees as many beats and events as chunks, always."""
    done, seen = threading.Event(), []
    query = "SELECT (SELECT count(*) FROM chunk), (SELECT count(*) FROM beat), count(*) FROM event"

    def look() -> None:
        while not done.is_set():
            seen.extend(kept.sql(query))

    kept.write(chunk(0, 10, beats=(StoredBeat(5, "N", 1.0, "", 1.0),), events=(event_at(0),)))
    watcher = threading.Thread(target=look)
    watcher.start()
    for start in range(10, 2000, 10):
        beat = StoredBeat(start, "N", 1.0, "", 1.0)
        kept.put(chunk(start, 10, beats=(beat,), events=(event_at(start),)))
    kept.settle()
    done.set()
    watcher.join()
    assert len(set(seen)) > 3, "nothing was seen in the middle of it"
    assert all(chunks == beats == events for chunks, beats, events in seen)
    assert kept.sql(query) == [(200, 200, 200)]


def test_what_cannot_be_written_leaves_nothing_behind(impatient, kept, chunk) -> None:
    """One chunk among many is at fault: it is lost whole and counted, the others are kept."""
    wrong = StoredBeat(1500, "N", 1.0, "", NAN)
    chunks = [chunk(start, 100, events=(event_at(start),)) for start in range(0, 3000, 100)]
    chunks[15] = chunk(1500, 100, beats=(wrong,), events=(event_at(1500),))
    session = kept.write(*chunks)
    expected = [(start,) for start in range(0, 3000, 100) if start != 1500]
    assert kept.sql("SELECT start FROM chunks ORDER BY start") == expected
    assert kept.sql("SELECT sample FROM event ORDER BY sample") == expected
    assert kept.sql("SELECT count(*) FROM beat") == [(0,)]
    assert kept.status().lost == 100
    assert kept.reader.session(session)["missing"] == 100


Sizes = list[tuple[int, int]]


@settings(max_examples=40)
@given(
    sizes=st.lists(
        st.tuples(st.sampled_from([0, 0, 0, 1, 50, 3000, 40_000]), st.integers(1, 900)),
        min_size=1,
        max_size=25,
    ),
    seed=st.integers(0, 2**32 - 1),
    bins=st.integers(2, 300),
)
def test_any_sequence_of_chunks_comes_back(shared, chunk, sizes: Sizes, seed, bins) -> None:
    """Chunks of any length after gaps of any length, some samples missing, each read three ways:
    as it came, from any number to any other, and as lows and highs from its first tile on."""
    random = np.random.default_rng(seed)
    length = sum(gap + size for gap, size in sizes)
    uv = np.full(length, NAN)
    chunks, stop = [], 0
    for gap, size in sizes:
        start, stop = stop + gap, stop + gap + size
        uv[start:stop] = random.integers(-32767, 32768, size)
        uv[start:stop][random.random(size) < 0.1] = NAN
        chunks.append(chunk(start, uv[start:stop]))
    session = shared.write(*chunks)
    assert read_uv(shared, session) == as_dict(uv, 0, length)
    first, end = sorted(random.integers(0, length + 1, 2).tolist())
    assert read_uv(shared, session, first, end) == as_dict(uv, first, end)
    told = shared.reader.session(session)
    begin = chunks[0].start
    assert (told["first"], told["stop"]) == (begin, length)
    assert told["missing"] == np.count_nonzero(np.isnan(uv[begin:]))
    shown = shared.reader.signal(session, bins=bins)
    if shown["kind"] == "range":
        per_bin = shown["per_bin"]
        padded = np.full(shown["to"], NAN)
        padded[:length] = uv
        for low, high, part in zip(
            shown["low_uv"],
            shown["high_uv"],
            padded[shown["from"] :].reshape(-1, per_bin),
            strict=True,
        ):
            there = part[~np.isnan(part)]
            assert (low, high) == ((there.min(), there.max()) if len(there) else (None, None))


def as_dict(uv: np.ndarray, first: int, stop: int) -> dict[int, float]:
    return {at: float(uv[at]) for at in range(first, stop) if not np.isnan(uv[at])}


def event_at(sample: int) -> StoredEvent:
    return StoredEvent(sample, sample, "technical", "a word", {})
