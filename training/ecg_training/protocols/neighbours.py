"""The nearest neighbours of points: what SMOTE interpolates to, and the plainest classifier."""

import numpy as np

from ecg_device.views import Float32Array
from ecg_training.scoring import IntArray

_CHUNK = 512


def nearest(known: Float32Array, asked: Float32Array, count: int) -> IntArray:
    """For each row asked the `count` nearest known rows (Euclidean), the nearest first."""
    halves = 0.5 * np.einsum("ij,ij->i", known, known)
    found = np.empty((len(asked), count), np.int64)
    for start in range(0, len(asked), _CHUNK):
        far = halves - asked[start : start + _CHUNK] @ known.T  # squared distances, halved
        some = np.argpartition(far, count - 1, axis=1)[:, :count]
        order = np.argsort(np.take_along_axis(far, some, 1), axis=1, kind="stable")
        found[start : start + _CHUNK] = np.take_along_axis(some, order, 1)
    return found
