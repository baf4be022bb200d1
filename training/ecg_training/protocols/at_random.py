"""Beats split at random: the same patients on all sides, as most papers do it.

Unlike in the thesis, balancing comes after the split and only in the training part, and the test
part has the natural mixture of beats, found by our detector and seen as the device sees them. The
numbers tell how well a classifier knows again the patients it was trained on, and no more.
"""

from dataclasses import replace

import numpy as np

from ecg_training.beatsets import BeatSet
from ecg_training.protocols.balancing import balance
from ecg_training.protocols.patients import SIX_BEATS
from ecg_training.protocols.split import Classes, Split

TRAINING, VALIDATION = 0.70, 0.15  # shares; the rest is the test part
EACH = 10_000
SEED = 42


def parts(beats: BeatSet, seed: int, classes: Classes) -> Split:
    """Any beat to any side."""
    order = np.random.default_rng(seed).permutation(len(beats))
    first, second = (round(share * len(beats)) for share in (TRAINING, TRAINING + VALIDATION))
    train, validation, test = np.split(order, [first, second])
    return Split(beats.where(train), beats.where(validation), beats.where(test), classes)


def split(beats: BeatSet, each: int = EACH) -> Split:
    """A split of the beats of six classes, with `each` of every class to train."""
    natural = parts(SIX_BEATS.only(beats), SEED, SIX_BEATS)
    targets = SIX_BEATS.targets(natural.train)
    rng = np.random.default_rng(SEED)
    return replace(natural, train=balance(natural.train, targets, each, rng))
