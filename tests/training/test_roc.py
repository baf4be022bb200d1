"""The area under the ROC curve against scikit-learn's."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from ecg_training.roc import auc

scored = st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=2, max_size=50)


@given(scored)
def test_equals_scikit_learn_with_ties_and_all(pairs: list[tuple[int, bool]]) -> None:
    """Whatever the scores, ties included, both give the same area; one group alone gives none."""
    scores = np.array([score for score, _ in pairs], np.float64)
    positive = np.array([is_positive for _, is_positive in pairs])
    if positive.all() or not positive.any():
        assert math.isnan(auc(scores, positive))
    else:
        assert auc(scores, positive) == pytest.approx(roc_auc_score(positive, scores))


def test_order_is_all_that_counts() -> None:
    """Perfect separation is 1, the reverse 0, one wrong pair of six leaves 5/6."""
    positive = np.array([False, False, True, True, True])
    assert auc([1, 2, 3, 4, 5], positive) == 1.0
    assert auc([5, 4, 3, 2, 1], positive) == 0.0
    assert auc([1, 3, 2, 4, 5], positive) == pytest.approx(5 / 6)
