"""The figures of named beats, against hand arithmetic and scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score, precision_score, recall_score

from ecg_training import naming_scores as scores
from ecg_training.beat_groups import AAMI, AAMI_CLASSES, by_aami, by_label

CLASSES = ("N", "S", "V", "F")


def by_hand() -> scores.NamingScore:
    """14 reference beats, an unclassifiable one, and two false detections."""
    reference = [*"NNNNNNNN", *"SSS", *"VVF", "Q", "none", "none"]
    named = [*"NNNNNNS", "missed", *"SSN", *"VQV", "V", "V", "N"]
    return scores.count(CLASSES, reference, named)


def drawn(size: int = 4000) -> tuple[list[str], list[str]]:
    """Classes and names at random, right more often than not, none unknown or missed."""
    random = np.random.default_rng(7)
    reference = random.choice(CLASSES, size, p=(0.8, 0.1, 0.08, 0.02))
    named = np.where(random.random(size) < 0.7, reference, random.choice(CLASSES, size))
    return reference.tolist(), named.tolist()


@pytest.mark.parametrize(
    ("name", "sensitivity", "precision"),
    [("N", 6 / 8, 6 / 8), ("S", 2 / 3, 2 / 3), ("V", 1 / 2, 1 / 3)],
)
def test_every_beat_counts(name: str, sensitivity: float, precision: float) -> None:
    """Missed and Q are wrong, false detections are false positives, reference Q is left out:
    N: 6 of 8, named N are 6 + an S + a false one; V: 1 of 2, named V are 1 + F + a false one."""
    score = by_hand()
    assert scores.sensitivity(score, name) == pytest.approx(sensitivity)
    assert scores.precision(score, name) == pytest.approx(precision)
    harmonic = 2 * sensitivity * precision / (sensitivity + precision)
    assert scores.f1(score, name) == pytest.approx(harmonic)


def test_the_figures_over_all_classes_are_those_of_hand_arithmetic() -> None:
    """9 of 14 right, one missed, one Q; F1 of N 3/4, S 2/3, V 2/5; chance agreement of kappa
    (8*7 + 3*3 + 2*2 + 1*0) / 14^2."""
    score = by_hand()
    assert scores.accuracy(score) == pytest.approx(9 / 14)
    assert scores.missed(score) == scores.unknown(score) == pytest.approx(1 / 14)
    assert scores.macro_f1(score, "NSV") == pytest.approx((3 / 4 + 2 / 3 + 2 / 5) / 3)
    chance = (8 * 7 + 3 * 3 + 2 * 2) / 14**2
    kappa = (9 / 14 - chance) / (1 - chance)
    j = 2 / 3 + 2 / 3 + 1 / 2 + 1 / 3
    assert scores.kappa(score) == pytest.approx(kappa)
    assert scores.j_index(score) == pytest.approx(j)
    assert scores.jk_index(score) == pytest.approx(kappa / 2 + j / 8)


def test_perfect_naming_is_one_everywhere() -> None:
    """Each class named as it is: all shares and kappa are 1, j is 4, so jk is 1."""
    score = scores.count(CLASSES, "NNSVF", "NNSVF")
    for figure in (scores.accuracy, scores.kappa, scores.jk_index):
        assert figure(score) == pytest.approx(1.0)
    assert scores.j_index(score) == 4.0


def test_the_figures_are_scikit_learns() -> None:
    """On 4000 random names without false detections they have the same definitions."""
    reference, named = drawn()
    score = scores.count(CLASSES, reference, named)
    for name, *theirs in zip(
        CLASSES,
        recall_score(reference, named, labels=CLASSES, average=None),
        precision_score(reference, named, labels=CLASSES, average=None),
        f1_score(reference, named, labels=CLASSES, average=None),
        strict=True,
    ):
        ours = [f(score, name) for f in (scores.sensitivity, scores.precision, scores.f1)]
        assert ours == pytest.approx(theirs)
    assert scores.kappa(score) == pytest.approx(cohen_kappa_score(reference, named))
    macro = f1_score(reference, named, labels=["N", "S", "V"], average="macro")
    assert scores.macro_f1(score, "NSV") == pytest.approx(macro)


def test_kappa_takes_missed_and_unknown_for_disagreement() -> None:
    """scikit-learn's kappa with a label more, that the reference never uses, is the same."""
    reference, named = drawn()
    named[::9] = ["missed"] * len(named[::9])
    named[::13] = ["Q"] * len(named[::13])
    theirs = cohen_kappa_score(reference, named)
    assert scores.kappa(scores.count(CLASSES, reference, named)) == pytest.approx(theirs)


def test_a_class_that_never_comes_is_not_averaged() -> None:
    """Without a V in reference and names, macro F1 is that of N and S; V's own is undefined."""
    score = scores.count(CLASSES, "NNSS", "NNSN")
    assert np.isnan(scores.f1(score, "V"))
    assert scores.macro_f1(score, "NSV") == pytest.approx((4 / 5 + 2 / 3) / 2)


def test_a_fusion_named_ventricular_costs_nothing_by_ec57() -> None:
    """V is 1 right, 1 fusion, 1 false detection: +P 1/3, or 1/2 when the fusion does not count."""
    lenient = by_hand().without_false_positives("V", "F")
    assert scores.precision(lenient, "V") == pytest.approx(1 / 2)
    assert scores.precision(by_hand(), "V") == pytest.approx(1 / 3)


def test_calibration_error_is_that_of_its_definition() -> None:
    """Ten names of confidence 0.95, 8 right, and ten of 0.65, 7 right: half of 0.15 and 0.05."""
    named = [*"NNNNNNNNSS", *"NNNNNNNSSS"]
    score = scores.count(CLASSES, "N" * 20, named, [0.95] * 10 + [0.65] * 10)
    assert scores.calibration_error(score) == pytest.approx((0.15 + 0.05) / 2)


def test_confidence_counts_where_there_is_a_class_and_a_name() -> None:
    """Not of a missed beat, an unknown one, an unclassifiable one or a false detection."""
    reference, named = ["N", "N", "N", "Q", "none"], ["N", "missed", "Q", "N", "N"]
    score = scores.count(CLASSES, reference, named, [0.9, np.nan, 0.3, 0.9, 0.9])
    assert score.confidence[..., 0].sum() == 1
    assert scores.calibration_error(score) == pytest.approx(0.1)


@pytest.mark.parametrize("confidence", [0.0, 1 / 15, 0.5, 1.0])
def test_every_confidence_has_a_bin(confidence: float) -> None:
    """Also the ends 0 and 1 and the borders between bins."""
    score = scores.count(CLASSES, "N", "N", [confidence])
    assert score.confidence[..., 0].sum() == 1
    assert scores.calibration_error(score) == pytest.approx(1 - confidence)


def test_scores_of_parts_add_up_to_the_score_of_the_whole() -> None:
    """In any order, counts and confidences alike."""
    reference, named = drawn(600)
    sure = np.random.default_rng(1).random(600)
    parts = [
        scores.count(CLASSES, reference[a : a + 200], named[a : a + 200], sure[a : a + 200])
        for a in (400, 0, 200)
    ]
    whole, added = scores.count(CLASSES, reference, named, sure), scores.total(parts)
    np.testing.assert_array_equal(added.counts, whole.counts)
    np.testing.assert_allclose(added.confidence, whole.confidence)


def test_scores_of_other_classes_do_not_add_up() -> None:
    """Names over N and V are another question than those over N and S."""
    with pytest.raises(ValueError, match="cannot add"):
        scores.nothing("NV") + scores.nothing("NS")


def test_the_groups_are_those_of_ec57() -> None:
    """Bundle branch blocks and escapes are N, aberrated and nodal ones S, paced ones Q."""
    expected = {"L": "N", "e": "N", "j": "N", "a": "S", "J": "S", "E": "V", "F": "F", "/": "Q"}
    assert {symbol: AAMI[symbol] for symbol in expected} == expected


def test_names_are_compared_in_groups_or_as_they_are() -> None:
    """By group an L named N is right and a paced name is unknown; by label it is a class."""
    groups = by_aami({"N": "N", "L": "N", "V": "V", "/": "Q"})
    assert groups.classes == AAMI_CLASSES
    assert groups.references("LAV/") == ["N", "S", "V", "Q"]
    assert groups.names("LV/Q") == ["N", "V", "Q", "Q"]
    labels = by_label(("N", "L", "/"))
    assert labels.references("NLA/") == labels.names("NLA/") == ["N", "L", "Q", "/"]
