"""The heart rate against arithmetic: constant, stepping, alternating and irregular hearts."""

import numpy as np
import pytest

from ecg_device.rhythm import heart_rate


@pytest.mark.parametrize("bpm", [30, 40, 60, 75, 100, 150, 200, 240])
def test_constant_rate(play, bpm: int) -> None:
    """A heart at a constant rate is shown within 1 bpm or 1 %."""
    played = play([60 / bpm] * (bpm // 2))
    shown = [rate.bpm for rate in played.rates if rate.bpm is not None]
    assert len(shown) >= 15
    assert max(abs(value - bpm) for value in shown) <= max(1.0, 0.01 * bpm)


@pytest.mark.parametrize("after", [40, 120])
def test_step_settles_within_eight_seconds(play, after: int) -> None:
    """Eight seconds after a step from 80 bpm the new rate is shown within 1 bpm or 1 %."""
    played = play([0.75] * 40 + [60 / after] * 30)
    step_s = 0.5 + 40 * 0.75
    later = [played.bpm_at(second) for second in range(int(step_s) + 9, int(step_s) + 14)]
    assert all(abs(bpm - after) <= max(1.0, 0.01 * after) for bpm in later)
    assert abs(played.bpm_at(int(step_s)) - 80) <= 1


@pytest.mark.parametrize(
    ("bpm", "short", "tolerance"), [(80, 0.50, 1), (60, 0.65, 1), (120, 0.38, 1), (90, 0.45, 2)]
)
def test_alternating_waveforms(play, bpm: int, short: float, tolerance: float) -> None:
    """Alternating intervals, as in the irregular waveforms of EC13, show their mean rate."""
    pair = [short, 120 / bpm - short]
    played = play(pair * 30)
    shown = [rate.bpm for rate in played.rates if rate.bpm is not None]
    assert len(shown) >= 20
    assert max(abs(value - bpm) for value in shown) <= tolerance


def test_irregular_rate_is_the_mean_of_ten_seconds() -> None:
    """In random intervals the rate stays within 10 % of the plain mean of the last 10 s."""
    rng = np.random.default_rng(3)
    rr_s = rng.uniform(0.45, 1.0, 400)
    ends = np.cumsum(rr_s)
    for last in range(30, 400, 7):
        inside = rr_s[(ends > ends[last] - 10) & (ends <= ends[last])]
        rate = heart_rate(list(rr_s[: last + 1]))
        assert rate is not None
        assert rate.bpm == pytest.approx(60 / inside.mean(), rel=0.10)


def test_the_ten_seconds_end_now() -> None:
    """Three seconds after the last of beats 2 s apart after a run, only what is 10 s old counts."""
    rr_s = [0.5] * 20 + [2.0] * 3
    at_the_beat = heart_rate(rr_s)
    assert at_the_beat is not None and at_the_beat.intervals == 3 + 8  # 6 s and 4 s
    assert heart_rate(rr_s, 3.0) == (60 * 5 / 7.0, 5)  # 6 s and 1 s


def test_alternating_counts_are_even_and_others_are_not() -> None:
    """10 s hold eleven intervals of 0.6 and 1.2 s but ten are averaged; of steady 0.9 s, eleven."""
    alternating = heart_rate([0.6, 1.2] * 10)
    assert alternating is not None and alternating.intervals == 10
    assert alternating.bpm == pytest.approx(60 / 0.9)
    steady = heart_rate([0.9] * 20)
    assert steady is not None and steady.intervals == 11


def test_one_wrong_beat_does_not_leave_the_tolerance() -> None:
    """A missed beat among steady ones moves the rate by less than 10 %, and restarts nothing."""
    rate = heart_rate([0.8] * 10 + [1.6] + [0.8] * 2)
    assert rate is not None
    assert rate.bpm == pytest.approx(75, rel=0.1)
    assert rate.intervals >= 10


def test_too_few_intervals_have_no_rate() -> None:
    """Three intervals are no rate; four are."""
    assert heart_rate([1.0] * 3) is None
    assert heart_rate([1.0] * 4) == (60.0, 4)
