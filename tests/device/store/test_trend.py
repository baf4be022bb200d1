"""The trend against arithmetic: minutes are counted in samples, each beat and rate in its own."""

import pytest

from ecg_device.store import StoredBeat

MINUTE = 60 * 360


def beats_at(symbols: str, *samples: int) -> tuple[StoredBeat, ...]:
    named = zip(samples, symbols, strict=True)
    return tuple(StoredBeat(sample, symbol, 0.9, "", 1.0) for sample, symbol in named)


def test_a_minute_has_its_mean_and_its_extremes(kept, chunk) -> None:
    """Rates that are not known count for nothing: a minute without any has no rate, never 0."""
    rates = ((360, 60.0), (720, None), (1080, 90.0), (MINUTE, None))
    session = kept.write(chunk(0, MINUTE, rates=rates), chunk(MINUTE, MINUTE))
    trend = kept.reader.trend(session)
    assert (trend["from"], trend["step_s"]) == (0, 60)
    assert trend["bpm"] == [75.0, None]
    assert trend["bpm_low"] == [60.0, None] and trend["bpm_high"] == [90.0, None]


def test_what_is_told_late_belongs_to_its_own_minute(kept, chunk) -> None:
    """A rate and a beat of the last minute come with a chunk of this one."""
    late = {"rates": ((MINUTE - 1, 80.0),), "beats": beats_at("V", MINUTE - 1)}
    session = kept.write(chunk(0, MINUTE, rates=((0, 60.0),)), chunk(MINUTE, MINUTE, **late))
    trend = kept.reader.trend(session)
    assert trend["bpm"] == [70.0, None] and trend["ventricular"] == [1.0, 0.0]


def test_ectopy_is_per_minute_of_signal(kept, chunk) -> None:
    """V and E are ventricular; A, a, J and S supraventricular; half a minute counts twice."""
    beats = beats_at("VENAaJSQ/", *range(100, 1000, 100)) + beats_at("VV", MINUTE, MINUTE + 9)
    session = kept.write(chunk(0, MINUTE), chunk(MINUTE, MINUTE // 2, beats=beats))
    trend = kept.reader.trend(session)
    assert trend["ventricular"] == [2.0, 4.0] and trend["supraventricular"] == [4.0, 0.0]


def test_usable_is_a_share_of_the_time_not_of_what_came(kept, chunk) -> None:
    """A quarter of a minute usable, then a gap: 25 %. What lies over an edge is shared out."""
    quarter = MINUTE // 4
    session = kept.write(
        chunk(0, quarter, usable=quarter),
        chunk(2 * MINUTE - quarter, 2 * quarter, usable=quarter),
        chunk(2 * MINUTE + quarter, 3 * quarter, usable=3 * quarter),
    )
    assert kept.reader.trend(session)["usable"] == [0.25, 0.125, 0.875]


def test_a_minute_without_signal_is_empty(kept, chunk) -> None:
    session = kept.write(chunk(0, MINUTE, usable=MINUTE), chunk(3 * MINUTE, MINUTE, usable=0))
    trend = kept.reader.trend(session)
    assert trend["usable"] == [1.0, None, None, 0.0]
    assert trend["ventricular"] == [0.0, None, None, 0.0]


def test_a_session_begins_and_ends_within_a_minute(kept, chunk) -> None:
    """One from 30 s to 90 s: two columns, each over half a minute of signal."""
    half = MINUTE // 2
    beats = beats_at("VA", half + 5, MINUTE + 5)
    session = kept.write(chunk(half, MINUTE, usable=MINUTE, beats=beats))
    trend = kept.reader.trend(session)
    assert trend["usable"] == [1.0, 1.0]
    assert trend["ventricular"] == [2.0, 0.0] and trend["supraventricular"] == [0.0, 2.0]


@pytest.mark.parametrize(("points", "step"), [(1440, 1), (10, 1), (5, 2), (4, 3), (1, 10), (0, 10)])
def test_fewer_points_are_longer_steps(kept, chunk, points, step) -> None:
    """Ten minutes of 60, 61, ... bpm, one ventricular beat more in each: means and extremes."""
    chunks = [
        chunk(
            minute * MINUTE,
            MINUTE,
            rates=((minute * MINUTE, 60.0 + minute),),
            beats=beats_at("V" * minute, *range(minute * MINUTE, minute * MINUTE + minute)),
        )
        for minute in range(10)
    ]
    trend = kept.reader.trend(kept.write(*chunks), points=points)
    groups = [range(first, min(10, first + step)) for first in range(0, 10, step)]
    assert trend["step_s"] == 60 * step
    assert trend["bpm_low"] == [60 + group[0] for group in groups]
    assert trend["bpm_high"] == [60 + group[-1] for group in groups]
    assert trend["bpm"] == [round(60 + sum(group) / len(group), 1) for group in groups]
    assert trend["ventricular"] == [round(sum(group) / len(group), 2) for group in groups]


def test_a_stretch_has_the_minutes_that_it_touches(kept, chunk) -> None:
    rates = tuple((minute * MINUTE, 60.0 + minute) for minute in range(10))
    session = kept.write(chunk(0, 10 * MINUTE, rates=rates))
    trend = kept.reader.trend(session, 2 * MINUTE + 7, 4 * MINUTE + 1)
    assert (trend["from"], trend["bpm"]) == (2 * MINUTE, [62, 63, 64])
    assert kept.reader.trend(session, 2 * MINUTE, 4 * MINUTE)["bpm"] == [62, 63]


def test_a_rate_that_is_no_whole_number(kept, info, chunk) -> None:
    """At 250.5 Hz a minute has 15030 samples: the next one begins with number 15030."""
    rates = ((15_029, 50.0), (15_030, 70.0))
    one = chunk(0, 2 * 15_030, rates=rates, usable=2 * 15_030, rate_hz=250.5)
    trend = kept.reader.trend(kept.write(one, info=info(rate_hz=250.5)))
    assert trend["bpm"] == [50, 70] and trend["usable"] == [1, 1]
