"""A sampler that hangs or dies under the running daemon: found, told, replaced."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ecg_device.bench.appliance import Appliance
from ecg_device.bench.processes import family, usage
from ecg_device.bench.viewer import Viewer

Start = Callable[..., Appliance]
Health = Callable[[str], tuple[int, dict[str, Any]]]
FOUND_S, WELL_S = 2.0, 10.0
PAUSES_S = (0.5, 1.0, 2.0, 4.0)
START_S = 3.0  # that a sampler may take to say that it cannot, on a busy machine


def sampler(appliance: Appliance) -> int:
    """The process that samples."""
    found = [each.pid for each in usage(family(appliance.pid)) if "sampler" in each.name]
    assert len(found) == 1
    return found[0]


@pytest.fixture
def until_health(health: Health) -> Callable[[str, int, float], tuple[float, dict[str, Any]]]:
    """How long until /health has a status, and what it then says."""

    def wait(page: str, status: int, within_s: float) -> tuple[float, dict[str, Any]]:
        begun = time.monotonic()
        while (found := health(page))[0] != status:
            assert time.monotonic() - begun < within_s, found
            time.sleep(0.02)
        return time.monotonic() - begun, found[1]

    return wait


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL])
def test_a_lost_sampler_is_found_told_and_replaced(
    start: Start, until_health: Callable, number: signal.Signals
) -> None:
    """Within 2 s /health is a fault that names the source, and the log; then it heals by itself."""
    appliance = start()
    viewer = Viewer(appliance.page)
    appliance.until(lambda: viewer.values("batch"), "signal")
    until_health(appliance.page, 200, 5.0)
    lost = sampler(appliance)
    os.kill(lost, number)
    took_s, said = until_health(appliance.page, 503, FOUND_S)
    assert took_s <= FOUND_S and said["state"] == "fault"
    assert [reason["component"] for reason in said["reasons"]] == ["source"]
    assert appliance.until(lambda: "source:" in appliance.complaints, "a line on stderr")
    until_health(appliance.page, 200, WELL_S)
    assert family(lost) == [] and sampler(appliance) != lost
    epochs = {batch["epoch"] for batch in viewer.values("batch")}
    appliance.until(lambda: viewer.values("batch")[-1]["epoch"] > min(epochs), "signal again")
    viewer.close()
    assert appliance.stop() <= 2.0 and appliance.process.returncode == 0


def test_it_is_told_to_the_service_manager_and_the_page_until_it_is_over(
    start: Start, manager: Any, until_health: Callable
) -> None:
    """STATUS, the page's health and its heart say what is wrong, and no longer when it is well."""
    appliance = start(**manager.environment)
    page = appliance.page
    viewer = Viewer(page)
    appliance.until(lambda: viewer.values("state"), "a state")
    usual = [line for _, line in manager.hear(0.5) if line.startswith("STATUS=")]
    os.kill(sampler(appliance), signal.SIGKILL)
    until_health(page, 503, FOUND_S)

    def faults() -> list[dict[str, Any]]:
        return [state for state in viewer.values("state") if state["health"]["state"] == "fault"]

    shown = appliance.until(faults, "a fault on the page")[-1]
    assert shown["heart_rate"]["bpm"] is None and shown["signal"]["state"] == "none"
    assert shown["source"] is not None  # still the one that is missed
    assert any(alarm["kind"] == "source" for alarm in shown["alarms"]["active"])
    until_health(page, 200, WELL_S)
    appliance.until(lambda: viewer.values("state")[-1]["health"]["state"] == "ok", "health")
    appliance.until(
        lambda: (
            not any(
                alarm["kind"] == "source"
                for alarm in viewer.values("state")[-1]["alarms"]["active"]
            )
        ),
        "the end of the alarm",
    )
    viewer.close()
    told = [line for _, line in manager.hear(0.5) if line.startswith("STATUS=")]
    assert "source: the sampler died" in told[0] and "SIGKILL" in told[0]
    assert page in usual[-1] and told[-1] == usual[-1]
    assert "source is well again" in appliance.printed


def test_each_opening_is_a_session_of_its_own(
    start: Start, evidence: Callable, until_health: Callable
) -> None:
    """Samples of both are kept from their own 0 on, without a hole in either, and the reason."""
    appliance = start()
    viewer = Viewer(appliance.page)
    appliance.until(lambda: len(viewer.values("batch")) > 20, "signal")
    os.kill(sampler(appliance), signal.SIGKILL)
    until_health(appliance.page, 503, FOUND_S)
    until_health(appliance.page, 200, WELL_S)
    appliance.until(lambda: viewer.values("batch")[-1]["epoch"] == 2, "signal again")
    seen = len(viewer.values("batch"))
    appliance.until(lambda: len(viewer.values("batch")) > seen + 20, "more signal")
    appliance.stop()
    shown = viewer.values("batch")
    viewer.close()
    kept = evidence(appliance.data)
    for session, epoch in ((1, 1), (2, 2)):
        stamps = [stamp for stamp in kept.stamps if stamp.session == session]
        last = [batch for batch in shown if batch["epoch"] == epoch][-1]
        assert stamps[0].start == 0 and stamps[-1].stop == last["start"] + len(last["uv"])
        assert all(a.stop == b.start for a, b in pairwise(stamps))
    assert any(kind == "technical" and "SIGKILL" in text for kind, text in kept.events)


@pytest.mark.slow
@pytest.mark.data
def test_a_source_that_stays_away_is_tried_less_and_less_often(
    start: Start, ecg_data: Path, tmp_path: Path, until_health: Callable
) -> None:
    """Half a second, 1, 2 and 4 s lie between the tries; once it is there again, all is well."""
    away, there = tmp_path / "away", tmp_path / "there"
    there.mkdir()
    for kind in ("hea", "dat", "atr"):
        shutil.copy(ecg_data / "mitdb" / f"100.{kind}", there)
    appliance = start("--source", f"replay:{there / '100'}")
    until_health(appliance.page, 200, WELL_S)
    there.rename(away)
    lost = sampler(appliance)
    os.kill(lost, signal.SIGKILL)
    tries: dict[int, float] = {}
    until = time.monotonic() + sum(PAUSES_S) + 5 * START_S
    while len(tries) < len(PAUSES_S) and time.monotonic() < until:
        for pid in {each.pid for each in usage(family(appliance.pid))} - {appliance.pid, lost}:
            tries.setdefault(pid, time.monotonic())
        time.sleep(0.02)
    gaps = [b - a for a, b in pairwise(tries.values())]
    for gap, pause in zip(gaps, PAUSES_S[1:], strict=True):
        assert pause - 0.1 <= gap <= pause + START_S
    away.rename(there)
    until_health(appliance.page, 200, PAUSES_S[-1] + WELL_S)
    assert appliance.stop() <= 2.0 and appliance.process.returncode == 0
