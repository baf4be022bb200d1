"""PR, QRS, QT and QTc of the median beat, where the front end's band lets them be read."""

from collections.abc import Mapping

import numpy as np

from ecg_device.recordings.result import Interval
from ecg_device.recordings.take import Take

FEWEST = 3  # intervals between beats, for a typical one


def measure(take: Take) -> Mapping[str, Interval]:
    """The intervals of the recording."""
    return {"rr_ms": _typical_rr(take)}


def _typical_rr(take: Take) -> Interval:
    """The median, which a premature beat and its pause do not move."""
    rr_s = take.rr_s()
    if len(rr_s) < FEWEST:
        return Interval(None, "too few beats")
    return Interval(round(1000 * float(np.median(rr_s))))
