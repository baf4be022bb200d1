"""Long at the highest speed: memory does not grow, nothing fails, the file is as computed."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ecg_device.bench.appliance import Appliance
from ecg_device.bench.processes import family, usage

Start = Callable[..., Appliance]
RATE_HZ = 360
GROWTH = 1.05


def progress_s(data: Path) -> float:
    """How many seconds of signal are in the store."""
    try:
        with closing(sqlite3.connect(f"{(data / 'ecg.sqlite3').as_uri()}?mode=ro", uri=True)) as db:
            (samples,) = db.execute("SELECT sum(stop - first) FROM session").fetchone()
    except sqlite3.OperationalError:  # not made yet
        return 0.0
    return (samples or 0) / RATE_HZ


def memory_by_progress(appliance: Appliance, look_every_s: float) -> list[tuple[float, float]]:
    """Seconds of signal and the MB that all processes take then, until the appliance ends."""
    seen = []
    while appliance.process.poll() is None:
        pids = family(appliance.pid)
        taken = sum(each.resident_kb for each in usage(pids)) * 1024 / 1e6
        if len(pids) > 1:  # at its very end the sampler has gone, and has no memory to count
            seen.append((progress_s(appliance.data), taken))
        time.sleep(look_every_s)
    return seen


def soak(start: Start, evidence: Callable, hours: float, settled_s: float) -> None:
    """Play so many hours; memory after `settled_s` of signal is what it may keep to."""
    begun = time.monotonic()
    options = ("--speed", "0", "--seconds", str(3600 * hours), "--source", "synthetic:demo")
    appliance = start(*options, "--port", "none")
    seen = memory_by_progress(appliance, look_every_s=0.2 if hours < 2 else 1.0)
    lasted = time.monotonic() - begun
    assert (appliance.process.returncode, appliance.complaints) == (0, "")
    settled = max(mb for at, mb in seen if at <= settled_s)
    worst = max(mb for at, mb in seen if at > settled_s)
    size = sum(file.stat().st_size for file in appliance.data.iterdir())
    print(
        f"{hours:g} h of signal in {lasted:.0f} s: {settled:.1f} MB at first, then at most", end=" "
    )
    print(f"{worst:.1f} MB ({100 * (worst / settled - 1):+.1f} %); {size / 1e6:.1f} MB on disk")
    assert len(seen) >= 20
    assert worst <= settled * GROWTH
    kept = evidence(appliance.data)
    assert kept.integrity == "ok"
    assert sum(stamp.stop - stamp.start for stamp in kept.stamps) == round(hours * 3600 * RATE_HZ)
    assert size <= computed_bytes(hours)


def computed_bytes(hours: float) -> float:
    """By arithmetic: 2 bytes a sample, the pyramid a 32nd of it and its levels, the rest by rows.

    A row of SQLite takes its content and some 10 bytes; a page of 4096 bytes holds whole rows.
    """
    samples = hours * 3600 * RATE_HZ
    signal = samples * 2 * (1 + 1 / 32 * (1 + 1 / 16 + 1 / 256))
    chunks = samples / (0.9 * RATE_HZ) * 40
    beats = hours * 3600 * 2.5 * 30  # at 150 bpm
    rest = hours * 60 * 120 + hours * 3600 * 0.2 * 300  # minutes; an event each five seconds
    return 1.2 * (signal + chunks + beats + rest) + 300_000


def test_an_hour_at_the_highest_speed(start: Start, evidence: Callable) -> None:
    """Memory does not grow after the first minutes."""
    soak(start, evidence, hours=1.0, settled_s=900.0)


@pytest.mark.slow
def test_many_hours_at_the_highest_speed(
    start: Start, evidence: Callable, count: Callable[[str, int], int]
) -> None:
    """After the first hour memory grows by less than 5 %; the goal is 24 h (bench/README.md)."""
    soak(start, evidence, hours=float(count("ECG_SOAK_HOURS", 6)), settled_s=3600.0)
