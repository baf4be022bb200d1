"""Equal numbers of every class, by leaving beats out and by making some up (SMOTE).

Chawla et al.: SMOTE: Synthetic Minority Over-sampling Technique. J Artif Intell Res 16:321-357,
2002. Written out here in its few lines: imbalanced-learn would bring more than this asks for, and
does not tell from which beat a new one was made.
"""

from dataclasses import replace

import numpy as np

from ecg_device.views import Float32Array
from ecg_training.beatsets import BeatSet, join
from ecg_training.protocols.neighbours import nearest
from ecg_training.scoring import IntArray

NEIGHBOURS = 5


def balance(beats: BeatSet, targets: IntArray, each: int, rng: np.random.Generator) -> BeatSet:
    """`each` beats of every class: a random choice of many; few are filled up by SMOTE.

    A made-up beat keeps symbol, record and sample of the beat it was made from.
    """
    parts = []
    for target in np.unique(targets):
        own = beats.where(targets == target)
        if len(own) >= each:
            parts.append(own.where(np.sort(rng.choice(len(own), each, replace=False))))
        else:
            parts += [own, _made_up(own, each - len(own), rng)]
    return join(parts)


def _made_up(beats: BeatSet, count: int, rng: np.random.Generator) -> BeatSet:
    points = np.concatenate((beats.windows, beats.context), axis=1)
    parents, made = smote(points, count, rng)
    width = beats.windows.shape[1]
    return replace(beats.where(parents), windows=made[:, :width], context=made[:, width:])


def smote(
    points: Float32Array, count: int, rng: np.random.Generator
) -> tuple[IntArray, Float32Array]:
    """`count` new points, each on the line from a point, its parent, to one of its neighbours."""
    neighbours = nearest(points, points, min(NEIGHBOURS + 1, len(points)))
    parents = rng.integers(len(points), size=count)
    towards = neighbours[parents, rng.integers(1, neighbours.shape[1], size=count)]
    share = rng.random((count, 1), np.float32)
    return parents, np.asarray(points[parents] + share * (points[towards] - points[parents]))
