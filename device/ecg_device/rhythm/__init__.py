"""Rhythm: from named beats to rates, rhythms and what speaks for them.

    beats, names, quality, seconds ─▶ tracker ─▶ HeartRate (pulse, rate), Rhythm
                                         │
         stretch (naming, rate) ─▶ patterns ─▶ prevailing (af) ─▶ verdict ─▶ announcer

`rate`, `variability` and `af` are plain functions of intervals and serve offline as well.
"""

from ecg_device.rhythm.af import AfEvidence, af_likelihood
from ecg_device.rhythm.rate import Rate, heart_rate
from ecg_device.rhythm.tracker import RhythmTracker
from ecg_device.rhythm.variability import Hrv, hrv

__all__ = [
    "AfEvidence",
    "Hrv",
    "Rate",
    "RhythmTracker",
    "af_likelihood",
    "heart_rate",
    "hrv",
]
