"""A wall clock that is set: samples neither move nor stretch, dates move, and an event tells."""

import numpy as np
import pytest

from ecg_device.store import KeptRecording

ORIGIN_MS = 1_700_000_000_000
HOUR_MS = 3_600_000
SECOND = 360


@pytest.mark.parametrize(
    ("step_s", "text"),
    [(86_400.0, "clock set forward by 86400.0 s"), (-3600.5, "clock set back by 3600.5 s")],
)
def test_a_clock_that_is_set_moves_dates_alone(kept, chunk, step_s, text) -> None:
    """Set at the 6th of ten seconds, as a Pi without a clock of its own does with the network."""
    steps = [0.0] * 5 + [step_s] * 5
    values = np.arange(10 * SECOND)
    chunks = [
        chunk(at * SECOND, values[at * SECOND :][:SECOND], step_s=step, usable=SECOND)
        for at, step in enumerate(steps)
    ]
    session = kept.write(*chunks)
    kept.end()
    told = kept.reader.session(session)
    assert (told["first"], told["stop"], told["duration_s"]) == (0, 3600, 10)
    assert told["began_ms"] == ORIGIN_MS + round(step_s * 1000)
    assert told["ended_ms"] == told["began_ms"] + 10_000
    assert kept.reader.signal(session, bins=4000)["uv"] == values.tolist()
    assert kept.reader.signal(session)["began_ms"] == told["began_ms"]
    assert kept.reader.trend(session)["usable"] == [1.0]
    (event,) = kept.reader.events(session)["events"]
    assert (event["kind"], event["sample"], event["decided"]) == ("clock", 5 * SECOND, 6 * SECOND)
    assert (event["text"], event["detail"]) == (text, {"step_s": step_s})


def test_the_file_keeps_both_clocks(kept, chunk) -> None:
    """Whoever doubts the dates finds when each sample was taken, by the clock nobody sets."""
    kept.write(chunk(0, SECOND), chunk(SECOND, SECOND, step_s=7.0))
    origin = [(5_000_000_000, ORIGIN_MS * 1_000_000)]
    assert kept.sql("SELECT origin_taken_ns, origin_wall_ns FROM session") == origin
    stamps = kept.sql("SELECT taken_us, step_us FROM chunk ORDER BY key")
    assert stamps == [(1_000_000, 0), (2_000_000, 7_000_000)]


def test_a_clock_that_is_slewed_is_followed_in_silence(kept, chunk) -> None:
    """0.4 s are no step, and neither are 1000 times 1 ms: no event, but the dates are right."""
    chunks = [chunk(at * 10, 10, step_s=at / 1000) for at in range(1000)]
    session = kept.write(*chunks, chunk(10_000, 10, step_s=0.999 + 0.4))
    assert kept.reader.events(session)["events"] == []
    assert kept.reader.session(session)["began_ms"] == ORIGIN_MS + 999 + 400


def test_set_forth_and_back_all_is_as_before(kept, chunk) -> None:
    session = kept.write(chunk(0, 100), chunk(100, 100, step_s=3600), chunk(200, 100))
    assert kept.reader.session(session)["began_ms"] == ORIGIN_MS
    texts = [event["text"] for event in kept.reader.events(session)["events"]]
    assert texts == ["clock set forward by 3600.0 s", "clock set back by 3600.0 s"]


def test_an_ecg_taken_before_moves_with_its_session(kept, info, chunk) -> None:
    """One that was taken of another session, or after the step, keeps its date."""

    def take(session: int, at_ms: int) -> int:
        taken = KeptRecording(session, 0, at_ms * 1_000_000, info().signal, np.zeros(9))
        return kept.keep(taken)

    other = kept.write(chunk(0, 100))
    before = take(other, ORIGIN_MS)
    session = kept.write(chunk(0, 100))
    moved = take(session, ORIGIN_MS + 5)
    kept.put(chunk(100, 100, step_s=3600))
    kept.settle()
    after = take(session, ORIGIN_MS + HOUR_MS)
    dates = [kept.reader.recording(number)["taken_ms"] for number in (before, moved, after)]
    assert dates == [ORIGIN_MS, ORIGIN_MS + HOUR_MS + 5, ORIGIN_MS + HOUR_MS]
