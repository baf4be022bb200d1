"""The evaluation of atrial fibrillation on a made-up record whose rhythms are known."""

from pathlib import Path

import numpy as np
import pytest

from ecg_device.signals import FloatArray
from ecg_training.datasets import mitdb
from ecg_training.evaluate import af
from ecg_training.findings import Findings


def made_up(
    rhythms: tuple[tuple[int, str], ...], fibrillation: tuple[tuple[int, int], ...] = ()
) -> mitdb.Record:
    """A beat every 300 samples, 100 of them from sample 300 on."""
    beats = np.arange(300, 30_001, 300)
    return mitdb.Record(
        "made up", 360.0, np.zeros(30_100), beats, ("N",) * 100, fibrillation, rhythms
    )


def truths(record: mitdb.Record, intervals: int) -> list[str]:
    return list(af.judge_windows(record, record.beats, np.ones(100, np.bool_), intervals).truth)


def test_windows_lie_side_by_side() -> None:
    """99 intervals hold 8 windows of 12, 3 of 30, 1 of 60; a rest is left over."""
    record = made_up(((0, "(N"),))
    assert [len(truths(record, n)) for n in (12, 30, 60, 99, 100)] == [8, 3, 1, 1, 0]


def test_mixed_windows_are_left_out() -> None:
    """AF from beat 40 to 69: of 1-31, 31-61 and 61-91 only the first is of one kind; of windows of
    12 intervals 37-49 and 61-73 are mixed, 49-61 is all AF."""
    record = made_up(((0, "(N"), (300 * 40, "(AFIB"), (300 * 70, "(N")))
    assert truths(record, 30) == [""]
    assert truths(record, 12) == ["", "", "", "(AFIB", "", ""]


def test_flutter_is_told_apart_and_fibrillation_of_the_ventricles_left_out() -> None:
    """Flutter up to beat 49, so in 1-13 to 49-61; VF around beat 75 takes 73-85 away."""
    record = made_up(((0, "(AFL"), (300 * 50, "(N")), ((300 * 74, 300 * 76),))
    assert truths(record, 12) == ["(AFL"] * 5 + ["", ""]


def test_only_what_is_asked_for_is_counted() -> None:
    """Without flutter two of three windows remain, one of them AF."""
    judged = af.Judged(("(AFIB", "(AFL", ""), ("a", "a", "b"), (0.9, 0.8, 0.1))
    likelihood, is_af = judged.numbers(("(AFIB", ""))
    assert (likelihood.tolist(), is_af.tolist()) == ([0.9, 0.1], [True, False])


def test_no_opinion_counts_as_no_af() -> None:
    """A window of AF without opinion ranks below the others: of 2 x 2 pairs two are right."""
    likelihood, is_af = np.array([0.9, np.nan, 0.2, 0.1]), np.array([True, True, False, False])
    row = af._shares(likelihood, is_af)
    assert (row["unknown"], row["auc"], row["auc_given"]) == (25.0, 0.5, 1.0)
    assert (row["se"], row["sp"]) == (50.0, 100.0)


def test_intervals_that_reach_into_what_is_flagged() -> None:
    """Beats at 0, 100, ... 500; flagged is 150 to 310: the intervals from 100 to 400 reach in."""
    beats = np.arange(0, 501, 100)
    assert af.spanning(beats, [(150, 310)]).tolist() == [False, True, True, True, False]
    assert not af.spanning(beats[:1], [(0, 9)]).size


@pytest.mark.data
def test_a_patient_in_af_and_one_in_sinus_rhythm_are_told_apart(ecg_data: Path) -> None:
    """219 is in AF for 24 of its 30 min at some 76 bpm, 100 never: some 25 windows of 60, and
    nearly every pair of windows is ranked right."""

    def nobody(mv: FloatArray, rate_hz: float) -> Findings:
        return Findings(np.empty(0, np.int64))

    (table,) = af.evaluate_mitdb(ecg_data, ("100", "219"), nobody, 1)
    row = next(r for r in table.rows if (r["beats"], r["intervals"]) == ("reference", 60))
    assert row["auc_no_flutter"] == pytest.approx(1.0, abs=0.05)
    assert row["af"] == pytest.approx(25, abs=5)
