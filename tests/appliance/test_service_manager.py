"""What a service manager hears on a real socket."""

import itertools
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecg_device.bench.appliance import Appliance

Start = Callable[..., Appliance]
WATCHDOG_S = 1.0


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


def said(heard: list[tuple[float, str]]) -> list[str]:
    return [line for _, line in heard]


def test_ready_status_and_watchdog_are_told(start: Start, manager: Manager) -> None:
    """READY when the page answers, WATCHDOG at least twice in its time, STOPPING at the end."""
    appliance = start(**manager.environment)
    first = said(manager.hear(0.1))
    assert "READY=1" not in first
    assert appliance.page
    heard = manager.hear(3 * WATCHDOG_S)
    assert said(heard).count("READY=1") == 1
    assert any(line.startswith("STATUS=") and appliance.page in line for line in said(heard))
    beats = [at for at, line in heard if line == "WATCHDOG=1"]
    assert max(b - a for a, b in itertools.pairwise(beats)) <= WATCHDOG_S / 2
    appliance.stop()
    assert "STOPPING=1" in said(manager.hear(0.2))


def test_a_hung_daemon_is_no_longer_heard(start: Start, manager: Manager) -> None:
    """Stopped in its tracks, it sends no WATCHDOG; let go again, it does."""
    appliance = start(**manager.environment)
    assert appliance.page
    os.kill(appliance.pid, signal.SIGSTOP)
    manager.hear(0.2)
    assert manager.hear(WATCHDOG_S) == []
    os.kill(appliance.pid, signal.SIGCONT)
    assert "WATCHDOG=1" in said(manager.hear(WATCHDOG_S))
