"""Fixtures that several test folders share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def ecg_data() -> Path:
    """The folder of real recordings, or a skip that says how to get them."""
    root = Path(os.environ.get("ECG_DATA", Path.home() / ".cache" / "ecg-data"))
    if not (root / "mitdb" / "100.hea").exists():
        pytest.skip(f"no recordings in {root}: set ECG_DATA to a folder that holds mitdb")
    return root
