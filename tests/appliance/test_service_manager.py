"""What a service manager hears on a real socket."""

import itertools
import os
import signal
from collections.abc import Callable
from typing import Any

from ecg_device.bench.appliance import Appliance

Start = Callable[..., Appliance]
Manager = Any  # of conftest.py, which is no module that can be imported
WATCHDOG_S = 1.0  # its patience


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
