"""The real daemon as a process, for tests that ill-treat it."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ecg_device.bench.appliance import Appliance

Start = Callable[..., Appliance]
DATABASE = "ecg.sqlite3"
WATCHDOG_S = 1.0


class Stamp(NamedTuple):
    """A committed stretch of signal, and when its last sample was taken."""

    session: int
    start: int
    stop: int
    taken_ns: int
    rate_hz: float
    step_us: int
    missing: int


@dataclass(frozen=True)
class Evidence:
    """What an appliance left on the disk, read with nothing but SQLite."""

    integrity: str
    stamps: list[Stamp]
    events: list[tuple[str, str]]
    beats: int
    recordings: int

    @property
    def stop(self) -> int:
        return self.stamps[-1].stop

    @property
    def taken_ns(self) -> int:
        return self.stamps[-1].taken_ns


def read_evidence(data: Path) -> Evidence:
    address = f"{(data / DATABASE).as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as database:
        (integrity,) = database.execute("PRAGMA integrity_check").fetchone()
        rows = database.execute(
            "SELECT session, start, start + samples, origin_taken_ns + 1000 * taken_us, rate_hz,"
            " step_us, chunks.missing FROM chunks JOIN session ON id = session ORDER BY key"
        )
        stamps = [Stamp(*row) for row in rows]
        events = database.execute("SELECT kind, text FROM event ORDER BY id").fetchall()
        (beats,) = database.execute("SELECT count(*) FROM beat").fetchone()
        (recordings,) = database.execute("SELECT count(*) FROM recording").fetchone()
    return Evidence(integrity, stamps, events, beats, recordings)


@pytest.fixture
def evidence() -> Callable[[Path], Evidence]:
    """Reads what lies in a data folder."""
    return read_evidence


@pytest.fixture
def health() -> Callable[[str], tuple[int, dict[str, Any]]]:
    """Status and body of /health, whatever the status."""

    def look(page: str) -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(f"{page}/health", timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    return look


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
def wall_clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that moves the wall clock, made here; a skip that says what it takes."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler for the clock that can be set: sudo apt install gcc libc6-dev")
    library = tmp_path_factory.mktemp("clock") / "wall_clock.so"
    source = Path(__file__).with_name("wall_clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


class Manager:
    """The end of the socket at which systemd listens."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self.environment = {
            "NOTIFY_SOCKET": str(path),
            "WATCHDOG_USEC": str(round(WATCHDOG_S * 1e6)),
        }

    def hear(self, seconds: float) -> list[tuple[float, str]]:
        """Every line that comes within so many seconds, and when."""
        until, heard = time.monotonic() + seconds, []
        while (left := until - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                told = self._socket.recv(65536).decode()
            except TimeoutError:
                break
            heard += [(time.monotonic(), line) for line in told.splitlines()]
        return heard

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    manager = Manager(tmp_path / "notify")
    yield manager
    manager.close()
