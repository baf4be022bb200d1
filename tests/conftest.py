"""Fixtures that several test folders share, and what is skipped where it cannot run."""

import importlib.util
import os
from pathlib import Path

import pytest

HAS_TRAINING = importlib.util.find_spec("tensorflow") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the training stack are skipped where it is not installed."""
    if HAS_TRAINING:
        return
    absent = pytest.mark.skip(reason="no TensorFlow here: tools/test --all runs it")
    for item in items:
        if item.get_closest_marker("train"):
            item.add_marker(absent)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Whatever else a skipped module says, this names the way to run it."""
    if terminalreporter.stats.get("skipped") and not HAS_TRAINING:
        terminalreporter.write_line("Without the training stack: tools/test --all runs its tests.")


@pytest.fixture(scope="session", autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A network that this machine's user activated names no beats here."""
    os.environ["ECG_DEVICE_STATE"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session")
def ecg_data() -> Path:
    """The folder of real recordings, or a skip that says how to get them."""
    root = Path(os.environ.get("ECG_DATA", Path.home() / ".cache" / "ecg-data"))
    if not (root / "mitdb" / "100.hea").exists():
        pytest.skip(f"no recordings in {root}: set ECG_DATA to a folder that holds mitdb")
    return root


@pytest.fixture(scope="session")
def tflite_python() -> Path:
    """The Python of an environment with tflite-runtime 2.14, or a skip that says who makes it."""
    if not (python := os.environ.get("ECG_TFLITE_PYTHON")):
        pytest.skip("ECG_TFLITE_PYTHON is not set: tools/test --all sets it (needs Python 3.11)")
    return Path(python)
