"""A sampler that hangs or dies under the running daemon: found, told, replaced."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from ecg_device.bench.appliance import Appliance
from ecg_device.bench.processes import family, usage
from ecg_device.bench.viewer import Viewer

Start = Callable[..., Appliance]
Health = Callable[[str], tuple[int, dict[str, Any]]]
FOUND_S, WELL_S = 2.0, 10.0


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
