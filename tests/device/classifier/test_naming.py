"""A bundle names beats: its numbers are those of arithmetic, and it says so where it cannot."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecg_device.classifier import open_bundle, softmax
from ecg_device.signals import Name, Reason
from ecg_device.views import BeatView

Views = Callable[[int], BeatView]


@pytest.mark.parametrize(("int8", "off"), [(False, 1e-5), (True, 0.2)])
def test_logits_are_the_formulas(
    make_bundle: Callable[..., Path],
    view: Views,
    arithmetic: Callable[..., np.ndarray],
    int8: bool,
    off: float,
) -> None:
    """Both kinds of model answer as the formula does; eight bits within one and a half steps."""
    classifier = open_bundle(make_bundle(int8=int8))
    for seed in range(20, 40):
        _, window, context = view(seed)
        logits = classifier.logits(window, context)
        assert np.abs(logits - arithmetic(window, context)).max() < off


def test_inputs_beyond_eight_bits_saturate(make_bundle: Callable[..., Path], view: Views) -> None:
    """A pacing spike beyond the range counts as the largest value, not as one wrapped around."""
    classifier = open_bundle(make_bundle())
    _, window, context = view(0)
    window = np.zeros_like(window)
    window[:64] = 50.0  # the range ends at 127/32 mV
    logits = classifier.logits(window, np.zeros_like(context))
    assert logits[0] == pytest.approx(4 * 127 / 32, abs=0.2)
    assert logits[1:] == pytest.approx([0, 0, 0])


def test_the_likeliest_label_is_the_name(
    make_bundle: Callable[..., Path], view: Views, arithmetic: Callable[..., np.ndarray]
) -> None:
    """The symbol and its probability are those of the softmax of the formula's logits."""
    classifier = open_bundle(make_bundle(int8=False))
    beat, window, context = view(3)
    powers = np.exp(arithmetic(window, context))
    best = int(np.argmax(powers))
    name = classifier(BeatView(beat, window, context))
    assert name.symbol == "NSVF"[best]
    assert name.confidence == pytest.approx(powers[best] / powers.sum(), abs=1e-5)
    assert name.reason is Reason.NONE


def test_temperature_is_a_divisor_of_logits() -> None:
    """Logits 0 and 2 ln 3 at temperature 2 are odds of 1 to 3."""
    assert softmax(np.array([0.0, 2 * math.log(3)]), 2.0) == pytest.approx([0.25, 0.75])


def test_too_low_a_probability_is_unknown(make_bundle: Callable[..., Path], view: Views) -> None:
    """Four equal logits are 25 % each: below a threshold of one half nothing is said."""
    classifier = open_bundle(make_bundle())
    beat, window, context = view(0)
    flat = BeatView(beat, np.zeros_like(window), np.zeros_like(context))
    assert classifier(flat) == Name("Q", 0.25, Reason.LOW_CONFIDENCE)


def test_what_is_no_number_is_unknown(
    make_bundle: Callable[..., Path],
    write_model: Callable[..., bytes],
    view: Views,
) -> None:
    """A model that takes the root of what is below zero names no beat, and fails none either."""

    def roots(card: dict[str, Any]) -> None:
        for golden in card["golden"]:
            golden |= {"window": [1.0] * 259, "context": [1.0] * len(golden["context"])}
            golden["logits"] = [math.sqrt(6)] * 4

    classifier = open_bundle(
        make_bundle(change=roots, model=write_model(int8=False, root=True), int8=False)
    )
    beat, window, context = view(0)
    ones = BeatView(beat, np.ones_like(window), -np.ones_like(context))
    below = BeatView(beat, -np.ones_like(window), -np.ones_like(context))
    assert classifier(ones).confidence == pytest.approx(0.25)
    assert classifier(below) == Name("Q", None, Reason.MODEL_FAILED)


@pytest.mark.parametrize("int8", [False, True])
def test_a_view_of_no_numbers_is_unknown(
    make_bundle: Callable[..., Path], view: Views, int8: bool
) -> None:
    """NaN in a window never becomes a label, whatever eight bits would make of it."""
    classifier = open_bundle(make_bundle(int8=int8))
    beat, window, context = view(0)
    window = window.copy()
    window[100] = np.nan
    assert classifier(BeatView(beat, window, context)) == Name("Q", None, Reason.MODEL_FAILED)


def test_many_beats_are_each_as_one(make_bundle: Callable[..., Path], view: Views) -> None:
    """The probabilities of many beats are the rows that each beat has by itself."""
    classifier = open_bundle(make_bundle())
    beats = [view(seed) for seed in range(5)]
    windows, contexts = (np.stack([beat[part] for beat in beats]) for part in (1, 2))
    rows = classifier.all_probabilities(windows, contexts)
    assert rows.sum(axis=1) == pytest.approx([1] * 5)
    assert np.array_equal(rows, [classifier.probabilities(beat) for beat in beats])
