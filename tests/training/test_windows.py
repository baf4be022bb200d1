"""Windows over a record, by hand."""

import math

import numpy as np
import pytest

from ecg_training.windows import Windows

WINDOWS = Windows(first=100, length=10, count=3)  # 100..109, 110..119, 120..129


def test_only_whole_windows_are_laid() -> None:
    """From 5:00 a record of 30 min 5.56 s holds 150 windows of 10 s."""
    windows = Windows.over(650_000, 10.0, 300.0, 360.0)
    assert (windows.first, windows.length, windows.count) == (108_000, 3_600, 150)
    assert Windows.over(1_000, 10.0, 300.0, 360.0).count == 0


def test_samples_are_counted_where_they_fall() -> None:
    """First and last sample of a window belong to it; what is outside all is not counted."""
    assert WINDOWS.count_inside([99, 100, 109, 110, 129, 130]).tolist() == [2, 1, 1]


def test_stretches_cover_shares() -> None:
    """105..114 covers half of two windows; stretches include both their ends."""
    assert WINDOWS.share_inside([(105, 114), (129, 500)]).tolist() == [0.5, 0.5, 0.1]


def test_the_rate_of_a_window_is_of_the_beats_inside() -> None:
    """Beats 300 samples apart at 360 Hz beat 72 times a minute; one beat has no rate."""
    windows = Windows(0, 1_000, 2)
    rates = windows.mean_rates(np.array([50, 350, 650, 950, 1_500]), 360.0)
    assert rates[0] == pytest.approx(72.0)
    assert math.isnan(rates[1])
