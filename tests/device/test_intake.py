"""The intake: any blocks in, one unbroken finite line out, and flags that tell what was wrong."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_device.errors import SourceError
from ecg_device.intake import Intake, to_the_end
from ecg_device.quality import MISSING, SATURATED
from ecg_device.signals import Block, FloatArray, LeadBits, LeadState, SignalInfo

INFO = SignalInfo("test", 250.0, rails_mv=(-1.5, 1.5))


def taken(intake: Intake, *blocks: Block) -> tuple[FloatArray, LeadBits]:
    parts = [part for block in blocks for part in intake.feed(block)]
    mv = np.concatenate([np.zeros(0), *(mv for mv, _ in parts)])
    return mv, np.concatenate([np.zeros(0, np.uint8), *(flags for _, flags in parts)])


def test_good_samples_pass_untouched() -> None:
    """What is finite and between the rails keeps its value and bears no flag."""
    mv = np.random.default_rng(0).uniform(-1.4, 1.4, 500)
    out, flags = taken(Intake(INFO), Block(0, mv))
    assert np.array_equal(out, mv)
    assert not flags.any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_holds_the_last_one(bad) -> None:
    """Samples that are no number are flagged missing; the line goes on level."""
    mv = np.array([bad, 0.1, bad, bad, 0.2])
    out, flags = taken(Intake(INFO), Block(0, mv))
    assert out.tolist() == [0.0, 0.1, 0.1, 0.1, 0.2]
    assert (flags & MISSING > 0).tolist() == [True, False, True, True, False]


def test_value_is_held_across_blocks() -> None:
    """A block that begins with nothing goes on from the end of the one before."""
    out, flags = taken(Intake(INFO), Block(0, np.array([0.3])), Block(1, np.full(3, np.nan)))
    assert out.tolist() == [0.3] * 4
    assert flags.tolist() == [0, MISSING, MISSING, MISSING]


@pytest.mark.parametrize("gap", [1, 65_535, 65_536, 200_000])
def test_jump_is_a_gap(gap: int) -> None:
    """A jump of the sample numbers is filled, so that sample n stays sample n."""
    blocks = Block(0, np.array([0.1, 0.4])), Block(2 + gap, np.array([0.2]))
    out, flags = taken(Intake(INFO), *blocks)
    assert len(out) == len(flags) == 3 + gap
    assert (out[2:-1] == 0.4).all() and (flags[2:-1] == MISSING).all()
    assert (out[-1], flags[-1]) == (0.2, 0)


def test_recording_that_begins_late_begins_with_a_gap() -> None:
    """Sample numbers count from 0: what the first block leaves out is missing."""
    out, flags = taken(Intake(INFO), Block(4, np.array([0.7])))
    assert out.tolist() == [0.0] * 4 + [0.7]
    assert flags.tolist() == [MISSING] * 4 + [0]


def test_rails() -> None:
    """Within half a percent of the range from a rail a sample counts as saturated."""
    mv = np.array([-1.5, -1.486, -1.4, 1.4, 1.486, 1.5, 9.0])
    _, flags = taken(Intake(INFO), Block(0, mv))
    assert (flags == SATURATED).tolist() == [True, True, False, False, True, True, True]


def test_without_known_rails_only_the_impossible_is_saturated() -> None:
    """A signal whose range is unknown may have any height that electrodes can give."""
    intake = Intake(SignalInfo("test", 250.0))
    out, flags = taken(intake, Block(0, np.array([9.0, -49.0, 50.0, -1e300])))
    assert flags.tolist() == [0, 0, SATURATED, SATURATED]
    assert np.abs(out).max() <= 50.0


def test_leads_off_bits_are_kept() -> None:
    """The comparators' bits stand beside whatever else is wrong."""
    leads = np.array([LeadState.RA_OFF, LeadState.LA_OFF, 3, 0], np.uint8)
    _, flags = taken(Intake(INFO), Block(0, np.array([0.0, 1.5, np.nan, 0.0]), leads))
    assert flags.tolist() == [1, 2 | SATURATED, 3 | MISSING, 0]
    assert leads.tolist() == [1, 2, 3, 0]


def test_only_the_pins_are_taken_from_the_leads() -> None:
    """Two pins have two bits: what else a source sets claims neither a gap nor saturation."""
    leads = np.arange(256, dtype=np.uint8)
    _, flags = taken(Intake(INFO), Block(0, np.zeros(256), leads))
    assert flags.tolist() == [number % 4 for number in range(256)]


@pytest.mark.parametrize("states", [0, 1, 9, 11])
def test_leads_of_another_length_are_refused(states: int) -> None:
    """One state a sample, neither more nor fewer nor one for all."""
    with pytest.raises(SourceError, match=f"expected 10 states; received {states};"):
        taken(Intake(INFO), Block(0, np.zeros(10), np.zeros(states, np.uint8)))


def test_source_going_back_is_refused() -> None:
    """A sample that was already there is a fault of the source, told in one line."""
    intake = Intake(INFO)
    taken(intake, Block(0, np.zeros(10)))
    with pytest.raises(SourceError, match="expected sample 10 or later; received sample 9"):
        taken(intake, Block(9, np.zeros(5)))


def test_too_long_a_gap_is_refused() -> None:
    """A clock gone wrong must not fill the memory: over seven days is no gap."""
    week = 7 * 86_400 * 250
    with pytest.raises(SourceError, match=r"seven days without samples; received 8\.0 days"):
        taken(Intake(INFO), Block(week + 86_400 * 250, np.zeros(1)))


def test_blocks_are_not_written_to() -> None:
    """The source keeps its samples: a block may be a view of the user's file."""
    mv = np.array([np.nan, 70.0, 0.1])
    mv.flags.writeable = False
    taken(Intake(INFO), Block(0, mv))


def test_empty_block_gives_nothing() -> None:
    """No samples, no output; a gap before an empty block counts all the same."""
    intake = Intake(INFO)
    assert [len(part) for part in taken(intake, Block(0, np.zeros(0)))] == [0, 0]
    assert [len(part) for part in taken(intake, Block(3, np.zeros(0)))] == [3, 3]


@pytest.mark.parametrize(("samples", "stops"), [(None, [4]), (3, [4]), (4, [4]), (9, [4, 9])])
def test_a_signal_reaches_its_known_end(samples: int | None, stops: list[int]) -> None:
    """Where the blocks stop short of the length, an empty one stands at the end, nowhere else."""
    blocks = list(to_the_end([Block(0, np.ones(4))], samples))
    assert [block.stop for block in blocks] == stops
    assert sum(len(block.mv) for block in blocks) == 4


samples = st.lists(
    st.floats(-60, 60) | st.sampled_from([np.nan, np.inf, -np.inf, 1.5]), max_size=120
)


@given(samples, st.lists(st.integers(0, 120), max_size=8))
def test_cuts_do_not_matter(values: list[float], cuts: list[int]) -> None:
    """However the samples are cut into blocks, values and flags are the same."""
    mv = np.array(values)
    leads = (np.arange(len(mv)) % 5 == 4).astype(np.uint8)
    edges = [0, *sorted(min(cut, len(mv)) for cut in cuts), len(mv)]
    blocks = [Block(low, mv[low:high], leads[low:high]) for low, high in pairwise(edges)]
    whole = taken(Intake(INFO), Block(0, mv, leads))
    pieces = taken(Intake(INFO), *blocks)
    assert pieces[0].tobytes() == whole[0].tobytes()
    assert pieces[1].tobytes() == whole[1].tobytes()
    assert np.isfinite(whole[0]).all()
