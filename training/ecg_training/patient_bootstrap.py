"""How far a figure would move with other patients: the bootstrap over patients.

Beats of one patient resemble each other, so patients are drawn, not beats: as many as there are,
with replacement, a thousand times; the interval lies between the percentiles 2.5 and 97.5 of the
figure over the draws. The seed is fixed. The interval tells of the patients at hand: with a handful
of them it is wide, and of one alone there is none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ecg_device.signals import FloatArray
from ecg_training.naming_scores import NamingScore

DRAWS = 1000
_SEED = 20111
_PERCENTILES = (2.5, 97.5)

Figure = Callable[[NamingScore], FloatArray]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure over all patients, and between which values 95 % of the draws lie."""

    value: float
    low: float
    high: float


class Patients:
    """The scores of patients, drawn once for all figures asked of them."""

    def __init__(self, scores: Sequence[NamingScore]) -> None:
        each = np.stack([score.counts for score in scores])
        confidence = np.stack([score.confidence for score in scores])
        drawn = np.random.default_rng(_SEED).multinomial(
            len(scores), np.full(len(scores), 1 / len(scores)), size=DRAWS
        )
        classes = scores[0].classes
        self._alone = len(scores) == 1
        self.total = NamingScore(classes, each.sum(0), confidence.sum(0))
        self._drawn = NamingScore(
            classes, np.tensordot(drawn, each, 1), np.tensordot(drawn, confidence, 1)
        )

    def figure(self, figure: Figure) -> Interval:
        """The figure with its interval; draws in which it is not defined are left out."""
        return self._interval(float(figure(self.total)), figure(self._drawn))

    def loss(self, other: "Patients", figure: Figure) -> Interval:
        """How much less the figure is for `other`: the same patients, drawn alike, named anew."""
        value = float(figure(self.total)) - float(figure(other.total))
        return self._interval(value, figure(self._drawn) - figure(other._drawn))

    def _interval(self, value: float, drawn: FloatArray) -> Interval:
        known = drawn[~np.isnan(drawn)]
        if self._alone or not len(known):
            return Interval(value, float("nan"), float("nan"))
        low, high = np.percentile(known, _PERCENTILES)
        return Interval(value, float(low), float(high))
