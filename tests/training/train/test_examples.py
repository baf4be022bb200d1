"""Beats as arrays: classes, the order of an epoch, sampling, weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_training.protocols import Split
from ecg_training.train.examples import (
    NO_CLASS,
    Examples,
    class_weights,
    draw,
    epoch_of,
    examples_of,
    targets_of,
)
from ecg_training.train.settings import Recipe


def _numbered(counts: tuple[int, ...]) -> Examples:
    """Beats whose windows hold their own number, so many of each class."""
    total = sum(counts)
    windows = np.repeat(np.arange(total, dtype=np.float32)[:, None], 259, axis=1)
    context = np.zeros((total, 2), np.float32)
    return Examples(windows, context, np.repeat(np.arange(len(counts)), counts))


def test_symbols_become_the_groups_of_ec57(synthetic_split: Split) -> None:
    """L is a normal beat, A supraventricular, E ventricular; a paced beat has no class."""
    places = targets_of("N L A V E F /".split(), synthetic_split.classes).tolist()
    assert places == [0, 0, 1, 2, 2, 3, NO_CLASS]


def test_the_simulated_patients_have_all_kinds_of_beats(synthetic_split: Split) -> None:
    """20 % ventricular and 15 % atrial premature beats were asked for, of some 500."""
    for part in (synthetic_split.train, synthetic_split.validation, synthetic_split.test):
        targets = examples_of(part, synthetic_split.classes).targets
        assert len(targets) > 400
        assert np.all(np.bincount(targets)[:3] > 30)


def test_an_epoch_without_sampling_takes_each_beat_once() -> None:
    """64 beats in batches of 16: every number once, and not in their order."""
    epoch = epoch_of(_numbered((40, 24)), 2, Recipe(batch=16), seed=1, number=0)
    numbers = epoch.inputs["window"][:, 0, 0]
    assert sorted(numbers.tolist()) == list(range(64))
    assert not np.array_equal(numbers, np.arange(64))
    assert np.array_equal(epoch.wanted.argmax(axis=1), numbers >= 40)


def test_an_epoch_follows_from_seed_and_number_alone() -> None:
    """The same again; another one for another number or seed."""
    examples, recipe = _numbered((40, 24)), Recipe(batch=16, augment=1.0)

    def windows(seed: int, number: int) -> bytes:
        return epoch_of(examples, 2, recipe, seed, number).inputs["window"].tobytes()

    assert windows(1, 5) == windows(1, 5)
    assert len({windows(1, 5), windows(1, 6), windows(2, 5)}) == 3


def test_only_whole_batches_are_taken() -> None:
    """70 beats in batches of 16 are four batches; asked for nine, the beats come again."""
    examples = _numbered((50, 20))
    assert len(epoch_of(examples, 2, Recipe(batch=16), 0, 0).wanted) == 64
    assert len(epoch_of(examples, 2, Recipe(batch=16, steps=9), 0, 0).wanted) == 144


def test_beats_without_a_class_are_not_learnt_from() -> None:
    """Of 30 beats 10 have no class."""
    examples = _numbered((20, 10))
    hidden = Examples(examples.windows, examples.context, np.where(examples.targets, -1, 0))
    epoch = epoch_of(hidden, 1, Recipe(batch=5), 0, 0)
    assert len(epoch.wanted) == 20
    assert epoch.inputs["window"].max() < 20


@given(
    counts=st.lists(st.integers(1, 60), min_size=1, max_size=5),
    size=st.integers(1, 300),
    seed=st.integers(0, 9),
)
def test_full_sampling_gives_every_class_alike(counts: list[int], size: int, seed: int) -> None:
    """Each class is drawn equally often (to one), and its beats equally often too (to one)."""
    targets = np.repeat(np.arange(len(counts)), counts)
    drawn = draw(targets, 1.0, size, np.random.default_rng(seed))
    assert len(drawn) == size
    each = np.bincount(targets[drawn], minlength=len(counts))
    assert each.max() - each.min() <= 1
    for label in range(len(counts)):
        beats = np.bincount(drawn, minlength=len(targets))[targets == label]
        assert beats.max() - beats.min() <= 1


def test_half_sampling_lies_in_between() -> None:
    """900 and 100 beats: shares as the square roots, 3 to 1."""
    targets = np.repeat([0, 1], [900, 100])
    drawn = draw(targets, 0.5, 1000, np.random.default_rng(0))
    assert np.bincount(targets[drawn]).tolist() == [750, 250]


@pytest.mark.parametrize(("weighting", "ratio"), [(0.0, 1.0), (0.5, 3.0), (1.0, 9.0)])
def test_class_weights_lift_the_rare(weighting: float, ratio: float) -> None:
    """90 and 10 beats, an empty class beside; the mean over the beats stays 1."""
    targets = np.repeat([0, 2], [90, 10])
    weights = class_weights(targets, 3, weighting)
    assert weights[2] / weights[0] == pytest.approx(ratio)
    assert weights[1] == 0
    assert weights[targets].mean() == pytest.approx(1.0)
