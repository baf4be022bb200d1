"""The real daemon as a process, for tests that ill-treat it."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ecg_device.bench.appliance import Appliance

Start = Callable[..., Appliance]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """`start("--source", "synthetic:sinus")`: a daemon in `tmp_path`, killed at the test's end.

    Words are options of `ecg-device run`, keywords environment variables; `folder=` is another
    folder than `tmp_path`.
    """
    with ExitStack() as none_left:

        def begin(*options: str, folder: Path = tmp_path, **environment: str) -> Appliance:
            options = (
                options if "--source" in options else ("--source", "synthetic:sinus", *options)
            )
            return none_left.enter_context(Appliance(folder, options, environment=environment))

        yield begin


@pytest.fixture
def count() -> Callable[[str, int], int]:
    """How often to try: what an environment variable says, else so often."""
    return lambda variable, usual: int(os.environ.get(variable, usual))


@pytest.fixture(scope="session")
def faketime() -> Path:
    """The library that fakes clocks, or a skip that says how to get it."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    if not found:
        pytest.skip("no libfaketime: sudo apt install libfaketime")
    return found[0]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with little space; a skip where none may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() or not shutil.which("mount"):
        pytest.skip("only root may mount a small file system to fill")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2M", "tmpfs", folder], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
