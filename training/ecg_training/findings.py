"""What a detector found in a record: the shape in which anything can be scored.

The appliance's detector and pipeline come in this shape (`ecg_training.product`), and so may a
peer library's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ecg_device.signals import FloatArray
from ecg_training.scoring import IntArray, Spans


def _no_samples() -> IntArray:
    return np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What was found in one record; all sample numbers count at 360 Hz."""

    beats: IntArray
    decided: IntArray | None = None  # when each beat was final
    agreement: FloatArray | None = None  # of each beat's shape with the template; 0: unknown
    flagged: Spans = ()  # where the signal was called unusable
    rate_at: IntArray = field(default_factory=_no_samples)
    rate_bpm: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))  # NaN: withheld


Detector = Callable[[FloatArray, float], Findings]
