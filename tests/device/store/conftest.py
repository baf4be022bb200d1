"""A store in a folder of its own, and the small things that are put into it."""

import os
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecg_device.signals import SignalInfo
from ecg_device.store import (
    Chunk,
    KeptRecording,
    Reader,
    SessionInfo,
    Store,
    StoredEvent,
    Writer,
    writer,
)

RATE_HZ = 360.0
ORIGIN_NS = 1_700_000_000_000_000_000  # wall clock at sample 0
BOOTED_NS = 5_000_000_000  # monotonic clock at sample 0
PATIENCE_S = 20.0
DATABASE = "ecg.sqlite3"


def until(condition: Callable[[], Any], what: str) -> None:
    """Wait for what must come; how soon is no promise here."""
    patience = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < patience, f"no {what} within {PATIENCE_S:.0f} s"
        time.sleep(0.005)


class Kept:
    """A store that is open, its writer, and a look at the file with nothing but SQLite."""

    def __init__(self, folder: Path, quota_bytes: int = 10**9) -> None:
        self.folder, self.database = folder, folder / DATABASE
        self.store = Store.open(folder)
        self.writer: Writer = self.store.writer(quota_bytes=quota_bytes)
        self.reader: Reader = self.store.reader

    def put(self, *chunks: Chunk) -> None:
        for chunk in chunks:
            self.writer.put(chunk, wait=True)

    def settle(self) -> None:
        """All that was put is committed."""
        until(self._is_settled, "end of what waits")

    def write(self, *chunks: Chunk, info: SessionInfo | None = None) -> int:
        """A session of these, still running; its number."""
        self.writer.begin(info or info_of())
        self.put(*chunks)
        self.settle()
        assert self.writer.session is not None
        return self.writer.session

    def end(self) -> None:
        self.writer.end()
        until(lambda: self.writer.session is None, "end of the session")

    def edit(self, change: Callable[[sqlite3.Connection], Any]) -> Any:
        return self.writer.submit(change).result(PATIENCE_S)

    def keep(self, recording: KeptRecording) -> int:
        return self.writer.keep(recording).result(PATIENCE_S)

    def status(self) -> Any:
        return self.writer.status()

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as database:
            return database.execute(query, values).fetchall()

    def close(self) -> None:
        self.writer.close()
        self.store.close()

    def _is_settled(self) -> bool:
        """Nothing waits, not even what was in the writer's hands and given back."""
        if self.writer.status().waiting:
            return False
        self.edit(lambda connection: None)
        return self.writer.status().waiting == 0


def info_of(
    name: str = "bed 1", *, rate_hz: float = RATE_HZ, source: str = "synthetic:sinus", **known: Any
) -> SessionInfo:
    signal = SignalInfo(name, rate_hz, simulated=True, **known)
    return SessionInfo(signal, "aami 1", "ecg-device 1", source)


def chunk_of(
    start: int,
    uv: Any,
    *,
    leads: Any = None,
    rate_hz: float = RATE_HZ,
    step_s: float = 0.0,
    **found: Any,
) -> Chunk:
    """A stretch in microvolts (or so many zeros), taken when its number says, by clocks in step.

    `step_s` is how far the wall clock has been set since sample 0.
    """
    mv = np.zeros(uv) if isinstance(uv, int) else np.asarray(uv, float) / 1000
    elapsed_ns = round((start + len(mv)) / rate_hz * 1e9)
    bits = None if leads is None else np.asarray(leads, np.uint8)
    wall_ns = ORIGIN_NS + elapsed_ns + round(step_s * 1e9)
    return Chunk(start, mv, bits, BOOTED_NS + elapsed_ns, wall_ns, **found)


def rhythm_of(sample: int, aux: str, name: str) -> StoredEvent:
    return StoredEvent(sample, sample, "rhythm", name, {"aux": aux, "name": name})


@pytest.fixture(scope="session")
def info() -> Callable[..., SessionInfo]:
    return info_of


@pytest.fixture(scope="session")
def chunk() -> Callable[..., Chunk]:
    return chunk_of


@pytest.fixture(scope="session")
def rhythm() -> Callable[..., StoredEvent]:
    return rhythm_of


@pytest.fixture(scope="session")
def wait_until() -> Callable[[Callable[[], Any], str], None]:
    return until


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[Callable[..., Kept]]:
    """`open_store(quota_bytes=...)`: closed at the end, and what it leaves is sound."""
    stores: list[Kept] = []

    def begin(folder: Path = tmp_path / "data", **options: Any) -> Kept:
        stores.append(Kept(folder, **options))
        return stores[-1]

    yield begin
    for one in stores:
        one.close()
        if one.database.exists():
            assert one.sql("PRAGMA integrity_check") == [("ok",)]


@pytest.fixture
def kept(open_store: Callable[..., Kept]) -> Kept:
    return open_store()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """One store for all examples of a module: each begins a session of its own."""
    one = Kept(tmp_path_factory.mktemp("shared"))
    yield one
    one.close()
    assert one.sql("PRAGMA integrity_check") == [("ok",)]


@pytest.fixture
def cover(small_disk: Path) -> Iterator[Callable[[Path], Callable[[], None]]]:
    """`uncover = cover(folder)`: an empty file system that nobody may write to lies over it."""
    with ExitStack() as stack:

        def begin(folder: Path) -> Callable[[], None]:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder], check=True)
            once = stack.enter_context(ExitStack())
            once.callback(subprocess.run, ["umount", "--lazy", folder], check=True)
            return once.close

        yield begin


@pytest.fixture
def read_only_disk(tmp_path: Path, mounted) -> Iterator[tuple[Path, Callable[[bool], None]]]:
    """A disk, and what makes it read-only or not: for root, whom no mode stops, a mounted one."""
    disk = tmp_path / "read-only"
    if os.geteuid():
        disk.mkdir()

        def change_mode(on: bool) -> None:
            for path in (*disk.rglob("*"), disk):
                path.chmod(0o555 if on else 0o755)

        yield disk, change_mode
        change_mode(False)
        return

    def remount(on: bool) -> None:
        subprocess.run(["mount", "-o", f"remount,{'ro' if on else 'rw'}", disk], check=True)

    yield mounted(disk.name), remount


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer tries again twenty times a second, not every two seconds."""
    monkeypatch.setattr(writer, "RETRY_S", 0.05)
