"""Windows: the stretches of a signal around beats, a row each."""

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from ecg_device.signals import FloatArray


def cut(x: FloatArray, at: NDArray[np.intp], before: int, after: int) -> FloatArray:
    """For each index in `at` the `before` values before it and the `after` ones from it on.

    Whoever asks makes sure that they lie within x.
    """
    length = before + after
    if not len(at):
        return np.zeros((0, length))
    step = x.strides[0]
    # what sliding_window_view gives, without its checks: a live stream cuts hundreds a second
    every = as_strided(x, (len(x) - length + 1, length), (step, step), writeable=False)
    return np.asarray(every[at - before])
