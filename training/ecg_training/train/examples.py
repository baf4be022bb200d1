"""Beats as arrays: what goes into a network, and in which order an epoch takes them.

The order, the choice and the changes of an epoch follow from the seed and the epoch's number
alone, so a training that was interrupted goes on with what it would have seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from ecg_device.views import Float32Array
from ecg_training.beatsets import BeatSet, join
from ecg_training.protocols import Classes, Split, patient_of
from ecg_training.scoring import IntArray
from ecg_training.train.augmentation import augment
from ecg_training.train.sampling import Pool, class_pools, draw_from, weak_pools
from ecg_training.train.settings import Recipe

Inputs = dict[str, Float32Array]
NO_CLASS = -1


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Beats with the numbers of their classes."""

    windows: Float32Array  # (n, 259)
    context: Float32Array  # (n, features)
    targets: IntArray  # (n,) places in the labels, NO_CLASS where a beat has none of them
    pools: tuple[Pool, ...] = ()  # from which epochs are drawn; none: all of them come
    weak: int = 0  # so many, the last, have weak labels

    def __len__(self) -> int:
        return len(self.targets)

    def inputs(self) -> Inputs:
        """All of them, by the names of a network's inputs."""
        return _inputs(self.windows, self.context)


@dataclass(frozen=True, slots=True, eq=False)
class Epoch:
    """The batches of one epoch, one after the other."""

    inputs: Inputs
    wanted: Float32Array  # (n, classes), one in each row
    weights: Float32Array


def examples_of(beats: BeatSet, classes: Classes) -> Examples:
    """All beats of a set, each with its class."""
    return Examples(beats.windows, beats.context, targets_of(beats.symbols.tolist(), classes))


def training_of(split: Split, recipe: Recipe) -> Examples:
    """What a recipe learns from: the training beats, and those with weak labels behind them."""
    if not recipe.draws:
        return examples_of(split.train, split.classes)
    beats = join([split.train, *split.weak.values()])
    examples, patients = examples_of(beats, split.classes), _patients(beats)
    own = len(split.train)
    ends = np.cumsum([own, *(len(kind) for kind in split.weak.values())]).tolist()
    kinds = {
        kind: np.arange(first, end)
        for kind, first, end in zip(split.weak, ends[:-1], ends[1:], strict=True)
    }
    pools = [
        *class_pools(examples.targets[:own], patients[:own], split.labels, recipe),
        *weak_pools(kinds, patients, recipe),
    ]
    return replace(examples, pools=tuple(pools), weak=len(beats) - own)


def _patients(beats: BeatSet) -> IntArray:
    """A number for each beat's patient."""
    records, which = np.unique(beats.records, return_inverse=True)
    _, patients = np.unique([patient_of(str(record)) for record in records], return_inverse=True)
    return np.asarray(patients[which], np.int64)


def targets_of(symbols: Iterable[str], classes: Classes) -> IntArray:
    """The place of each reference symbol's label among the labels, NO_CLASS without one."""
    place = {symbol: classes.labels.index(label) for symbol, label in classes.of_symbol.items()}
    return np.array([place.get(symbol, NO_CLASS) for symbol in symbols], np.int64)


def epoch_of(examples: Examples, classes: int, recipe: Recipe, seed: int, number: int) -> Epoch:
    """Epoch `number`: whole batches only, so that no other shape has to be compiled."""
    rng = np.random.default_rng((seed, number))
    own = examples.targets[: len(examples) - examples.weak]
    known = np.flatnonzero(own != NO_CLASS)
    beats = recipe.per_epoch or len(known)
    batch = min(recipe.batch, beats)
    size = (recipe.steps or beats // batch) * batch
    if examples.pools:
        chosen = draw_from(examples.pools, size, rng)
    else:
        chosen = known[draw(own[known], recipe.sampling, size, rng)]
    windows, context = examples.windows[chosen], examples.context[chosen]
    if recipe.augment > 0:
        windows, context = augment(windows, context, rng, recipe.augment)
    targets = examples.targets[chosen]
    weights = class_weights(own[known], classes, recipe.weighting)
    wanted = np.eye(classes, dtype=np.float32)[targets]
    return Epoch(_inputs(windows, context), wanted, weights[targets])


def draw(targets: IntArray, sampling: float, size: int, rng: np.random.Generator) -> IntArray:
    """Places of `size` examples, shuffled; `sampling` 0: as they come, 1: classes equally often.

    Within a class none is drawn again before all of it have been.
    """
    classes, counts = np.unique(targets, return_counts=True)
    share = counts ** (1.0 - sampling)
    until = np.round(np.cumsum(share) / share.sum() * size).astype(int)
    drawn = [
        _rounds(np.flatnonzero(targets == label), count, rng)
        for label, count in zip(classes, np.diff(until, prepend=0), strict=True)
    ]
    return np.asarray(rng.permutation(np.concatenate(drawn)))


def class_weights(targets: IntArray, classes: int, weighting: float) -> Float32Array:
    """What a beat of each class counts; the mean over all beats is 1."""
    counts = np.bincount(targets, minlength=classes).astype(np.float64)
    weights = np.where(counts > 0, np.maximum(counts, 1.0) ** -weighting, 0.0)
    return np.asarray(weights * counts.sum() / (weights @ counts), np.float32)


def _rounds(own: IntArray, count: int, rng: np.random.Generator) -> IntArray:
    rounds = -(-count // len(own))
    return np.concatenate([own[:0], *(rng.permutation(own) for _ in range(rounds))])[:count]


def _inputs(windows: Float32Array, context: Float32Array) -> Inputs:
    return {"window": windows[..., None], "context": context}
