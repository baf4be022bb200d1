"""Fixtures that several test folders share, and what is skipped where it cannot run."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
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
    """Neither the network that this machine's user activated nor its settings reach the tests."""
    os.environ["ECG_DEVICE_STATE"] = str(tmp_path_factory.mktemp("state"))
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path_factory.mktemp("settings"))
    os.environ.pop("ECG_DEVICE_CONFIG", None)


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


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """`mounted("disk")`: a file system of its own with little space; a skip where none may be."""
    disks: list[Path] = []

    def mount(name: str) -> Path:
        if os.geteuid() or not shutil.which("mount"):
            pytest.skip("only root may mount a small file system")
        disk = tmp_path / name
        disk.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=2M", "tmpfs", disk]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no file system may be mounted here: {done.stderr.strip()}")
        disks.append(disk)
        return disk

    yield mount
    for disk in disks:
        subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.fixture
def small_disk(mounted: Callable[[str], Path]) -> Path:
    """A disk to fill."""
    return mounted("disk")


@pytest.fixture
def fill() -> Callable[[Path], Path]:
    """`fill(disk)` makes a file that takes every byte that is left."""

    def make(disk: Path) -> Path:
        rest = disk / "rest"
        with rest.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                return rest
        raise AssertionError("the disk has no end")

    return make
