"""The bootstrap over patients: what an interval must be where it can be told beforehand."""

import numpy as np
import pytest

from ecg_training import naming_scores as scores
from ecg_training.patient_bootstrap import Patients

CLASSES = ("N", "S", "V", "F")


def patient(beats: int, right: int) -> scores.NamingScore:
    """A patient with so many N beats, so many of them named N, the others V."""
    return scores.count(CLASSES, "N" * beats, "N" * right + "V" * (beats - right))


def test_patients_alike_leave_no_doubt() -> None:
    """Whoever is drawn, the accuracy is the same: the interval is the value."""
    interval = Patients([patient(10, 9)] * 12).figure(scores.accuracy)
    assert (interval.value, interval.low, interval.high) == pytest.approx((0.9, 0.9, 0.9))


def test_the_interval_is_that_of_the_binomial() -> None:
    """50 patients with a beat each, 40 right: draws of 50 with p = 0.8 lie between 0.68 and 0.90
    in 95 %, by the binomial's quantiles."""
    from scipy.stats import binom

    people = [patient(1, 1)] * 40 + [patient(1, 0)] * 10
    interval = Patients(people).figure(scores.accuracy)
    low, high = binom(50, 0.8).ppf([0.025, 0.975]) / 50
    assert interval.value == pytest.approx(0.8)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.021)


def test_patients_are_drawn_not_beats() -> None:
    """Of two patients, one all right and one all wrong, draws give 0, 0.5 or 1, however many
    beats they have: the interval is everything."""
    interval = Patients([patient(5000, 5000), patient(5000, 0)]).figure(scores.accuracy)
    assert (interval.value, interval.low, interval.high) == (0.5, 0.0, 1.0)


def test_the_order_of_other_figures_changes_nothing() -> None:
    """A figure's interval depends on the patients alone: the seed is fixed."""
    people = [patient(10, right) for right in range(11)]
    once, again = Patients(people), Patients(people)
    again.figure(scores.kappa)
    assert once.figure(scores.accuracy) == again.figure(scores.accuracy)


def test_one_patient_has_no_interval() -> None:
    """Nothing is known of how patients differ."""
    interval = Patients([patient(10, 9)]).figure(scores.accuracy)
    assert interval.value == pytest.approx(0.9)
    assert np.isnan([interval.low, interval.high]).all()


def test_draws_without_the_class_are_left_out() -> None:
    """V occurs in one of three patients, all found: where a draw has it, its Se is 1."""
    people = [patient(10, 10), patient(10, 10), scores.count(CLASSES, "NV", "NV")]
    interval = Patients(people).figure(lambda score: scores.sensitivity(score, "V"))
    assert (interval.value, interval.low, interval.high) == (1.0, 1.0, 1.0)


def test_what_is_lost_is_compared_patient_by_patient() -> None:
    """Each patient's accuracy falls by 0.1, from very different ones: so it does in every draw."""
    before = Patients([patient(10, right) for right in range(1, 11)])
    after = Patients([patient(10, right - 1) for right in range(1, 11)])
    loss = before.loss(after, scores.accuracy)
    assert (loss.value, loss.low, loss.high) == pytest.approx((0.1, 0.1, 0.1))
