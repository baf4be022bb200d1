"""One process writes a folder: another is refused and told who has it; readers never are."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ecg_device.errors import StoreError
from ecg_device.store import Store, open_reader
from ecg_device.store.lock import in_use

HOLD = """
import sys
from pathlib import Path
from ecg_device.store import Store
store = Store.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""
LOOK = """
import json, sys
from pathlib import Path
from ecg_device.store import open_reader
print(json.dumps(open_reader(Path(sys.argv[1])).sessions()))
"""


@pytest.fixture
def hold() -> Iterator[Callable[[Path], subprocess.Popen]]:
    """Another process that has a folder open to write."""
    with ExitStack() as stack:

        def begin(folder: Path) -> subprocess.Popen:
            command = [sys.executable, "-c", HOLD, str(folder)]
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
            stack.callback(process.stdout.close)
            stack.callback(process.stdin.close)
            assert process.stdout.readline() == "open\n"
            return process

        yield begin


def test_a_second_process_is_refused_and_told_who(hold, tmp_path: Path) -> None:
    process = hold(tmp_path)
    expected = (
        rf"{tmp_path}: another process keeps .*received process {process.pid} .*--data FOLDER"
    )
    with pytest.raises(StoreError, match=expected):
        Store.open(tmp_path)
    assert in_use(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not in_use(tmp_path)
    Store.open(tmp_path).close()


def test_twice_in_one_process_is_refused_too(kept) -> None:
    with pytest.raises(StoreError, match=f"received process {os.getpid()}"):
        Store.open(kept.folder)


def test_a_store_that_is_closed_lets_others_in(kept, open_store) -> None:
    kept.close()
    assert not in_use(kept.folder)
    open_store().put()


def test_a_reader_in_another_process_sees_that_it_is_live(kept, chunk) -> None:
    """A session that nobody ended is live while a process has the folder, and over after that."""

    def look() -> dict:
        command = [sys.executable, "-c", LOOK, str(kept.folder)]
        (one,) = json.loads(subprocess.check_output(command))["sessions"]
        return one

    kept.write(chunk(0, 360))
    live = look()
    assert (live["live"], live["ended_ms"], live["stop"]) == (True, None, 360)
    kept.close()
    with open_reader(kept.folder) as reader:
        assert reader.session(1)["live"] is False


def test_a_folder_without_data_is_no_folder_to_read(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(StoreError, match=f"{folder}: nothing is kept there"):
            open_reader(folder)
        assert not in_use(folder)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(StoreError, match="data: cannot be made; expected a folder for signals"):
        Store.open(tmp_path / "data")


def test_a_folder_that_was_removed_is_locked_anew(kept, chunk, wait_until) -> None:
    """The lock lies in the folder that is written now, not in the one that is gone."""
    kept.write(chunk(0, 10))
    for path in kept.folder.iterdir():
        path.unlink()
    kept.folder.rmdir()
    kept.put(chunk(10, 10))
    kept.settle()
    assert in_use(kept.folder)
    with pytest.raises(StoreError, match="another process keeps"):
        Store.open(kept.folder)
