"""Recordings for training and testing, read where the user put them, in the publisher's layout.

A set (`ecg-train fetch` brings it) lies in a folder of its own name under the data folder: the one
given, else $ECG_DATA, else ~/.cache/ecg-data.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ecg_device.errors import ConfigError
from ecg_device.formats import open_recording
from ecg_device.signals import FloatArray
from ecg_training.datasets.published import PUBLISHED


def data_root(given: Path | None = None) -> Path:
    """The folder that holds the sets."""
    if given is not None:
        return given
    return Path(os.environ.get("ECG_DATA") or Path.home() / ".cache" / "ecg-data")


def find_set(root: Path, name: str, needed: Sequence[str]) -> Path:
    """The folder of a set that holds the `needed` files, or an error that says what to do."""
    folder = root / name
    missing = next((file for file in needed if not (folder / file).is_file()), None)
    if missing is None:
        return folder
    raise ConfigError(
        f"the recordings of {name} are not complete",
        expected=f"{folder / missing}",
        received="no such file",
        remedy=f"run `ecg-train fetch {name}` (from {PUBLISHED[name].page}), "
        "or name another data folder with --data or ECG_DATA",
    )


def read_lead(path: Path, lead: int = 0) -> tuple[float, FloatArray]:
    """A whole lead of a record that fits in memory: its rate and its millivolts."""
    recording = open_recording(path, lead=lead)
    return recording.info.rate_hz, np.concatenate([block.mv for block in recording.blocks()])
