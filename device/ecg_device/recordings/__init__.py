"""Take an ECG: 10 or 30 seconds, and what they show.

blocks, events ─▶ taker ─▶ take ─▶ judging ─▶ result
                            └────▶ intervals ───┘
"""

from ecg_device.recordings.judging import judge
from ecg_device.recordings.result import Result
from ecg_device.recordings.take import Take
from ecg_device.recordings.taker import NOTHING_TAKEN, Finished, Phase, Taker

__all__ = ["NOTHING_TAKEN", "Finished", "Phase", "Result", "Take", "Taker", "judge"]
