"""Where exactly the R wave is: the extreme of the band-passed signal near a hump's centre."""

import numpy as np
from numpy.typing import NDArray

from ecg_device.signals import FloatArray

SEARCH_HALF = 22  # samples (61 ms) on either side of the hump
REACH_BEFORE, REACH_AFTER = 90, 36  # samples around the hump whose mean is the baseline
_NEGATIVE_WINS = 0.8  # a positive peak over this part of the negative one is taken as R

_SMOOTHER = np.hanning(9)[1:-1] / np.hanning(9).sum()  # 7 samples: low-pass at about 45 Hz


def locate_r(windows: FloatArray) -> tuple[NDArray[np.intp], FloatArray]:
    """Each R wave's offset from its hump's centre, and its height over the baseline in mV.

    A row holds REACH_BEFORE samples before the hump's centre and REACH_AFTER from it on.
    Smoothing over 7 samples and taking off the row's mean is a band-pass of about 1-45 Hz
    that needs no later samples than the decision has anyway.
    """
    first = REACH_BEFORE - SEARCH_HALF - len(_SMOOTHER) // 2
    width = 2 * SEARCH_HALF + 1
    wave = -np.repeat(windows.mean(axis=1)[:, None], width, axis=1)
    for i, weight in enumerate(_SMOOTHER):
        wave += weight * windows[:, first + i : first + i + width]
    rows = np.arange(len(windows))
    top, bottom = wave.argmax(axis=1), wave.argmin(axis=1)
    peak = np.where(wave[rows, top] > -_NEGATIVE_WINS * wave[rows, bottom], top, bottom)
    return peak - SEARCH_HALF, wave[rows, peak]
