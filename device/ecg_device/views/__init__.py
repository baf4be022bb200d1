"""What a classifier sees of a beat: its waveform, and its place among the beats before it.

Training and device make their examples here and nowhere else. `VERSION` goes up with every
change that alters a number that comes out: a model is only run on the views it was trained on.
"""

from collections.abc import Callable
from typing import NamedTuple

from ecg_device.signals import Beat, Name
from ecg_device.views.context import FEATURES, Context
from ecg_device.views.waveform import AFTER, BEFORE, LENGTH, Float32Array, scale, smooth

__all__ = [
    "AFTER",
    "BEFORE",
    "FEATURES",
    "LENGTH",
    "VERSION",
    "BeatView",
    "Context",
    "Float32Array",
    "Namer",
    "scale",
    "smooth",
]

VERSION = 1


class BeatView(NamedTuple):
    """A beat as a classifier sees it."""

    beat: Beat
    window: Float32Array  # LENGTH values, smooth and between -1 and 1
    context: Float32Array  # one value for each of FEATURES


Namer = Callable[[BeatView], Name]
