"""A beat's waveform: the band that the front end and every archive share, at one size.

The window is filtered by itself, so that a view depends on nothing but its own 259 samples: no
filter to settle after a lead came back, no delay, and the same numbers wherever a stream is cut.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_device.signals import WORKING_RATE_HZ, FloatArray

BEFORE, AFTER = 89, 170  # working samples before R, and from R on
LENGTH = BEFORE + AFTER

_CUTOFF_HZ = 40.0
_HALF = 12  # the low-pass reaches this many samples each way
_FAINT_MV = 0.05  # what is smaller than this stays small


def _low_pass() -> FloatArray:
    t = np.arange(-_HALF, _HALF + 1)
    kernel = np.sinc(2 * _CUTOFF_HZ / WORKING_RATE_HZ * t) * np.hamming(len(t))
    return np.asarray(kernel / kernel.sum())


_KERNEL = _low_pass()
Float32Array = NDArray[np.float32]


def smooth(raw: FloatArray) -> Float32Array:
    """The window [R - BEFORE, R + AFTER) of millivolts below 40 Hz, about its own median."""
    padded = np.concatenate((np.full(_HALF, raw[0]), raw, np.full(_HALF, raw[-1])))
    below = np.convolve(padded, _KERNEL, "valid")
    return np.asarray(below - np.median(below), np.float32)


def scale(window: Float32Array) -> Float32Array:
    """The same between -1 and 1, so that eight bits show a small beat as well as a large one.

    How large it was is left to the context, which compares it with the patient's others.
    """
    return np.asarray(window / (np.abs(window).max() + np.float32(_FAINT_MV)))
