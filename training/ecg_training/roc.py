"""How well a number tells two groups apart."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from ecg_device.signals import BoolArray


def auc(scores: ArrayLike, positive: BoolArray) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative.

    By the ranks of the positives (Mann and Whitney); ties count half. NaN without both groups.
    """
    hits = int(np.count_nonzero(positive))
    others = len(positive) - hits
    if hits == 0 or others == 0:
        return float("nan")
    ranks = rankdata(np.asarray(scores, np.float64))
    return float((ranks[positive].sum() - hits * (hits + 1) / 2) / (hits * others))
