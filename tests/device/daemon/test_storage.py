"""What is kept, or that nothing is: the daemon goes on either way, and says which."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from ecg_device.daemon.storage import Storage, storage_report
from ecg_device.errors import StoreError
from ecg_device.health import Condition, Health
from ecg_device.signals import SignalInfo
from ecg_device.store import Chunk, SessionInfo

INFO = SessionInfo(SignalInfo("test", 100.0), None, "0", "test")


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
def storage(tmp_path: Path, health: Health) -> Iterator[Storage]:
    with closing(Storage(str(tmp_path / "data"), 1.0, health, live=True)) as storage:
        yield storage


def chunk(start: int) -> Chunk:
    return Chunk(
        start=start, mv=np.zeros(90), leads=None, taken_ns=time.monotonic_ns(),
        wall_ns=time.time_ns(), late=0, beats=(), events=(), rates=(), usable=90,
    )  # fmt: skip


def until(look: Callable[[], bool], within_s: float = 10.0) -> None:
    end = time.monotonic() + within_s
    while not look():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_what_was_put_is_read_back_in_two_sessions(storage: Storage) -> None:
    """Each begin is a session of its own, and the page can read both."""
    for _ in range(2):
        storage.begin(INFO)
        storage.keep(chunk(0))
        storage.keep(chunk(90))
        storage.end()
    assert storage.reader is not None

    def lengths() -> list[tuple[int]]:
        wanted = storage.submit(
            lambda database: database.execute("SELECT stop - first FROM session").fetchall()
        )
        return wanted.result(5)

    until(lambda: lengths() == [(180,), (180,)])


def test_one_folder_has_one_writer(storage: Storage, health: Health) -> None:
    """A second one is refused with the folder's name, and the first goes on."""
    with pytest.raises(StoreError, match=str(storage.folder)):
        Storage(str(storage.folder), 1.0, health, live=True)
    storage.begin(INFO)
    storage.keep(chunk(0))
    until(lambda: storage.session is not None)


def test_a_change_that_fails_is_its_askers_affair(storage: Storage) -> None:
    """Whoever asked hears of it; what is put afterwards is kept."""

    def wrong(database: object) -> None:
        raise KeyError("no such thing")

    with pytest.raises(KeyError, match="no such thing"):
        storage.submit(wrong).result(5)
    storage.begin(INFO)
    storage.keep(chunk(0))
    until(lambda: storage.session is not None)
    status = storage.look()
    assert status is not None and status.storing


def test_without_a_folder_nothing_is_kept_and_nothing_is_wrong(health: Health) -> None:
    """It was asked for: no complaint, no session, and a change is refused with what to do."""
    storage = Storage("none", 1.0, health, live=True)
    storage.begin(INFO)
    storage.keep(chunk(0))
    assert (storage.reader, storage.session, storage.folder) == (None, None, None)
    assert storage.look() is None and health.condition is Condition.OK
    with pytest.raises(StoreError, match="--data FOLDER"):
        storage.submit(lambda database: None)
    storage.end()
    storage.close()


def test_the_report_has_the_same_keys_with_and_without_a_folder(storage: Storage) -> None:
    """The page need not ask which it is."""
    known, none = storage_report(storage.look()), storage_report(None)
    assert known.keys() == none.keys()
    assert known["storing"] is True and none["storing"] is False and none["reason"]
    assert known["quota_bytes"] == 10**9
