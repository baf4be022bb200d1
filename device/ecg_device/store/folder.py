"""Where the data lie."""

from pathlib import Path

from ecg_device.classifier.library import state_folder

DATABASE = "ecg.sqlite3"
LOCK = "ecg.lock"


def data_folder() -> Path:
    """The folder of the data where none was named: beside the appliance's other state."""
    return state_folder() / "data"
