"""Ventricular beats planted: where they come, what of the signal stays, what the detector finds."""

from functools import cache

import numpy as np
import pytest

from ecg_device.beats import detect
from ecg_device.signals import FloatArray
from ecg_device.sources.synthetic import parse_scenario, render
from ecg_device.views import AFTER, BEFORE, FEATURES, LENGTH
from ecg_training.beatsets import BeatSet
from ecg_training.early import Drawn
from ecg_training.planted import INTERVAL, SIZE, Donor, donors_of, plant
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


def wide() -> Donor:
    """A wave 0.15 s wide, 1.5 times as high as usual, with a T wave the other way."""
    t = (np.arange(LENGTH) - BEFORE) / RATE
    wave = 1.5 * np.exp(-0.5 * (t / 0.03) ** 2) - 0.4 * np.exp(-0.5 * ((t - 0.25) / 0.06) ** 2)
    return Donor("100", wave[None].astype(np.float32))


def planted(seed: int = 1, **share: float) -> Drawn:
    return plant(*sinus(), np.random.default_rng(seed), wide(), **share)


def test_nothing_changes_when_nothing_is_planted() -> None:
    """The very same samples and beats, all of them usual; so too of hearts with few beats."""
    mv, beats = sinus()
    same = planted(share=0.0)
    assert np.array_equal(same.mv, mv)
    assert np.array_equal(same.beats, beats)
    assert {*same.symbols.tolist()} == {"N"}
    for few in range(5):
        short = plant(mv[:2000], beats[:few], np.random.default_rng(0), wide(), share=1.0)
        assert np.array_equal(short.mv, mv[:2000])
        assert np.array_equal(short.beats, beats[:few])


def test_the_host_stays_as_it_was() -> None:
    """Planting is done in a copy."""
    mv, beats = sinus()
    was = mv.copy(), beats.copy()
    planted()
    assert np.array_equal(mv, was[0])
    assert np.array_equal(beats, was[1])


def test_the_same_chance_plants_the_same_beats() -> None:
    """By the generator's seed alone."""
    one, again, other = planted(1), planted(1), planted(2)
    assert np.array_equal(one.mv, again.mv)
    assert np.array_equal(one.symbols, again.symbols)
    assert not np.array_equal(one.symbols, other.symbols)


@pytest.mark.parametrize("seed", range(5))
def test_planted_beats_come_early_and_a_pause_follows(seed: int) -> None:
    """Early by the bounds asked for; all others stay, so what was gained is paused."""
    beats, after = sinus()[1], planted(seed)
    usual, new = np.median(np.diff(beats)), after.symbols == "V"
    assert 0.06 < new.mean() < 0.2
    assert len(after.mv) == len(sinus()[0])
    assert np.array_equal(after.beats[~new], beats[~new])
    intervals = np.diff(after.beats)
    before = intervals[new[1:]]
    assert before.min() >= max(INTERVAL[0] * usual - 1, 0.3 * RATE)
    assert before.max() <= INTERVAL[1] * usual + 1
    pauses = intervals[new[:-1] & ~new[1:]]
    assert pauses.min() > usual


def test_some_come_in_a_row() -> None:
    """Alone four times in five, else two or three; usual beats at both ends."""
    symbols = np.concatenate([planted(seed).symbols for seed in range(8)])
    edges = np.flatnonzero(np.diff(np.r_[0, symbols == "V", 0]))
    sizes = edges[1::2] - edges[::2]
    assert {*sizes.tolist()} == {1, 2, 3}
    assert 0.7 < np.mean(sizes == 1) < 0.9
    assert {*symbols[:3].tolist()} == {symbols[-1]} == {"N"}


def test_the_signal_away_from_planted_beats_is_unchanged() -> None:
    """Sample for sample, where neither a planted beat nor the one it hides reaches."""
    mv, beats = sinus()
    after = planted()
    far = np.ones(len(mv), np.bool_)
    for at in np.flatnonzero(after.symbols == "V"):
        hidden, peak = beats[at], after.beats[at]
        far[min(peak - BEFORE, hidden - 80) : max(peak + AFTER, hidden + AFTER)] = False
    assert 0.4 < far.mean() < 0.9
    assert np.array_equal(after.mv[far], mv[far])


def test_a_planted_beat_is_the_donors_wave_on_a_line() -> None:
    """On a flat host: the wave alone, at one size up to its sign, and no trace of the beat before.

    The host's QRS are single samples of 2 mV, so 1 of a wave is 2 mV.
    """
    beats = 300 + 300 * np.arange(200)
    mv = np.zeros(beats[-1] + 300)
    mv[beats] = 2.0
    reach = slice(BEFORE - 40, BEFORE + 110)  # where a wave is untapered
    after = plant(mv, beats, np.random.default_rng(4), wide(), share=0.12)
    new = np.flatnonzero(after.symbols == "V")
    alone = [at for at in new if {*after.symbols[[at - 1, at + 1]].tolist()} == {"N"}]
    assert len(alone) > 5
    sizes = []
    for at in alone:
        peak = after.beats[at]
        seen = after.mv[peak - BEFORE + reach.start : peak - BEFORE + reach.stop]
        wave = wide().waves[0, reach].astype(np.float64)
        size = float(seen @ wave / (wave @ wave))
        assert np.allclose(seen, size * wave, rtol=0, atol=1e-9)
        assert not after.mv[peak + AFTER : after.beats[at + 1]].any()
        sizes.append(size)
    assert np.ptp(sizes) < 1e-9
    assert 2.0 * SIZE[0] <= abs(sizes[0]) <= 2.0 * SIZE[1]


def test_waves_are_planted_either_way_round() -> None:
    """Upright in some hosts, upside down in others."""
    signs = set()
    for seed in range(12):
        after = planted(seed)
        peaks = after.mv[after.beats[after.symbols == "V"]]
        signs.add(float(np.sign(np.median(peaks))))
    assert signs == {-1.0, 1.0}


def test_no_jump_is_bigger_than_the_signals_own() -> None:
    """From sample to sample: none as at a QRS, and away from all QRS two waves meet at most."""
    mv, beats = sinus()
    after = planted()
    assert np.abs(np.diff(after.mv)).max() <= np.abs(np.diff(mv)).max()
    assert _steepest_away(after.mv, after.beats) <= 2.0 * _steepest_away(mv, beats)


def _steepest_away(mv: FloatArray, beats: IntArray) -> float:
    slopes = np.abs(np.diff(mv))
    for beat in beats:
        slopes[max(beat - 40, 0) : beat + 40] = 0.0
    return float(slopes.max())


@pytest.mark.parametrize("seed", range(3))
def test_the_detector_finds_beats_where_they_were_planted(seed: int) -> None:
    """Within 50 ms nearly all planted beats, and all the others, and none where one was hidden."""
    after = planted(seed)
    found = np.array([beat.sample for beat in detect(after.mv)])
    new = after.beats[after.symbols == "V"]
    assert np.mean(_distances(new, found) <= 18) > 0.97
    assert np.mean(_distances(after.beats[1:-1], found) <= 18) > 0.98
    assert np.mean(_distances(found, after.beats) <= 18) > 0.98


def _distances(ones: IntArray, others: IntArray) -> IntArray:
    return np.array([np.abs(others - one).min() for one in ones])


def test_waves_are_as_high_against_the_prevailing_qrs_as_their_donors_were() -> None:
    """Views are all of one size; how large a beat was stands in its context, as a logarithm."""
    (one,) = donors_of(_beats("100 100 100", "VNV", size=np.log([2.0, 1.0, 0.5]).tolist()))
    assert one.record == "100"
    assert np.allclose(np.ptp(one.waves, axis=1), [2.0, 0.5])


def test_only_unlike_ventricular_beats_are_donated() -> None:
    """Not those that resemble what prevails."""
    beats = _beats("100 100 100 102 102", "NVVVN", likeness=[1.0, 0.1, 0.9, 0.8, 0.1])
    assert [(donor.record, len(donor.waves)) for donor in donors_of(beats)] == [("100", 1)]
    assert donors_of(beats.where(beats.symbols != "V")) == []


def test_each_lead_of_each_record_is_a_donor_of_its_own() -> None:
    """The waves of a host are of one lead: those of two differ as two foci would."""
    beats = _beats("106 100 106 106 100", "VVVVV", leads=[1, 0, 0, 1, 0])
    found = [(donor.record, len(donor.waves)) for donor in donors_of(beats)]
    assert found == [("100", 2), ("106", 1), ("106", 2)]


def _beats(
    records: str,
    symbols: str,
    likeness: list[float] | None = None,
    size: list[float] | None = None,
    leads: list[int] | None = None,
) -> BeatSet:
    """Beats that are triangles as high as views are."""
    count = len(symbols)
    windows = np.zeros((count, LENGTH), np.float32)
    windows[:, BEFORE - 20 : BEFORE + 21] = 0.95 * np.bartlett(41)
    context = np.zeros((count, len(FEATURES)), np.float32)
    context[:, FEATURES.index("likeness")] = likeness or [0.1] * count
    context[:, FEATURES.index("size")] = size or [0.0] * count
    return BeatSet(
        windows,
        context,
        np.array(list(symbols)),
        np.array(records.split()),
        np.arange(count),
        np.array(leads or [0] * count),
    )
