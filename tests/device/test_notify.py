"""What systemd is told, received on a socket as systemd would (sd_notify(3))."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from ecg_device.daemon.notify import Notifier

pytestmark = pytest.mark.timed


@pytest.fixture(params=["file", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """A listening socket, and the name under which the service finds it."""
    if request.param == "abstract" and sys.platform != "linux":
        pytest.skip("abstract sockets are Linux's")
    name = str(tmp_path / "notify") if request.param == "file" else f"@ecg-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name.replace("@", "\0", 1) if request.param == "abstract" else name)
        listening.settimeout(1.0)
        yield listening, name


def test_every_message_is_one_datagram_of_assignments(
    manager: tuple[socket.socket, str],
) -> None:
    """The manager reads READY, STATUS, WATCHDOG and STOPPING as sd_notify(3) spells them."""
    listening, name = manager
    service = Notifier({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "12000000"})
    service.ready("sinus rhythm 72/min")
    service.status("electrode RA off\nREADY=0")
    service.beat()
    service.stopping()
    service.close()
    assert [listening.recv(4096) for _ in range(4)] == [
        b"READY=1\nSTATUS=sinus rhythm 72/min",
        b"STATUS=electrode RA off READY=0",  # a status is one line, whatever it says
        b"WATCHDOG=1",
        b"STOPPING=1",
    ]


@pytest.mark.parametrize(
    ("environment", "patience_s"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "12500000"}, 12.5),
        ({"WATCHDOG_USEC": "12500000", "WATCHDOG_PID": str(os.getpid())}, 12.5),
        ({"WATCHDOG_USEC": "12500000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdogs_patience_is_its_variables(
    environment: dict[str, str], patience_s: float | None
) -> None:
    """WATCHDOG_USEC counts microseconds, and is for the process WATCHDOG_PID alone."""
    assert Notifier(environment).watchdog_s == patience_s


def test_without_a_manager_nothing_is_sent() -> None:
    """Started from a shell there is no socket, and nothing to fail."""
    service = Notifier({})
    service.ready("alone")
    service.beat()
    service.close()


def test_beats_are_sent_as_often_as_the_watchdog_needs(tmp_path: Path) -> None:
    """However often it is called: at least two beats within the patience, and no flood."""
    name, patience_s = str(tmp_path / "notify"), 0.4
    service = Notifier({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": str(round(patience_s * 1e6))})
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name)
        listening.setblocking(False)
        begun, arrived = time.monotonic(), []
        while time.monotonic() - begun < 2 * patience_s:
            service.beat()
            with suppress(BlockingIOError):
                arrived.append((time.monotonic() - begun, listening.recv(64)))
    service.close()
    times = [at for at, _ in arrived]
    assert {data for _, data in arrived} == {b"WATCHDOG=1"}
    assert max(b - a for a, b in pairwise([0.0, *times, 2 * patience_s])) < patience_s / 2
    assert len(times) <= 10


def test_a_manager_that_is_gone_or_deaf_costs_no_time(tmp_path: Path) -> None:
    """A thousand messages to nobody, and to a full queue, neither fail nor wait."""
    name = str(tmp_path / "notify")
    service = Notifier({"NOTIFY_SOCKET": name})
    begun = time.monotonic()
    service.status("nobody is there")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(name)
        for _ in range(1000):
            service.status("nobody listens")
    service.close()
    service.stopping()  # after the end: nothing
    assert time.monotonic() - begun < 1.0


@pytest.mark.skipif(not shutil.which("systemd-notify"), reason="no systemd here to compare with")
def test_the_bytes_are_those_of_systemds_own_tool(tmp_path: Path) -> None:
    """`systemd-notify --ready --status=TEXT` sends the same assignments."""
    name = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name)
        listening.settimeout(2.0)
        subprocess.run(
            ["systemd-notify", "--no-block", "--ready", "--status=all is well"],
            env={**os.environ, "NOTIFY_SOCKET": name},
            check=True,
            timeout=5,
        )
        theirs = set(listening.recv(4096).decode().split("\n"))
        service = Notifier({"NOTIFY_SOCKET": name})
        service.ready("all is well")
        service.close()
        ours = set(listening.recv(4096).decode().split("\n"))
    assert ours <= theirs


def test_what_is_wrong_is_the_status_until_it_is_over(
    manager: tuple[socket.socket, str],
) -> None:
    """Told once however often it is said, and what was said at the start when it is over."""
    listening, name = manager
    service = Notifier({"NOTIFY_SOCKET": name})
    service.ready("page at http://127.0.0.1:8080")
    for reasons in ([], ["source: it hangs"], ["source: it hangs"], [], []):
        service.troubles(reasons)
    service.troubles(["storage: disk full", "model: damaged"])
    service.close()
    assert [listening.recv(4096) for _ in range(4)] == [
        b"READY=1\nSTATUS=page at http://127.0.0.1:8080",
        b"STATUS=source: it hangs",
        b"STATUS=page at http://127.0.0.1:8080",
        b"STATUS=storage: disk full; model: damaged",
    ]
    listening.settimeout(0.05)
    with pytest.raises(TimeoutError):
        listening.recv(4096)
