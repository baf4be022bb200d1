"""The AF likelihood: its entropy by definition, its opinion on rhythms of known kind."""

from itertools import combinations
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecg_device.rhythm import af_likelihood
from ecg_device.rhythm.af import MATCHES, cosen
from ecg_device.rhythm.prevailing import AF_LIKELY
from ecg_device.signals import Reason

RNG = np.random.default_rng(11)


def entropy_by_definition(rr_s: np.ndarray, radius: float) -> float:
    """Count the matching pairs one by one."""
    pairs = list(combinations(range(len(rr_s) - 1), 2))
    near = [(i, j) for i, j in pairs if abs(rr_s[i] - rr_s[j]) < radius]
    both = [(i, j) for i, j in near if abs(rr_s[i + 1] - rr_s[j + 1]) < radius]
    return -log(len(both) / len(near)) + log(2 * radius) - log(rr_s.mean())


@pytest.mark.parametrize("count", [20, 60])
def test_entropy_by_definition(count: int) -> None:
    """The coefficient of sample entropy is that of counting all pairs, at r = 50 ms."""
    rr_s = 0.8 + 0.06 * RNG.standard_normal(count)
    assert cosen(rr_s) == pytest.approx(entropy_by_definition(rr_s, 0.05))


def test_entropy_widens_the_radius_until_enough_pairs_match() -> None:
    """Very spread intervals are compared within the radius at which the eighth pair matches."""
    rr_s = RNG.uniform(0.3, 1.8, 24)
    apart = [
        max(abs(rr_s[i] - rr_s[j]), abs(rr_s[i + 1] - rr_s[j + 1]))
        for i, j in combinations(range(23), 2)
    ]
    radius = sorted(apart)[MATCHES - 1] + 1e-12
    assert radius > 0.05
    assert cosen(rr_s) == pytest.approx(entropy_by_definition(rr_s, radius), abs=1e-6)


def regular() -> np.ndarray:
    return 0.8 + 0.02 * RNG.standard_normal(60)


def respiratory() -> np.ndarray:
    return 0.85 + 0.15 * np.sin(2 * np.pi * np.arange(60) / 5) + 0.01 * RNG.standard_normal(60)


def fibrillating() -> np.ndarray:
    return np.clip(0.65 + 0.16 * RNG.standard_normal(60), 0.3, 1.3)


def alternating(period: tuple[float, ...]) -> np.ndarray:
    return np.tile(period, 60 // len(period)) + 0.01 * RNG.standard_normal(60)


@pytest.mark.parametrize(
    ("rr_s", "is_af"),
    [
        (regular(), False),
        (respiratory(), False),
        (alternating((0.5, 1.1)), False),
        (alternating((0.8, 0.5, 1.1)), False),
        (alternating((0.8, 0.8, 0.5, 1.1)), False),
        (fibrillating(), True),
        (fibrillating()[:30], True),
    ],
)
def test_rhythms_of_known_kind(rr_s: np.ndarray, is_af: bool) -> None:
    """Random intervals are AF; steady, breathing and periodically premature ones are not."""
    likelihood = af_likelihood(rr_s).likelihood
    assert likelihood is not None
    assert (likelihood >= AF_LIKELY) is is_af


def test_ventricular_beats_say_nothing_about_the_atria() -> None:
    """A third of the beats ectopic at random: not AF once their intervals are marked."""
    rr_s, atrial = np.full(60, 0.8) + 0.015 * RNG.standard_normal(60), np.ones(60, np.bool_)
    for first in (3, 11, 16, 22, 30, 37, 41, 52, 57):
        rr_s[first : first + 2] = RNG.uniform(0.35, 0.65), RNG.uniform(0.9, 1.3)
        atrial[first : first + 2] = False
    assert (af_likelihood(rr_s, atrial).likelihood or 1.0) < 0.5


def test_the_more_beats_are_ventricular_the_less_likely_is_fibrillation() -> None:
    """Of the same irregular intervals more than half are marked: all are judged, the more marked
    the less likely. Where fewer than half are, those are left out."""
    rr_s = fibrillating()
    none, some, most, nearly_all = (
        af_likelihood(rr_s, np.arange(60) >= count) for count in (0, 20, 35, 55)
    )
    assert [e.intervals for e in (none, some, most, nearly_all)] == [60, 40, 60, 60]
    assert (some.ectopic, most.ectopic) == pytest.approx((20 / 60, 35 / 60))
    assert none.likelihood > most.likelihood > nearly_all.likelihood


def test_no_opinion_has_a_reason() -> None:
    """Seven intervals are too few."""
    evidence = af_likelihood(np.full(7, 0.8))
    assert evidence.likelihood is None and evidence.reason is Reason.FEW_BEATS


@given(arrays(np.float64, st.integers(0, 70), elements=st.floats(0.003, 20.0)))
def test_any_intervals(rr_s: np.ndarray) -> None:
    """Whatever the intervals, the likelihood is none or lies between 0 and 1."""
    evidence = af_likelihood(rr_s)
    assert (evidence.likelihood is None) is (len(rr_s) < 8)
    assert evidence.likelihood is None or 0.0 <= evidence.likelihood <= 1.0
