"""Viewers who are slow, dead or too many: the signal does not wait for them."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ecg_device.bench import figures
from ecg_device.bench.appliance import Appliance
from ecg_device.bench.processes import usage
from ecg_device.bench.viewer import Viewer

Start = Callable[..., Appliance]
MOST_VIEWERS = 8


def dead_viewer(page: str) -> socket.socket:
    """It asks for the stream, has the smallest of buffers, and never reads a byte."""
    where = urlsplit(page)
    mute = socket.socket()
    mute.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    mute.connect((where.hostname, where.port))
    mute.sendall(f"GET /api/v1/live?back=60 HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode())
    return mute


def test_dead_viewers_hold_nobody_up(start: Start) -> None:
    """Seven who never read, and the eighth gets every sample, each label in time."""
    appliance = start()
    with ExitStack() as stack:
        for _ in range(MOST_VIEWERS - 1):
            stack.enter_context(dead_viewer(appliance.page))
        viewer = Viewer(appliance.page)
        stack.callback(viewer.close)
        appliance.until(lambda: viewer.count > 3, "a stream")
        before_kb = usage([appliance.pid])[0].own_kb
        time.sleep(12.0)
        received = figures.batches(viewer.messages)[1:]
        assert usage([appliance.pid])[0].own_kb - before_kb < 4096
        asked = time.monotonic()
        assert appliance.stop() <= 2.0 and appliance.process.returncode == 0
        assert time.monotonic() - asked <= 2.0
    assert all(after.start == before.stop for before, after in pairwise(received))
    assert received[-1].stop - received[0].start >= 11 * 360
    assert figures.sampling(received).missing == 0
    delays = figures.label_delays_ms(received)
    assert len(delays) >= 8 and max(delays) <= 750


def test_a_viewer_too_many_is_told_so(start: Start) -> None:
    """Eight watch; the ninth hears 503 at once; when one goes, the next is let in."""
    appliance = start()
    with ExitStack() as stack:
        viewers = [Viewer(appliance.page) for _ in range(MOST_VIEWERS)]
        for viewer in viewers:
            stack.callback(viewer.close)
        assert [viewer.status for viewer in viewers] == [200] * MOST_VIEWERS
        ninth = Viewer(appliance.page)
        assert ninth.status == 503
        ninth.close()
        viewers[0].close()
        time.sleep(2.5)  # its absence is noticed with the next heartbeat
        again = Viewer(appliance.page)
        stack.callback(again.close)
        assert again.status == 200


def test_who_was_away_goes_on_where_it_stopped(start: Start) -> None:
    """With the last id it saw, a viewer is sent what it missed, and no sample twice."""
    appliance = start()
    viewer = Viewer(appliance.page)
    appliance.until(lambda: len(viewer.values("batch")) > 10, "signal")
    viewer.close()
    seen = viewer.messages[-1]
    time.sleep(1.5)
    again = Viewer(appliance.page, after=seen.id)
    appliance.until(lambda: len(again.values("batch")) > 25, "signal again")
    again.close()
    assert again.values("gap") == []
    numbers = [int(m.id.rpartition("-")[2]) for m in [seen, *again.messages]]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    received = figures.batches([*viewer.messages, *again.messages])
    assert all(after.start == before.stop for before, after in pairwise(received))


@pytest.fixture
def full_pipe() -> Iterator[int]:
    """The end to write to of a pipe that is full and that nobody reads."""
    outlet, inlet = os.pipe()
    os.set_blocking(inlet, False)
    with contextlib.suppress(BlockingIOError):
        while os.write(inlet, bytes(65536)):
            pass
    os.set_blocking(inlet, True)
    yield inlet
    os.close(inlet)
    os.close(outlet)


def test_nobody_reads_what_it_prints(tmp_path: Path, full_pipe: int) -> None:
    """Before a terminal that is on hold the signal is shown all the same, and it ends in time."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--source", "synthetic:sinus", "--port", str(port), "--data", str(tmp_path)]
    command = [sys.executable, "-m", "ecg_device", "run", *options]
    with subprocess.Popen(command, stdout=full_pipe, stderr=subprocess.PIPE) as process:
        viewer = until_viewed(f"http://127.0.0.1:{port}")
        time.sleep(4.0)
        viewer.close()
        asked = time.monotonic()
        process.terminate()
        _, complaints = process.communicate(timeout=5)
        assert time.monotonic() - asked <= 2.0
    assert (process.returncode, complaints) == (0, b"")
    received = figures.batches(viewer.messages)
    assert received[-1].stop - received[0].start >= 3.5 * 360
    assert figures.sampling(received).missing == 0


def until_viewed(page: str) -> Viewer:
    """A viewer of a page that will listen in a moment."""
    until = time.monotonic() + 10.0
    while True:
        try:
            return Viewer(page)
        except ConnectionRefusedError:
            assert time.monotonic() < until
            time.sleep(0.02)
