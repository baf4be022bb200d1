"""Which classifier names the beats: the one in use, one by its name or folder, or none."""

import os
from functools import cache
from pathlib import Path

from ecg_device.classifier import Classifier, Library, default_bundle, open_bundle
from ecg_device.classifier.bundle import CARD

NONE = "none"


def find_bundle(wanted: str | None) -> Path | None:
    """The folder of the bundle that `--model` means; None: beats go without names."""
    if wanted is None:
        return default_bundle()
    if wanted == NONE:
        return None
    folder = Path(wanted)
    if os.sep in wanted or (folder / CARD).is_file():
        return folder
    return Library().find(wanted).folder


@cache
def classifier(folder: Path) -> Classifier:
    """The classifier in a folder, opened once a process; a ModelError where it is refused."""
    return open_bundle(folder)
