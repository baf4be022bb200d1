"""Rhythm: from named beats to rates, rhythms and what speaks for them.

beats, quality, seconds ─▶ tracker ─▶ HeartRate, Rhythm
                              │
       rate · af · variability · patterns ─▶ verdict
"""

from ecg_device.rhythm.rate import Rate, heart_rate, mean_rate
from ecg_device.rhythm.tracker import RhythmTracker

__all__ = ["Rate", "RhythmTracker", "heart_rate", "mean_rate"]
