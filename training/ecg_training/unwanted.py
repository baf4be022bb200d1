"""The noises of the stress test: two recorded, one synthetic.

`bw` (baseline wander) and `ma` (muscle) are the recordings of nstdb. Electrode motion is synthetic,
from the appliance's own source and a fixed seed, for `em` is not always at hand: nstdb's 118e
and 119e results of other detectors are comparable in kind, not in number.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np

from ecg_device.signals import WORKING_RATE_HZ, FloatArray
from ecg_device.sources.synthetic.noise import motion
from ecg_training.datasets import nstdb

_SEED = 20170117
_PIECE_S = 60  # motion takes time that grows with the square of its length
_PIECES = 30


@lru_cache(maxsize=3)
def load(root: Path, kind: str) -> FloatArray:
    """Half an hour of one kind of noise, in mV or of unit RMS, at 360 Hz."""
    return electrode_motion() if kind == "em" else nstdb.load(root, kind)


def electrode_motion() -> FloatArray:
    """Half an hour of knocks, swings and drift, pieced together without jumps."""
    random = np.random.default_rng(_SEED)
    length = _PIECE_S * WORKING_RATE_HZ
    return _joined(motion(random, length, float(WORKING_RATE_HZ)) for _ in range(_PIECES))


def _joined(pieces: Iterable[FloatArray]) -> FloatArray:
    """Each piece begins at the level at which the one before ended."""
    levelled: list[FloatArray] = []
    level = 0.0
    for piece in pieces:
        levelled.append(piece - piece[0] + level)
        level = float(levelled[-1][-1])
    return np.concatenate(levelled)
