"""Folding events into numbers: every count here can be done with pencil and paper."""

import math

import numpy as np
import pytest

from ecg_device.analysis.tally import GapTally, RateTally, RhythmTally, StateTally, Tally
from ecg_device.signals import (
    Beat,
    Block,
    Classification,
    HeartRate,
    Quality,
    Reason,
    Rhythm,
    SignalState,
)


def test_rates_are_averaged_over_time_and_absent_ones_left_out() -> None:
    """60, 90 and 30 with two seconds withheld: mean 60, from 30 to 90, reason kept."""
    rates = RateTally()
    for bpm in (60.0, None, 90.0, None, 30.0):
        rates.add(HeartRate(0, bpm, reason=Reason.NONE if bpm else Reason.NOISE))
    assert (rates.lowest, rates.mean, rates.highest, rates.shown) == (30.0, 60.0, 90.0, 3)
    assert rates.withheld == {Reason.NOISE: 2}


def test_a_reason_never_hides_what_was_seen() -> None:
    """A pause while starting is told as a pause with the reason; the reason alone is told once."""
    tally = RhythmTally()
    starting = Reason.STARTING
    tally.add(Rhythm(0, 0, "INCONCLUSIVE", str(starting), reason=starting))
    tally.add(Rhythm(360, 400, "INCONCLUSIVE", "pause", reason=starting))
    tally.add(Rhythm(1080, 1100, "(N", "regular rhythm"))
    tally.close(1440)
    assert tally.lasted == {
        f"INCONCLUSIVE: {starting}": 360,
        f"pause (INCONCLUSIVE: {starting})": 720,
        "regular rhythm": 360,
    }


def test_no_rate_is_no_number() -> None:
    """A mean of nothing is not 0 bpm."""
    assert math.isnan(RateTally().mean)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_a_gap_counts_once_however_the_blocks_fall(size: int) -> None:
    """Missing 1-2, 5 and 9 to the end: 3 gaps of 2 + 1 + 3 samples at any block size."""
    absent = {1, 2, 5, 9, 10, 11}
    signal = np.array([math.nan if n in absent else 0.5 for n in range(12)])
    gaps = GapTally()
    for start in range(0, 12, size):
        gaps.add(Block(start, signal[start : start + size]))
    assert (gaps.gaps, gaps.missing, gaps.stop) == (3, 6, 12)


def test_a_jump_of_numbers_joins_the_missing_samples_around_it() -> None:
    """NaN at the end, a jump of 5 and NaN at the start are one gap of 7 samples."""
    gaps = GapTally()
    gaps.add(Block(0, np.array([1.0, math.nan])))
    gaps.add(Block(7, np.array([math.nan, 1.0])))
    gaps.add(Block(10, np.array([1.0])))
    assert (gaps.gaps, gaps.missing, gaps.stop) == (2, 8, 11)


def test_an_empty_block_changes_nothing() -> None:
    """A source that has nothing to say yet is not a gap."""
    gaps = GapTally()
    gaps.add(Block(0, np.empty(0)))
    assert (gaps.gaps, gaps.missing, gaps.stop) == (0, 0, 0)


def test_a_jump_to_an_empty_block_is_a_gap() -> None:
    """3 samples missing at 2, told by an empty block at 5, and 2 more after it: one gap of 5."""
    gaps = GapTally()
    for block in (Block(0, np.ones(2)), Block(5, np.empty(0)), Block(7, np.ones(1))):
        gaps.add(block)
    assert (gaps.gaps, gaps.missing, gaps.stop) == (1, 5, 8)


def test_states_last_until_the_next_one() -> None:
    """Starting 100, ok 260, off 40, ok 600 samples; a repeated state is not a second time."""
    states = StateTally()
    for sample, state, reason in [
        (100, SignalState.OK, Reason.NONE),
        (200, SignalState.OK, Reason.NONE),
        (360, SignalState.OFF, Reason.RA_OFF),
        (400, SignalState.OK, Reason.NONE),
    ]:
        states.add(Quality(sample, sample, state, reason))
    states.close(1000)
    assert states.usable == 860
    assert states.lasted[SignalState.SETTLING, Reason.STARTING] == 100
    assert states.lasted[SignalState.OFF, Reason.RA_OFF] == 40
    assert states.times[SignalState.OK, Reason.NONE] == 2
    assert states.lasted.total() == 1000


def test_a_signal_of_which_nothing_is_known_is_not_usable() -> None:
    """No state was ever announced: all of it counts as starting, none as usable."""
    states = StateTally()
    states.close(500)
    assert states.usable == 0
    assert states.lasted == {(SignalState.SETTLING, Reason.STARTING): 500}


def test_rhythms_add_up_by_what_a_user_reads() -> None:
    """Two spells of one rhythm make one sum; an unknown one goes by its reason."""
    rhythms = RhythmTally()
    for sample, aux, name, reason in [
        (10, "(N", "sinus rhythm", Reason.NONE),
        (110, "INCONCLUSIVE", "too much noise", Reason.NOISE),
        (150, "(N", "sinus rhythm", Reason.NONE),
    ]:
        rhythms.add(Rhythm(sample, sample, aux, name, reason=reason))
    rhythms.close(250)
    assert rhythms.lasted == {"sinus rhythm": 200, "INCONCLUSIVE: too much noise": 40}


def test_the_end_of_the_signal_is_carried_from_source_to_working_samples() -> None:
    """1000 samples at 100 Hz are 10 s, so 3600 working samples are accounted for."""
    tally = Tally()
    tally.signal.add(Block(0, np.zeros(1000)))
    tally.add(Quality(360, 400, SignalState.OK))
    tally.add(Classification(Beat(720, 800, 1.0, 0.0), 890, "Q", reason=Reason.NO_MODEL))
    tally.add(Classification(Beat(1080, 1100, 1.0, 0.0), 1250, "N"))
    tally.close(100.0)
    assert tally.states.usable == 3600 - 360
    assert (tally.beats, tally.unnamed) == (2, {Reason.NO_MODEL: 1})
