"""What a protocol gives: beats to learn from, to choose by and to be judged by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ecg_training.beatsets import BeatSet
from ecg_training.scoring import IntArray

SIX = tuple("N L R V A /".split())  # the thesis's classes


@dataclass(frozen=True)
class Plan:
    """Which records train, validate and test: whole patients, none of them on two sides."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]


@dataclass(frozen=True)
class Classes:
    """The labels a network tells apart, and which of them a beat's symbol stands for."""

    labels: tuple[str, ...]
    of_symbol: Mapping[str, str]

    def has(self, beats: BeatSet) -> NDArray[np.bool_]:
        """Which beats belong to a class."""
        return np.isin(beats.symbols, [*self.of_symbol])

    def targets(self, beats: BeatSet) -> IntArray:
        """The index of each beat's label."""
        place = {symbol: self.labels.index(label) for symbol, label in self.of_symbol.items()}
        return np.array([place[symbol] for symbol in beats.symbols.tolist()], np.int64)

    def only(self, beats: BeatSet) -> BeatSet:
        """The beats that belong to a class."""
        return beats.where(self.has(beats))


def by_symbol(labels: tuple[str, ...]) -> Classes:
    """Every label is its own beats' symbol."""
    return Classes(labels, {label: label for label in labels})


@dataclass(frozen=True, eq=False)
class Split:
    """The beats of one training, in the classes of its protocol."""

    train: BeatSet
    validation: BeatSet
    test: BeatSet
    classes: Classes
    weak: Mapping[str, BeatSet] = field(default_factory=dict)  # to learn from as well, by kind

    @property
    def labels(self) -> tuple[str, ...]:
        return self.classes.labels
