"""The training set of the PhysioNet/CinC Challenge 2017: short hand-held single-lead recordings.

N normal, A atrial fibrillation, O another rhythm, ~ too noisy. Clifford et al., Computing in
Cardiology 2017.
"""

import csv
import zlib
from pathlib import Path

from ecg_device.errors import FormatError
from ecg_device.signals import FloatArray
from ecg_training.datasets import find_set, read_lead

LABELS = ("N", "A", "O", "~")
_LIST = "REFERENCE.csv"


def labels(root: Path) -> dict[str, str]:
    """The label of every record that is there, by name."""
    folder = find_set(root, "cinc2017", [_LIST])
    with (folder / _LIST).open(newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    wrong = next((row for row in rows if len(row) != 2 or row[1] not in LABELS), None)
    if wrong is not None:
        raise FormatError(
            f"{folder / _LIST}: a line is not understood",
            expected=f"NAME,LABEL with a label of {' '.join(LABELS)}",
            received=",".join(wrong),
        )
    return {name: label for name, label in rows if (folder / f"{name}.hea").is_file()}


def for_fitting(name: str) -> bool:
    """Whether this record belongs to the half that is fitted on; the other half is to report."""
    return zlib.crc32(name.encode()) % 2 == 0


def load(root: Path, name: str) -> tuple[float, FloatArray]:
    """Rate and millivolts of one record."""
    return read_lead(find_set(root, "cinc2017", [f"{name}.hea", f"{name}.mat"]) / name)
