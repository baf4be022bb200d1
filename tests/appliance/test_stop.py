"""Ending the appliance: at once, without loss, at any moment, with nothing left running."""

import json
import os
import random
import signal
import time
import urllib.request
from collections.abc import Callable

import pytest

from ecg_device.bench.appliance import Appliance
from ecg_device.bench.processes import family
from ecg_device.bench.viewer import Viewer

Start = Callable[..., Appliance]
STOP_S = 2.0
EXPORTED_S = 1800
PYTHON_ITSELF_S = 0.25  # until then no line of ours may have run, and a signal is Python's affair


def gone(pids: list[int], within_s: float = 1.0) -> bool:
    """Whether none of these processes runs any more."""
    until = time.monotonic() + within_s
    while any(map(family, pids)) and time.monotonic() < until:
        time.sleep(0.01)
    return not any(map(family, pids))


def test_sigterm_ends_it_with_nothing_lost(start: Start, evidence: Callable) -> None:
    """It stops within 2 s; the last sample kept is the last shown, taken a moment before."""
    appliance = start()
    viewer = Viewer(appliance.page)
    time.sleep(3.3)
    processes = family(appliance.pid)
    asked_ns = time.monotonic_ns()
    assert appliance.stop() <= STOP_S
    assert (appliance.process.returncode, appliance.complaints) == (0, "")
    last = viewer.values("batch")[-1]
    viewer.close()
    kept = evidence(appliance.data)
    assert kept.stop == last["start"] + len(last["uv"])
    assert asked_ns - kept.taken_ns <= 0.15e9
    assert len(processes) >= 2 and gone(processes)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_whole_group_stops_it(
    start: Start, evidence: Callable, number: signal.Signals
) -> None:
    """To daemon and sampler alike, as a terminal or a service manager sends it: no loss either."""
    appliance = start()
    viewer = Viewer(appliance.page)
    time.sleep(2.1)
    asked = time.monotonic_ns()
    os.killpg(appliance.pid, number)
    assert appliance.process.wait(STOP_S) in (0, 130)
    assert appliance.complaints == ""
    last = viewer.values("batch")[-1]
    viewer.close()
    kept = evidence(appliance.data)
    assert kept.stop == last["start"] + len(last["uv"])
    assert asked - kept.taken_ns <= 0.15e9


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_end_asked_for_while_it_starts_is_an_end(
    start: Start, number: signal.Signals, count: Callable[[str, int], int]
) -> None:
    """At any moment of the start it ends within 2 s, says no word of a bug, and leaves nobody."""
    chance = random.Random(f"stop {number}")
    for _ in range(count("ECG_STOPS", 6)):
        appliance = start()
        time.sleep(chance.uniform(PYTHON_ITSELF_S, 1.5))
        processes = family(appliance.pid)
        os.killpg(appliance.pid, number)
        status = appliance.process.wait(STOP_S)
        assert status in (0, 130, -number), appliance.complaints
        assert "Traceback" not in appliance.complaints and "bug" not in appliance.complaints
        assert gone(processes)


def wish(page: str, path: str, **fields: object) -> None:
    """A POST as the page sends it."""
    asked = urllib.request.Request(
        f"{page}{path}", json.dumps(fields).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=5) as answer:
        assert answer.status in (200, 202)


def test_an_end_while_an_ecg_is_taken(start: Start, evidence: Callable) -> None:
    """The ECG is given up, the signal of it is not; no half of a recording is kept."""
    appliance = start()
    viewer = Viewer(appliance.page)
    appliance.until(lambda: len(viewer.values("batch")) > 5, "signal")
    wish(appliance.page, "/api/v1/recordings", seconds=10)
    appliance.until(
        lambda: any(state["take"]["phase"] == "recording" for state in viewer.values("state")),
        "an ECG being taken",
    )
    time.sleep(random.Random("take").uniform(0.2, 2.0))
    assert appliance.stop() <= STOP_S
    assert (appliance.process.returncode, appliance.complaints) == (0, "")
    last = viewer.values("batch")[-1]
    viewer.close()
    kept = evidence(appliance.data)
    assert kept.integrity == "ok" and kept.stop == last["start"] + len(last["uv"])
    assert kept.recordings == 0


@pytest.mark.parametrize("waits_s", [0.0, 0.1])
def test_an_end_while_a_long_export_runs(start: Start, evidence: Callable, waits_s: float) -> None:
    """It does not wait for the reader of a long file, who gets an end instead of the rest."""
    played = ("--source", "synthetic:demo", "--speed", "0", "--port", "none")
    appliance = start(*played, "--seconds", str(EXPORTED_S))
    assert appliance.process.wait(60) == 0
    appliance = start()
    page = appliance.page
    with urllib.request.urlopen(f"{page}/api/v1/sessions/1/export?format=csv", timeout=10) as file:
        assert file.status == 200 and file.read(1000)
        time.sleep(waits_s)
        assert appliance.stop() <= STOP_S
    assert (appliance.process.returncode, appliance.complaints) == (0, "")
    kept = evidence(appliance.data)
    assert kept.integrity == "ok"
    assert sum(one.stop - one.start for one in kept.stamps if one.session == 1) == EXPORTED_S * 360
