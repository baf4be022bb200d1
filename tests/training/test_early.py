"""Beats drawn early: where they come, what of the signal stays, what the detector finds."""

from functools import cache

import numpy as np
import pytest

from ecg_device.beats import detect
from ecg_device.signals import FloatArray
from ecg_device.sources.synthetic import parse_scenario, render
from ecg_training.early import (
    P_WAVE,
    PAUSE_INTERVAL,
    RUN_INTERVAL,
    RUN_SPREAD,
    SICK,
    SICK_RUN,
    SICK_SINGLE,
    SINGLE_INTERVAL,
    SINGLE_SPREAD,
    Drawn,
    draw_early,
    draw_heart,
)
from ecg_training.scoring import IntArray

RATE = 360
_SINUS = """
title = "sinus rhythm"
[[rhythm]]
kind = "sinus"
duration_s = 300
rate_bpm = 70
"""


@cache
def sinus() -> tuple[FloatArray, IntArray]:
    """Five minutes of a simulated heart in sinus rhythm, with its true R."""
    mv, _, truth = render(parse_scenario(_SINUS), 5)
    return mv, np.array([beat.sample for beat in truth.beats if beat.is_beat], np.int64)


def drawn(seed: int = 1, **shares: float) -> Drawn:
    return draw_early(*sinus(), np.random.default_rng(seed), **shares)


def test_nothing_changes_when_nothing_is_drawn() -> None:
    """The very same samples and beats, all of them usual; so too of hearts with few beats."""
    mv, beats = sinus()
    same = drawn(single=0.0, run=0.0)
    assert np.array_equal(same.mv, mv)
    assert np.array_equal(same.beats, beats)
    assert {*same.symbols.tolist()} == {"N"}
    for few in range(4):
        short = draw_early(mv[:2000], beats[:few], np.random.default_rng(0), single=1.0)
        assert np.array_equal(short.mv, mv[:2000])
        assert np.array_equal(short.beats, beats[:few])


def test_the_same_chance_gives_the_same_beats() -> None:
    """By the generator's seed alone."""
    one, again, other = drawn(1), drawn(1), drawn(2)
    assert np.array_equal(one.mv, again.mv)
    assert np.array_equal(one.symbols, again.symbols)
    assert not np.array_equal(one.symbols, other.symbols)


@pytest.mark.parametrize("seed", range(5))
def test_intervals_are_as_drawn(seed: int) -> None:
    """Before an early beat between the bounds asked for; before every other as it was."""
    before, after = np.diff(sinus()[1]), drawn(seed)
    intervals, early = np.diff(after.beats), after.symbols[1:] == "A"
    assert np.array_equal(intervals[~early], before[~early])
    shares = intervals[early] / np.median(before)
    assert shares.min() >= RUN_INTERVAL[0] * (1 - RUN_SPREAD) - 0.005
    assert shares.max() <= SINGLE_INTERVAL[1] * (1 + SINGLE_SPREAD) + 0.005
    assert intervals.min() >= 0.27 * RATE
    assert np.all(intervals[early] <= 0.95 * before[early])
    assert len(after.mv) - len(sinus()[0]) == intervals.sum() - before.sum()


def test_as_many_are_early_as_asked_for() -> None:
    """A share of 1/10 alone or in pairs: per usual beat that may, 0.1 x 1.25 early ones or less."""
    groups = [_groups(drawn(seed, single=0.1, run=0.0)) for seed in range(8)]
    sizes = np.concatenate(groups)
    beats = 8 * len(sinus()[1])
    assert 0.06 < sizes.sum() / beats < 0.125
    assert np.mean(sizes == 1) > 0.6
    longest = max(_groups(drawn(seed, single=0.0, run=0.05)).max() for seed in range(4))
    assert 8 < longest <= 15


def _groups(beats: Drawn) -> IntArray:
    """How many early beats follow each other."""
    edges = np.flatnonzero(np.diff(np.r_[0, beats.symbols == "A", 0]))
    return np.asarray(edges[1::2] - edges[::2])


def test_every_qrs_stays_as_it_was() -> None:
    """50 ms before and after R, sample for sample, of early and of usual beats."""
    mv, beats = sinus()
    after = drawn()
    assert (after.symbols == "A").sum() > 30
    reach = np.arange(-18, 19)
    inside = (beats >= 18) & (beats + 18 < len(mv))
    was, now = mv[beats[inside, None] + reach], after.mv[after.beats[inside, None] + reach]
    assert np.allclose(was, now, rtol=0, atol=1e-12)


def test_usual_beats_keep_all_before_them() -> None:
    """From the R before on nothing is changed where nothing is early."""
    mv, beats = sinus()
    after = drawn()
    for at in np.flatnonzero(after.symbols[1:] == "N"):
        was = mv[beats[at] : beats[at + 1]]
        assert np.array_equal(after.mv[after.beats[at] : after.beats[at + 1]], was)


def test_no_jump_is_bigger_than_the_signals_own() -> None:
    """From sample to sample, at the QRS and away from it: there two waves meet at most."""
    mv, beats = sinus()
    after = drawn()
    assert np.abs(np.diff(after.mv)).max() <= np.abs(np.diff(mv)).max() + 1e-12
    assert _steepest_away(after.mv, after.beats) <= 2.0 * _steepest_away(mv, beats)


def _steepest_away(mv: FloatArray, beats: IntArray) -> float:
    slopes = np.abs(np.diff(mv))
    for beat in beats:
        slopes[max(beat - 25, 0) : beat + 25] = 0.0
    return float(slopes.max())


def test_a_p_wave_goes_with_its_beat() -> None:
    """A triangle before R, on a flat line: it comes as much earlier, between -0.8 and 1 as high."""
    beats = 200 + 300 * np.arange(40)
    mv = np.zeros(beats[-1] + 200)
    triangle = np.bartlett(31)
    for beat in beats:
        mv[beat - 65 : beat - 34] += 0.1 * triangle
        mv[beat] += 1.0
    after = draw_early(mv, beats, np.random.default_rng(3))
    early = np.flatnonzero(after.symbols == "A")
    heights = np.array([after.mv[after.beats[at] - 50] for at in early])
    assert np.all(heights >= 0.1 * P_WAVE[0] - 0.002)
    assert np.all(heights <= 0.1 * P_WAVE[1] + 0.002)
    assert heights.min() < -0.02 < 0.02 < heights.max()


def sick(seed: int) -> Drawn:
    rng = np.random.default_rng(seed)
    return draw_early(*sinus(), rng, single=0.2, run=0.02, pauses=True)


@pytest.mark.parametrize("seed", range(3))
def test_pauses_come_only_after_early_beats(seed: int) -> None:
    """There no usual beat comes sooner than it did, nor after more than is asked for."""
    before, after = np.diff(sinus()[1]), sick(seed)
    intervals, early = np.diff(after.beats), after.symbols == "A"
    following = early[:-1] & ~early[1:]
    others = ~early[:-1] & ~early[1:]
    assert np.array_equal(intervals[others], before[others])
    assert np.all(intervals[following] >= before[following])
    longest = max(PAUSE_INTERVAL[1] * np.median(before) + 1, before.max())
    assert intervals[following].max() <= longest
    assert np.mean(intervals[following] > 1.3 * before[following]) > 0.5
    assert len(after.mv) - len(sinus()[0]) == intervals.sum() - before.sum()


def test_a_pause_is_a_longer_diastole() -> None:
    """QRS and T wave before it stay, P wave and QRS after it, and between nothing is bigger."""
    mv, beats = sinus()
    after = sick(0)
    longer = np.flatnonzero((np.diff(after.beats) > np.diff(beats)) & (after.symbols[1:] == "N"))
    assert len(longer) > 10
    for at in longer:
        was = mv[beats[at] : beats[at + 1] + 1]
        now = after.mv[after.beats[at] : after.beats[at + 1] + 1]
        half = len(was) // 2
        assert np.array_equal(now[:half], was[:half])
        assert np.array_equal(now[-72:], was[-72:])
        assert now[half:-72].min() >= was[half:-72].min() - 1e-12
        assert now[half:-72].max() <= was[half:-72].max() + 1e-12


def test_some_hearts_are_sick() -> None:
    """As many as asked for: with pauses, and with more early beats; the others with neither."""
    mv, beats = sinus()
    hearts = [draw_heart(mv, beats, np.random.default_rng(seed)) for seed in range(30)]
    longest = np.array([np.diff(heart.beats).max() for heart in hearts])
    paused = longest > np.diff(beats).max()
    assert abs(paused.mean() - SICK) < 0.2
    early = np.array([np.mean(heart.symbols == "A") for heart in hearts])
    assert early[paused].mean() > 1.5 * early[~paused].mean()
    for seed in np.flatnonzero(paused)[:3]:
        rng = np.random.default_rng(seed)
        rng.random()
        same = draw_early(mv, beats, rng, SICK_SINGLE, SICK_RUN, pauses=True)
        assert np.array_equal(same.mv, hearts[seed].mv)


@pytest.mark.parametrize("seed", range(3))
def test_the_detector_finds_beats_where_they_were_drawn(seed: int) -> None:
    """Within 50 ms nearly all early beats, and all the others, and none where none is."""
    after = drawn(seed)
    found = np.array([beat.sample for beat in detect(after.mv)])
    early = after.beats[after.symbols == "A"]
    assert np.mean(_distances(early, found) <= 18) > 0.97
    assert np.mean(_distances(after.beats[1:-1], found) <= 18) > 0.99
    assert np.mean(_distances(found, after.beats) <= 18) > 0.99


def _distances(ones: IntArray, others: IntArray) -> IntArray:
    return np.array([np.abs(others - one).min() for one in ones])
