"""Atrial fibrillation from the intervals alone: how likely, and what speaks for it.

AF is irregular in a way nothing else is: neighbouring intervals agree no better than distant ones.
Four numbers look at that from four sides, each robust against a few wrong beats; a fifth tells how
many intervals had to be left out; a logistic puts them together.
"""

import math
from dataclasses import dataclass

import numpy as np

from ecg_device.signals import BoolArray, FloatArray, Reason

FEWEST, MOST = 8, 60  # intervals
LEAST_KEPT = 0.5  # where fewer intervals lie between two beats of the atria, none is left out

MATCH_S = 0.050  # intervals that match in CosEn, wider where fewer than MATCHES pairs do
MATCHES = 8
CHANCE = 1.36  # 95 % of the largest excursions of a Brownian bridge stay within
STEADY = 0.08  # a second difference below this share of the mean interval is steady

# Fitted by `python -m ecg_training.fit_af` on mitdb DS1 and half of cinc2017; both classes weigh
# the same, so 0.5 is not the prevalence of anything.
INTERCEPT = 6.832
WEIGHT_ENTROPY = 2.774
WEIGHT_STEADY = -5.786
WEIGHT_DRR = -2.880
WEIGHT_ORDER = -1.633
WEIGHT_ECTOPIC = -3.543


@dataclass(frozen=True, slots=True)
class AfEvidence:
    """How likely AF is over a window of intervals; None, with `reason`, where it cannot be told."""

    likelihood: float | None
    intervals: int  # used
    entropy: float = 0.0  # coefficient of sample entropy, nats; above about -1.5 in AF
    steady: float = 0.0  # share of the intervals that carry on their neighbours' trend
    drr: float = 0.0  # median |difference of successive intervals| / mean interval
    order: float = 0.0  # |rank correlation of successive intervals|: 0 in AF, 1 in alternation
    ectopic: float = 0.0  # share of the intervals at a beat that does not come from the atria
    reason: Reason = Reason.NONE


def af_likelihood(rr_s: FloatArray, atrial: BoolArray | None = None) -> AfEvidence:
    """The likelihood of AF over the last 60 intervals at most; from 8 on, though `prevailing`
    lets AF begin only with more.

    `atrial` is False for intervals at a beat that does not come from the atria, going by its symbol
    or its shape (`naming.speaks_of_atria`): they are left out, but their share counts. Where they
    are more than half the rest would be too torn, and all are judged: under noise a shape may be
    unlike the others for no reason of the heart's. Premature beats of the usual shape stay in,
    labelled or not, for to a classifier (and to timing) many beats of AF are such.
    """
    rr_s = rr_s[-MOST:]
    if len(rr_s) < FEWEST:
        return AfEvidence(None, len(rr_s), reason=Reason.FEW_BEATS)
    kept, ectopic = choose(rr_s, None if atrial is None else atrial[-MOST:])
    entropy, steady, drr, order = features(kept)
    logit = (
        INTERCEPT
        + WEIGHT_ENTROPY * entropy
        + WEIGHT_STEADY * steady
        + WEIGHT_DRR * drr
        + WEIGHT_ORDER * order
        + WEIGHT_ECTOPIC * ectopic
    )
    likelihood = 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, logit))))
    return AfEvidence(likelihood, len(kept), entropy, steady, drr, order, ectopic)


def choose(rr_s: FloatArray, atrial: BoolArray | None) -> tuple[FloatArray, float]:
    """The intervals to judge, and the share of those at a beat that is not from the atria."""
    if atrial is None:
        return rr_s, 0.0
    kept = rr_s[atrial]
    enough = len(kept) >= max(FEWEST, LEAST_KEPT * len(rr_s))
    return kept if enough else rr_s, 1.0 - len(kept) / len(rr_s)


def features(rr_s: FloatArray) -> tuple[float, float, float, float]:
    """Entropy, steadiness, relative difference and order of at least 8 intervals."""
    mean_s = float(rr_s.sum()) / len(rr_s)
    carried_on = steady_steps(rr_s)
    steady = np.count_nonzero(carried_on) / len(carried_on)
    drr = _median(np.abs(rr_s[1:] - rr_s[:-1])) / mean_s
    return cosen(rr_s), steady, drr, abs(_rank_correlation(rr_s))


def steady_steps(rr_s: FloatArray) -> BoolArray:
    """Whether each interval but the first two carries on the trend of the two before it."""
    steps = rr_s[1:] - rr_s[:-1]
    mean_s = float(rr_s.sum()) / len(rr_s)
    return np.asarray(np.abs(steps[1:] - steps[:-1]) < STEADY * mean_s, np.bool_)


def turning_point(rr_s: FloatArray) -> int:
    """The interval from which on a window is of another regularity; 0: of one all along.

    Where the sum of the deviations from the mean share of steady intervals is farthest from zero
    (CUSUM), if it is farther than chance takes it.
    """
    carried_on = steady_steps(rr_s)
    share = np.count_nonzero(carried_on) / len(carried_on)
    drift = np.abs(np.cumsum(carried_on - share))
    at = int(np.argmax(drift))
    chance = CHANCE * math.sqrt(len(carried_on) * share * (1.0 - share))
    return at + 3 if drift[at] > chance else 0


def cosen(rr_s: FloatArray) -> float:
    """The coefficient of sample entropy for templates of one interval (Lake and Moorman, 2011).

    Sample entropy -ln(A / B), where B counts the pairs of intervals that match within r and A
    those whose successors match as well; plus ln(2 r), which makes it a density, minus ln of the
    mean interval, which takes the heart rate out. r is MATCH_S, or as wide as gives MATCHES.
    """
    apart = np.abs(rr_s[:, None] - rr_s)
    first = apart[:-1, :-1]
    both = np.maximum(first, apart[1:, 1:])
    templates, radius = len(first), MATCH_S
    # Each pair stands in the matrix twice, and each template once against itself.
    least = templates + 2 * MATCHES
    matches = np.count_nonzero(both < radius)
    if matches < least:
        radius = float(np.partition(both, least - 1, axis=None)[least - 1])
        matches = np.count_nonzero(both <= radius)
    candidates = np.count_nonzero(first <= radius)
    conditional = (matches - templates) / (candidates - templates)
    return math.log(2.0 * radius / conditional) - math.log(float(rr_s.sum()) / len(rr_s))


def _rank_correlation(values: FloatArray) -> float:
    """Spearman's correlation of each value with the next, about the common mean rank."""
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values)) - (len(values) - 1) / 2
    return float(ranks[1:] @ ranks[:-1] / (ranks @ ranks))


def _median(values: FloatArray) -> float:
    ordered = np.sort(values)
    return float(ordered[len(ordered) // 2] + ordered[~(len(ordered) // 2)]) / 2
