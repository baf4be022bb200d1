"""How an epoch is drawn: shares of classes and of weak beats, patients weighed, nothing by luck."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from ecg_device.errors import ConfigError
from ecg_training.beatsets import BeatSet, join
from ecg_training.protocols import Split
from ecg_training.protocols.patients import AAMI_BEATS, SIX_BEATS
from ecg_training.protocols.split import Classes
from ecg_training.train.examples import epoch_of, examples_of, training_of
from ecg_training.train.sampling import class_pools, draw_from
from ecg_training.train.settings import Recipe

_MIXTURE = {"N": 0.45, "S": 0.15, "V": 0.35, "F": 0.05}


def _beats(record: str, symbols: str, mark: float = 0.0) -> BeatSet:
    """Beats whose windows hold `mark`, with those symbols."""
    n = len(symbols)
    return BeatSet(
        np.full((n, 259), mark, np.float32),
        np.zeros((n, 2), np.float32),
        np.array([*symbols], "<U1"),
        np.full(n, record),
        np.arange(n),
        np.zeros(n, np.int64),
    )


def _split(classes: Classes = AAMI_BEATS) -> Split:
    """Three patients of unlike sizes, and all kinds of weak beats, told apart by their windows."""
    train = [
        _beats("201", "N" * 600 + "A" * 4 + "V" * 90, 1.0),
        _beats("202", "N" * 300 + "V" * 10 + "F" * 3, 1.0),
        _beats("119", "N" * 100 + "A" * 36 + "V" * 25, 1.0),
    ]
    weak = {
        "normal": _beats("A00001", "N" * 500, 2.0),
        "fibrillation": _beats("A00002", "N" * 300, 3.0),
        "early": _beats("A00003", "A" * 70, 4.0),
    }
    nobody = _beats("100", "NAVF", 9.0)
    return Split(join(train), nobody, nobody, classes, weak)


def _drawn(recipe: Recipe, split: Split, seed: int = 0, number: int = 0) -> Counter[tuple]:
    """How often which class came from which source."""
    labels = split.labels
    epoch = epoch_of(training_of(split, recipe), len(labels), recipe, seed, number)
    marks = epoch.inputs["window"][:, 0, 0].astype(int).tolist()
    names = [labels[at] for at in epoch.wanted.argmax(axis=1)]
    return Counter(zip(marks, names, strict=True))


def test_a_mixture_is_kept_to_the_beat() -> None:
    """Of 2000 beats 45, 15, 35 and 5 in a hundred, however many there are."""
    recipe = Recipe(batch=50, per_epoch=2000, mixture=_MIXTURE)
    drawn = _drawn(recipe, replace(_split(), weak={}))
    assert drawn == {(1, "N"): 900, (1, "S"): 300, (1, "V"): 700, (1, "F"): 100}


def test_weak_beats_have_their_share_of_an_epoch() -> None:
    """Three in ten weak ones, of those half, a fifth, three tenths; only drawn beats are early."""
    recipe = Recipe(batch=100, per_epoch=2000, mixture=_MIXTURE, weak=0.3)
    drawn = _drawn(recipe, _split())
    expected = {
        (1, "N"): 630, (1, "S"): 210, (1, "V"): 490, (1, "F"): 70,
        (2, "N"): 300, (3, "N"): 120, (4, "S"): 180,
    }  # fmt: skip
    assert drawn.keys() == expected.keys()
    assert all(abs(drawn[key] - count) <= 1 for key, count in expected.items())


def test_weak_beats_join_a_sampling_too() -> None:
    """Without a mixture the classes come as `sampling` 0.5 has it: as the square roots."""
    split, recipe = _split(), Recipe(batch=1, per_epoch=1000, sampling=0.5, weak=0.5)
    drawn = _drawn(recipe, split)
    roots = np.sqrt([1000, 40, 125, 3])
    for label, due in zip(split.labels, 500 * roots / roots.sum(), strict=True):
        assert abs(drawn[1, label] - due) <= 1
    assert drawn[4, "S"] == pytest.approx(150, abs=1)


def test_with_six_classes_early_beats_are_atrial() -> None:
    """A, and all other weak beats N."""
    drawn = _drawn(Recipe(batch=10, per_epoch=1000, weak=0.5), _split(SIX_BEATS))
    assert {key for key in drawn if key[0] > 1} == {(2, "N"), (3, "N"), (4, "A")}


@pytest.mark.parametrize(("exponent", "power"), [(0.0, 1.0), (-0.5, 0.5), (-1.0, 0.0)])
def test_patients_weigh_as_told(exponent: float, power: float) -> None:
    """900, 90 and 10 beats of a class come as 900, 90 and 10 to the power 1 + exponent."""
    sizes = np.array([900, 90, 10])
    patients = np.repeat([0, 1, 2], sizes)
    places = np.random.default_rng(0).permutation(1000)
    recipe = Recipe(mixture={"N": 1.0}, patients=exponent)
    pools = class_pools(np.zeros(1000, np.int64), patients[places], ["N"], recipe)
    drawn = draw_from(pools, 500, np.random.default_rng(1))
    came = np.bincount(patients[places][drawn], minlength=3)
    due = 500 * sizes**power / (sizes**power).sum()
    assert np.abs(came - due).max() <= 1
    times = np.bincount(drawn, minlength=1000)
    for patient in range(3):
        own = times[patients[places] == patient]
        assert own.max() - own.min() <= 1


def test_two_records_of_one_patient_weigh_as_one() -> None:
    """201 and 202 are the same person: with the exponent -1 half of N is 119's."""
    recipe = Recipe(batch=10, per_epoch=400, mixture={"N": 1.0}, patients=-1.0)
    split = replace(_split(), weak={})
    training = training_of(split, recipe)
    (pool,) = training.pools
    drawn = draw_from([pool], 400, np.random.default_rng(0))
    assert np.mean(split.train.records[drawn] == "119") == pytest.approx(0.5, abs=0.003)


def test_an_epoch_follows_from_seed_and_number_alone() -> None:
    """Which beats come in which order: the same again, others for another number or seed."""
    recipe = Recipe(batch=50, mixture=_MIXTURE, weak=0.3, patients=-0.5)
    training = training_of(_split(), recipe)
    places = replace(training, context=np.arange(len(training), dtype=np.float32)[:, None])

    def order(seed: int, number: int) -> bytes:
        return epoch_of(places, 4, recipe, seed, number).inputs["context"].tobytes()

    assert order(1, 5) == order(1, 5)
    assert len({order(1, 5), order(1, 6), order(2, 5)}) == 3


def test_an_epoch_is_as_long_as_told() -> None:
    """`per_epoch` in whole batches, else as many as have no weak labels; `steps` overrules both."""
    training = training_of(_split(), Recipe(weak=0.3))
    for recipe, beats in (
        (Recipe(batch=64, weak=0.3, per_epoch=1000), 960),
        (Recipe(batch=64, weak=0.3), 1168 // 64 * 64),
        (Recipe(batch=64, weak=0.3, per_epoch=1000, steps=2), 128),
    ):
        assert len(epoch_of(training, 4, recipe, 0, 0).wanted) == beats


def test_nothing_weak_is_learnt_from_unasked() -> None:
    """A plain recipe has the training beats only, each once."""
    training = training_of(_split(), Recipe())
    assert len(training) == len(_split().train)
    assert training.pools == ()


def test_no_weak_beat_judges() -> None:
    """Validation and test hold what the protocol gave them."""
    split = _split()
    for part in (split.validation, split.test):
        assert len(examples_of(part, split.classes)) == 4
        assert {*part.records.tolist()} == {"100"}


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (Recipe(mixture={"N": 1.0, "X": 1.0}), "expected N, S, V, F; received X"),
        (Recipe(mixture={"N": -1.0, "S": 2.0}), "none below 0"),
        (Recipe(weak=0.1, weak_mixture={"late": 1.0}), "received late"),
    ],
)
def test_a_mixture_that_cannot_be_drawn_is_refused(recipe: Recipe, message: str) -> None:
    """With what there is to choose from."""
    with pytest.raises(ConfigError, match=message):
        training_of(_split(), recipe)


def test_a_mixture_of_absent_classes_is_told() -> None:
    """All are N, and a mixture asks for V alone: the line says what there is to draw."""
    targets, patients = np.zeros(5, np.int64), np.zeros(5, np.int64)
    with pytest.raises(ConfigError, match="one of N; received V; give") as told:
        class_pools(targets, patients, ["N", "V"], Recipe(mixture={"V": 1.0, "N": 0.0}))
    assert "only classes without beats" in str(told.value)
    assert (
        len(class_pools(targets, patients, ["N", "V"], Recipe(mixture={"V": 1.0, "N": 0.1}))) == 1
    )
