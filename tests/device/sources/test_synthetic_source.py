"""The synthetic source as a source: the same signal however it is read."""

from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_device.errors import SourceError
from ecg_device.signals import Block, FloatArray, LeadBits
from ecg_device.sources.synthetic import (
    Scenario,
    SyntheticSource,
    load_scenario,
    render,
    scenario_names,
)
from ecg_device.sources.synthetic.scenario import (
    AtrialFibrillation,
    Dropout,
    Hum,
    LeadOff,
    Motion,
    Muscle,
    Sinus,
    Wander,
)

MIXED = Scenario(
    segments=(Sinus(duration_s=12, pvc_probability=0.3), AtrialFibrillation(duration_s=11)),
    faults=(
        Hum(),
        Wander(),
        Muscle(start_s=4, duration_s=7),
        Motion(start_s=9, duration_s=8),
        LeadOff(start_s=18, duration_s=1.5),
        Dropout(start_s=3, duration_s=12, share=0.1, burst_ms=15),
    ),
)


def joined(blocks: list[Block]) -> FloatArray:
    return np.concatenate([block.mv for block in blocks])


def leads_of(blocks: list[Block]) -> LeadBits:
    return np.concatenate([block.leads for block in blocks if block.leads is not None])


@settings(max_examples=25, deadline=None)
@given(block_s=st.floats(0.001, 30), seed=st.integers(0, 2**32))
def test_block_size_changes_nothing(block_s: float, seed: int) -> None:
    """Samples, leads and truth are bit-identical to the rendered whole, whatever the block."""
    mv, leads, truth = render(MIXED, seed=seed)
    source = SyntheticSource(MIXED, seed=seed, block_s=block_s)
    blocks = list(source.blocks())
    assert joined(blocks).tobytes() == mv.tobytes()
    assert leads_of(blocks).tobytes() == leads.tobytes()
    assert source.truth == truth
    assert [block.start for block in blocks[1:]] == [block.stop for block in blocks[:-1]]


def test_blocks_have_the_asked_length() -> None:
    """40 ms at 360 Hz is 14 samples; only the last block may be shorter."""
    lengths = [len(block.mv) for block in SyntheticSource(MIXED).blocks()]
    assert set(lengths[:-1]) == {14}
    assert sum(lengths) == 23 * 360


def test_a_second_reading_is_the_same() -> None:
    """`blocks()` starts anew each time, and so does the truth."""
    source = SyntheticSource(MIXED, seed=3)
    first, truth = joined(list(source.blocks())), source.truth
    assert joined(list(source.blocks())).tobytes() == first.tobytes()
    assert source.truth == truth


def test_seeds_differ() -> None:
    """Another seed is another patient: other intervals, other noise."""
    one, other = render(MIXED, seed=1), render(MIXED, seed=2)
    assert not np.array_equal(one[0], other[0], equal_nan=True)
    assert one[2].r_samples != other[2].r_samples


def test_the_rate_changes_no_beat() -> None:
    """The same seed at another rate has its beats at the same times, within a sample."""
    slow, fast = (render(MIXED, seed=5, rate_hz=hz)[2] for hz in (250.0, 1000.0))
    at_s = [np.array(truth.r_samples) / hz for truth, hz in ((slow, 250.0), (fast, 1000.0))]
    assert at_s[0] == pytest.approx(at_s[1], abs=0.004)
    assert [beat.symbol for beat in slow.beats] == [beat.symbol for beat in fast.beats]


def test_truth_arrives_with_the_samples() -> None:
    """After ten seconds only the beats of these are known; `since` gives what is new."""
    source = SyntheticSource(MIXED, block_s=1.0)
    stream = source.blocks()
    list(islice(stream, 6))
    early = source.truth
    assert max(beat.sample for beat in early.beats) < 6 * 360
    list(stream)
    news = source.truth.since(6 * 360)
    assert early.beats + news.beats == source.truth.beats
    assert all(fault.start >= 6 * 360 for fault in news.faults)


def test_info_says_simulated() -> None:
    """Simulated, railed at 1.5 mV, of known length unless it repeats for ever."""
    info = SyntheticSource(MIXED, rate_hz=500).info
    assert (info.simulated, info.rails_mv, info.samples) == (True, (-1.5, 1.5), 23 * 500)
    assert SyntheticSource(load_scenario("demo")).info.samples is None


def test_a_repeating_scenario_goes_on_with_new_chance() -> None:
    """Lap one is the rendered scenario; lap two has the same rhythms but other beats."""
    repeating = Scenario(segments=MIXED.segments, faults=MIXED.faults, repeat=True)
    blocks = list(islice(SyntheticSource(repeating, block_s=23).blocks(), 2))
    mv, _, _ = render(repeating)
    assert blocks[0].mv.tobytes() == mv.tobytes()
    assert not np.array_equal(blocks[0].mv, blocks[1].mv, equal_nan=True)
    assert set(leads_of(blocks[:1])) == set(leads_of(blocks[1:])) == {0, 1}


def test_every_lap_has_its_own_noise() -> None:
    """The noise alone (with minus without) is another in lap two."""
    calm = Scenario(segments=(Sinus(duration_s=10),), repeat=True)
    noisy = replace(calm, faults=(Muscle(start_s=2, duration_s=5),))
    clean, faulty = (
        [block.mv for block in islice(SyntheticSource(scenario, block_s=10).blocks(), 2)]
        for scenario in (calm, noisy)
    )
    first, second = (with_it - without for with_it, without in zip(faulty, clean, strict=True))
    assert first.std() > 0.02
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.2


def test_an_endless_run_forgets_old_truth() -> None:
    """After 65 minutes no more than an hour (and a chunk) of truth is kept."""
    calm = Scenario(segments=(Sinus(duration_s=60),), repeat=True, front_end=False)
    source = SyntheticSource(calm, rate_hz=100, block_s=60)
    list(islice(source.blocks(), 65))
    oldest = min(beat.sample for beat in source.truth.beats)
    assert oldest >= 65 * 6000 - 361_100
    assert len(source.truth.beats) == pytest.approx(60 * 72, rel=0.02)


@pytest.mark.parametrize("name", scenario_names())
@pytest.mark.parametrize("rate_hz", [100.0, 360.0])
def test_every_shipped_scenario_renders(name: str, rate_hz: float) -> None:
    """Finite but for lost samples, within the rails, as long as it says, with its truth inside."""
    scenario = load_scenario(name)
    mv, leads, truth = render(scenario, rate_hz=rate_hz)
    assert len(mv) == len(leads) == round(scenario.duration_s * rate_hz)
    assert np.isnan(mv).sum() == truth.lost_samples
    assert np.nanmax(np.abs(mv)) <= 1.5
    assert all(0 <= beat.sample < len(mv) for beat in truth.beats)
    assert len(truth.r_samples) > 50


@pytest.mark.parametrize(
    ("keywords", "says"),
    [
        ({"rate_hz": 99.0}, "100 to 1000 Hz"),
        ({"rate_hz": float("nan")}, "100 to 1000 Hz"),
        ({"seed": -1}, "zero or more"),
        ({"block_s": 0.0}, "0 to 3600 s"),
    ],
)
def test_impossible_arguments_are_refused(keywords: dict[str, Any], says: str) -> None:
    """One line that says what is possible."""
    with pytest.raises(SourceError, match=says):
        SyntheticSource(MIXED, **keywords)
