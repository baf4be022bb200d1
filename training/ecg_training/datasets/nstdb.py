"""The noise records of the MIT-BIH Noise Stress Test Database: half an hour each, 360 Hz.

Moody, Muldrow, Mark: A noise stress test for arrhythmia detectors. Computers in Cardiology
11:381-384, 1984.
"""

from pathlib import Path

from ecg_device.signals import FloatArray
from ecg_training.datasets import find_set, read_lead

RECORDS = ("bw", "ma")  # baseline wander, muscle artefact


def load(root: Path, name: str) -> FloatArray:
    """Channel 0 of a noise record, in mV at 360 Hz."""
    folder = find_set(root, "nstdb", [f"{name}.hea", f"{name}.dat"])
    return read_lead(folder / name)[1]
