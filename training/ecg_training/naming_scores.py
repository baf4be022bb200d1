"""How well beats are named: counts that add up, and what follows from them.

A `NamingScore` holds how often a beat of one class got one name, and how confidence went with being
right. Scores of records add up to that of all of them, in any order. Beside the classes there are

* a reference beat that is `Q`, unclassifiable to the annotator: counted, but in no figure;
* a false detection, which has no reference: every class named so has one more false positive;
* a beat named `Q`, unknown, or missed altogether: wrong, whatever its class.

The counts may carry leading axes (patients, draws of a bootstrap): every figure is then an array.
A share of nothing is NaN; the macro F1 is the mean over the classes whose F1 is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecg_device.signals import FloatArray

IntArray = NDArray[np.int64]

Q = "Q"
NOBODY = "none"  # the reference of a false detection
MISSED = "missed"  # the name of a beat that was not found or not let out
BINS = 15


@dataclass(frozen=True, slots=True, eq=False)
class NamingScore:
    """Counts of one record, or of several added up."""

    classes: tuple[str, ...]
    counts: IntArray  # [..., reference: classes, Q, none; named: classes, Q, missed]
    confidence: FloatArray  # [..., BINS, 3]: beats, of them right, sum of their confidences

    def __add__(self, other: "NamingScore") -> "NamingScore":
        if self.classes != other.classes:
            raise ValueError(f"cannot add scores of {self.classes} and {other.classes}")
        return NamingScore(
            self.classes, self.counts + other.counts, self.confidence + other.confidence
        )

    @property
    def references(self) -> tuple[str, ...]:
        """What the rows of `counts` stand for."""
        return (*self.classes, Q, NOBODY)

    @property
    def names(self) -> tuple[str, ...]:
        """What the columns of `counts` stand for."""
        return (*self.classes, Q, MISSED)

    def of(self, reference: str, name: str) -> IntArray:
        """How many beats of this reference got this name."""
        found = self.counts[..., self.references.index(reference), self.names.index(name)]
        return np.asarray(found, np.int64)

    @property
    def scored(self) -> IntArray:
        """The rows that count: the reference beats of the classes."""
        return self.counts[..., : len(self.classes), :]

    def without_false_positives(self, name: str, reference: str) -> "NamingScore":
        """The same, but beats of `reference` taken for `name` count for nothing.

        EC57 neither rewards nor penalises a fusion that is named ventricular.
        """
        counts = self.counts.copy()
        counts[..., self.references.index(reference), self.names.index(name)] = 0
        return NamingScore(self.classes, counts, self.confidence)


def count(
    classes: Sequence[str],
    reference: Sequence[str],
    named: Sequence[str],
    confidence: ArrayLike | None = None,
) -> NamingScore:
    """One entry a beat: its reference (a class, Q or none), its name (a class, Q or missed).

    `confidence` is that of each name, NaN where there is none; it is kept of beats that have both
    a class and a name.
    """
    empty = nothing(classes)
    rows = _places(empty.references, reference)
    columns = _places(empty.names, named)
    np.add.at(empty.counts, (rows, columns), 1)
    if confidence is not None:
        sure = np.asarray(confidence, np.float64)
        told = (rows < len(classes)) & (columns < len(classes)) & ~np.isnan(sure)
        _add_confidences(empty.confidence, sure[told], (rows == columns)[told])
    return empty


def nothing(classes: Sequence[str]) -> NamingScore:
    """The score of no beats."""
    size = len(classes) + 2
    return NamingScore(tuple(classes), np.zeros((size, size), np.int64), np.zeros((BINS, 3)))


def total(scores: Sequence[NamingScore]) -> NamingScore:
    """The score of all of them together."""
    return sum(scores[1:], start=scores[0])


def _places(of: Sequence[str], values: Sequence[str]) -> IntArray:
    place: Mapping[str, int] = {value: at for at, value in enumerate(of)}
    return np.array([place[value] for value in values], np.int64)


def _add_confidences(bins: FloatArray, confidence: FloatArray, right: NDArray[np.bool_]) -> None:
    """Bins of equal width, closed above, as is usual for reliability diagrams."""
    place = np.clip(np.ceil(confidence * BINS).astype(np.int64) - 1, 0, BINS - 1)
    values = np.column_stack((np.ones(len(right)), right, confidence))
    np.add.at(bins, place, values)


def sensitivity(score: NamingScore, name: str) -> FloatArray:
    """Share of the beats of a class that got its name."""
    return _share(score.of(name, name), score.scored[..., score.classes.index(name), :].sum(-1))


def precision(score: NamingScore, name: str) -> FloatArray:
    """Positive predictivity, +P: share of the beats named so that are; reference Q left out."""
    return _share(score.of(name, name), _named(score, name))


def f1(score: NamingScore, name: str) -> FloatArray:
    """Harmonic mean of the two."""
    beats = score.scored[..., score.classes.index(name), :].sum(-1)
    return _share(2 * score.of(name, name), beats + _named(score, name))


def macro_f1(score: NamingScore, classes: Sequence[str]) -> FloatArray:
    """Mean F1 over classes, those left out that neither occurred nor were named."""
    each = np.stack([f1(score, name) for name in classes], axis=-1)
    known = ~np.isnan(each)
    return _share(np.where(known, each, 0.0).sum(-1), known.sum(-1))


def accuracy(score: NamingScore) -> FloatArray:
    """Share of the reference beats that got their name."""
    return _share(_right(score), score.scored.sum((-2, -1)))


def unknown(score: NamingScore) -> FloatArray:
    """Share of the reference beats named Q: found, but the name withheld."""
    column = score.names.index(Q)
    return _share(score.scored[..., column].sum(-1), score.scored.sum((-2, -1)))


def missed(score: NamingScore) -> FloatArray:
    """Share of the reference beats that were not found, or kept back as too noisy."""
    return _share(score.scored[..., -1].sum(-1), score.scored.sum((-2, -1)))


def kappa(score: NamingScore) -> FloatArray:
    """Cohen's kappa over the reference beats; Q and missed agree with no class."""
    beats = score.scored.sum((-2, -1))
    size = len(score.classes)
    of_reference, of_names = score.scored.sum(-1), score.scored.sum(-2)[..., :size]
    chance = _share((of_reference * of_names).sum(-1), np.square(beats.astype(np.float64)))
    return _share(accuracy(score) - chance, 1.0 - chance)


def j_index(score: NamingScore) -> FloatArray:
    """Se and +P of S and V added up, 0..4 (Mar et al. 2011)."""
    both = [sensitivity(score, name) + precision(score, name) for name in ("S", "V")]
    return np.asarray(both[0] + both[1])


def jk_index(score: NamingScore) -> FloatArray:
    """Half of kappa and an eighth of j, at most 1 (Mar et al. 2011; classes N, S, V, F)."""
    return np.asarray(kappa(score) / 2 + j_index(score) / 8)


def calibration_error(score: NamingScore) -> FloatArray:
    """Expected calibration error of the name given: |right - confidence|, by bins."""
    beats, right, confidence = np.moveaxis(score.confidence, -1, 0)
    return _share(np.abs(right - confidence).sum(-1), beats.sum(-1))


def _right(score: NamingScore) -> IntArray:
    size = len(score.classes)
    return np.asarray(np.einsum("...ii->...", score.counts[..., :size, :size]), np.int64)


def _named(score: NamingScore, name: str) -> IntArray:
    """Everything named so whose reference is known, false detections included."""
    column = score.counts[..., :, score.names.index(name)]
    return np.asarray(column.sum(-1) - column[..., score.references.index(Q)], np.int64)


def _share(part: ArrayLike, whole: ArrayLike) -> FloatArray:
    parts, wholes = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    safe = np.where(wholes == 0, np.nan, wholes)
    return np.asarray(parts / safe)
