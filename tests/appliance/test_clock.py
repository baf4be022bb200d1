"""The wall clock is set while it records: neither the order nor the length of the signal cares."""

import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from ecg_device.bench.appliance import Appliance
from ecg_device.bench.viewer import Viewer

Start = Callable[..., Appliance]


@pytest.mark.slow
@pytest.mark.parametrize("jump_s", [3600, -3600])
def test_a_clock_that_jumps_moves_no_sample(
    start: Start, tmp_path: Path, wall_clock: Path, evidence: Callable, jump_s: int
) -> None:
    """An hour forward or back is noted once; samples go on without gap, at 360 a second."""
    setting = tmp_path / "clock"
    setting.write_text("0")
    appliance = start(
        LD_PRELOAD=str(wall_clock),
        WALL_CLOCK_FILE=str(setting),
    )
    viewer = Viewer(appliance.page)
    appliance.until(lambda: len(viewer.values("batch")) > 30, "signal")
    setting.write_text(str(jump_s))
    time.sleep(4.0)
    viewer.close()
    appliance.stop()
    assert (appliance.process.returncode, appliance.complaints) == (0, "")
    kept = evidence(appliance.data)
    assert kept.integrity == "ok" and len({stamp.session for stamp in kept.stamps}) == 1
    assert all(after.start == before.stop for before, after in pairwise(kept.stamps))
    first, last = kept.stamps[0], kept.stamps[-1]
    lasted_s = (last.taken_ns - first.taken_ns) / 1e9
    assert (last.stop - first.stop) / 360 == pytest.approx(lasted_s, abs=0.05)
    assert last.step_us / 1e6 == pytest.approx(jump_s, abs=0.1)
    assert [kind for kind, _ in kept.events].count("clock") == 1
    starts = [batch["start"] for batch in viewer.values("batch")]
    assert starts == sorted(starts)


def test_only_the_wall_clock_is_moved(wall_clock: Path, tmp_path: Path) -> None:
    """Python tells another time, and its other clocks the same: the tests above rely on it."""
    setting = tmp_path / "clock"
    setting.write_text("3600")
    script = "import time; print(time.time(), time.monotonic())"
    variables = {"LD_PRELOAD": str(wall_clock), "WALL_CLOCK_FILE": str(setting)}
    shown = subprocess.run(
        [sys.executable, "-c", script], env=variables, capture_output=True, text=True, check=True
    )
    wall, monotonic = map(float, shown.stdout.split())
    assert wall - time.time() == pytest.approx(3600, abs=5)
    assert monotonic == pytest.approx(time.monotonic(), abs=5)
