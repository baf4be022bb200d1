"""A disk that is full, or that may only be read: the heart is watched on, and the page says why."""

import json
import subprocess
import time
import urllib.request
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ecg_device.bench import figures
from ecg_device.bench.appliance import Appliance
from ecg_device.bench.viewer import Viewer

Start = Callable[..., Appliance]
SOON_S = 8.0


def storage(viewer: Viewer) -> dict[str, Any]:
    """What the page was told last of its storage."""
    states = viewer.values("state")
    return states[-1]["storage"] if states else {}


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)


def goes_on(viewer: Viewer, seconds: float) -> bool:
    """Whether the signal came without a hole for the last seconds."""
    received = figures.batches(viewer.messages)
    last = [batch for batch in received if batch.at_ms > received[-1].at_ms - 1000 * seconds]
    return last[-1].stop - last[0].start >= 0.9 * seconds * 360 and not any(
        batch.missing for batch in last
    )


def kept_at_the_end(appliance: Appliance, viewer: Viewer, read: Callable, data: Path) -> Any:
    """Stopped in time, its file is sound and holds all that the viewer was shown."""
    viewer.close()
    assert appliance.stop() <= 2.0 and appliance.process.returncode == 0
    kept = read(data)
    assert kept.integrity == "ok"
    last = viewer.values("batch")[-1]
    assert kept.stop >= last["start"] + len(last["uv"])
    return kept


def is_degraded(said: dict[str, Any], answer: tuple[int, dict]) -> bool:
    """Whether page and health tell the same: one line of storage, and nothing worse."""
    status, told = answer
    assert said["reason"] and "\n" not in said["reason"]
    assert told["reasons"][0]["component"] == "storage"
    return (status, told["state"]) == (200, "degraded")


@pytest.mark.slow
def test_a_full_disk_is_told_and_overcome(
    start: Start, small_disk: Path, health: Callable, evidence: Callable, fill
) -> None:
    """Sampling and page go on, storage says why it stopped; with room again it stores again."""
    appliance = start("--data", str(small_disk / "data"))
    viewer = Viewer(appliance.page)
    appliance.until(lambda: storage(viewer).get("storing"), "a store")
    time.sleep(2.0)
    rest = fill(small_disk)
    appliance.until(lambda: not storage(viewer)["storing"], "a stop of storing", SOON_S)
    assert is_degraded(storage(viewer), health(appliance.page))
    time.sleep(3.0)
    assert goes_on(viewer, 3.0)
    rest.unlink()
    appliance.until(lambda: storage(viewer)["storing"], "storing again", SOON_S)
    time.sleep(2.5)
    kept = kept_at_the_end(appliance, viewer, evidence, small_disk / "data")
    holes = [b.start - a.stop for a, b in pairwise(kept.stamps)]
    assert max(holes) <= SOON_S * 2 * 360


@pytest.mark.slow
def test_a_read_only_disk_is_told_and_overcome(
    start: Start, small_disk: Path, health: Callable, evidence: Callable
) -> None:
    """A heart is watched all the same, and kept as soon as the disk can be written to."""
    (small_disk / "data").mkdir()
    remount(small_disk, "ro")
    appliance = start("--data", str(small_disk / "data"))
    viewer = Viewer(appliance.page)
    appliance.until(lambda: storage(viewer).get("reason"), "a reason", SOON_S)
    assert not storage(viewer)["storing"]
    assert is_degraded(storage(viewer), health(appliance.page))
    time.sleep(3.0)
    assert goes_on(viewer, 3.0)
    remount(small_disk, "rw")
    appliance.until(lambda: storage(viewer)["storing"], "storing", SOON_S)
    time.sleep(2.5)
    kept_at_the_end(appliance, viewer, evidence, small_disk / "data")


def test_what_can_be_read_is_shown_though_nothing_can_be_written(
    start: Start, small_disk: Path, fill
) -> None:
    """The page of a full disk answers, its history included."""
    appliance = start("--data", str(small_disk / "data"))
    assert appliance.page
    time.sleep(1.5)
    fill(small_disk)
    time.sleep(1.5)
    with urllib.request.urlopen(f"{appliance.page}/api/v1/sessions", timeout=5) as answer:
        assert len(json.load(answer)["sessions"]) == 1
    with urllib.request.urlopen(f"{appliance.page}/", timeout=5) as answer:
        assert answer.status == 200
