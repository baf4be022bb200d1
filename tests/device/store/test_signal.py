"""The signal at a resolution: what is drawn is the lowest and highest of each stretch, exactly."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

FIRST, STOP = 5000, 5000 + 16384 * 16 * 2 + 12_345  # two tiles of the coarsest level and a rest
HOLES = [(5_500, 5_600), (40_000, 41_030), (100_000, 140_000), (300_000, 300_001)]


@pytest.fixture(scope="module")
def uv() -> np.ndarray:
    """A walk in whole microvolts from FIRST to STOP; NaN where a sample is missing."""
    random = np.random.default_rng(1)
    walk = np.cumsum(random.integers(-40, 41, STOP)).astype(float)
    walk = np.round(walk * 20_000 / np.abs(walk).max())
    walk[:FIRST] = np.nan
    for first, stop in HOLES:
        walk[first:stop] = np.nan
    walk[random.random(STOP) < 0.001] = np.nan
    return walk


@pytest.fixture(scope="module")
def session(shared: Any, chunk: Any, uv: np.ndarray) -> int:
    """Still running, in chunks of many lengths; two of the holes are gaps between chunks."""
    random = np.random.default_rng(2)
    chunks, start = [], FIRST
    while start < STOP:
        stop = min(STOP, start + int(random.integers(1, 3000)))
        gap = next((hole for hole in HOLES[1:3] if start <= hole[0] < stop), None)
        stop = gap[0] if gap else stop
        if start < stop:
            chunks.append(chunk(start, uv[start:stop]))
        start = gap[1] if gap else stop
    return shared.write(*chunks)


def edges(uv: np.ndarray, first: int, stop: int, per_bin: int) -> tuple[list, list]:
    """Lows and highs by brute force."""
    padded = np.full(stop - first, np.nan)
    part = uv[first : min(stop, len(uv))]
    padded[: len(part)] = part
    lows, highs = [], []
    for one in padded.reshape(-1, per_bin):
        there = one[~np.isnan(one)]
        lows.append(there.min() if len(there) else None)
        highs.append(there.max() if len(there) else None)
    return lows, highs


def numbers(uv: np.ndarray, first: int, stop: int) -> list:
    return [None if np.isnan(one) else one for one in uv[first:stop]]


@given(a=st.integers(FIRST, STOP), b=st.integers(FIRST, STOP), bins=st.integers(1, 4200))
@example(a=FIRST, b=STOP, bins=1280)
@example(a=FIRST, b=STOP, bins=2)
@example(a=100_000, b=140_000, bins=100)  # all of it a gap
@example(a=16384 * 16, b=16384 * 32, bins=17)  # from tile to tile
@example(a=STOP - 3000, b=STOP, bins=40)  # what no tile covers yet
def test_any_stretch_in_any_number_of_bins(shared, session, uv, a, b, bins) -> None:
    """Each bin against a search through all of its samples; never more bins than were asked for."""
    first, stop = min(a, b), max(a, b)
    shown = shared.reader.signal(session, first, stop, bins)
    most = max(bins, 2)
    if stop - first <= 2 * min(most, 4096):
        assert (shown["kind"], shown["from"], shown["to"]) == ("samples", first, stop)
        assert shown["uv"] == numbers(uv, first, stop)
        return
    assert shown["kind"] == "range"
    low, high, per_bin = shown["from"], shown["to"], shown["per_bin"]
    assert low <= first < low + per_bin and high - per_bin < stop <= high
    assert low % per_bin == 0 and high % per_bin == 0
    assert len(shown["low_uv"]) == len(shown["high_uv"]) == (high - low) // per_bin <= most
    assert (shown["low_uv"], shown["high_uv"]) == edges(uv, low, high, per_bin)


def test_what_is_beyond_the_ends_is_not_shown(shared, session, uv) -> None:
    """A stretch is cut to what there is; without ends it is all."""
    begin = shared.reader.signal(session, -(10**9), FIRST + 20)
    assert (begin["from"], begin["uv"]) == (FIRST, numbers(uv, FIRST, FIRST + 20))
    end = shared.reader.signal(session, STOP - 10, 10**15)
    assert (end["to"], end["uv"]) == (STOP, numbers(uv, STOP - 10, STOP))
    for first, stop in ((STOP, STOP + 5), (9_000, 8_000), (10**15, 10**15 + 1), (-9, -4)):
        assert shared.reader.signal(session, first, stop)["uv"] == []
    whole = shared.reader.signal(session)
    assert whole["from"] <= FIRST and whole["to"] >= STOP


def test_a_picture_that_is_moved_does_not_shimmer(shared, session) -> None:
    """Two stretches of one length that overlap agree on each bin that both have."""
    one, other = (shared.reader.signal(session, at, at + 200_000, 500) for at in (50_000, 51_111))
    assert one["per_bin"] == other["per_bin"]
    shift = (other["from"] - one["from"]) // one["per_bin"]
    assert shift > 0 and one["low_uv"][shift:] == other["low_uv"][: len(one["low_uv"]) - shift]


def test_tenths_of_a_microvolt_where_the_scale_is_fine(kept, info, chunk) -> None:
    """A front end of +-1.5 mV is kept at 0.1 uV, and shown so, in samples and in bins."""
    tenths = np.arange(-15_000, 15_000) / 10
    session = kept.write(chunk(0, tenths), info=info(rails_mv=(-1.5, 1.5)))
    assert kept.reader.signal(session, 7, 19)["uv"] == tenths[7:19].tolist()
    shown = kept.reader.signal(session, bins=30)
    assert shown["low_uv"][0] == -1500.0
    highs = [(one + 1) * shown["per_bin"] / 10 - 1500.1 for one in range(10)]
    assert shown["high_uv"][:10] == pytest.approx(highs, abs=1e-9)


def test_a_long_stretch_is_drawn_from_few_rows(kept, chunk) -> None:
    """An hour in 100 bins needs no signal but the last, which no tile covers: the rest may go."""
    hour, waves = 3600 * 360, np.tile([-5.0, 7.0], 9000)
    session = kept.write(*(chunk(start, waves) for start in range(0, hour, len(waves))))
    kept.edit(
        lambda connection: connection.execute(
            "DELETE FROM chunk WHERE key < (SELECT max(key) FROM chunk)"
        )
    )
    shown = kept.reader.signal(session, bins=100)
    assert (shown["from"], set(shown["low_uv"]), set(shown["high_uv"])) == (0, {-5}, {7})
    assert shown["to"] >= hour
