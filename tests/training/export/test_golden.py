"""The self-test's beats: what they are is known from how they were made."""

import numpy as np
import pytest

from ecg_device.views import FEATURES, LENGTH
from ecg_training.export import golden


@pytest.mark.slow
def test_they_are_of_many_kinds_and_always_the_same() -> None:
    """Normal, ventricular, atrial, blocked and paced beats; a second making gives the same."""
    examples = golden.examples()
    assert {symbol for symbol, *_ in examples} >= {"N", "V", "A", "L", "/"}
    for (symbol, window, context), again in zip(examples, golden.examples(), strict=True):
        assert (window.shape, context.shape) == ((LENGTH,), (len(FEATURES),))
        assert symbol == again[0]
        assert np.array_equal(window, again[1]) and np.array_equal(context, again[2])


@pytest.mark.slow
def test_premature_beats_are_early_in_their_context() -> None:
    """V and A were played early, so their interval is shorter than the usual one; N is not."""
    premature = FEATURES.index("prematurity")
    early = {
        symbol: context[premature] for symbol, _, context in golden.examples() if symbol in "VAN"
    }
    assert early["V"] < -0.1 and early["A"] < -0.1 < early["N"]
