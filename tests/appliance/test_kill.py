"""`kill -9` at random moments, over and over: what was lost, and how soon it samples again."""

import random
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from ecg_device.bench.appliance import Appliance
from ecg_device.bench.figures import spread
from ecg_device.bench.processes import family

LOST_S, AGAIN_S = 1.0, 5.0
SIDE_BY_SIDE = 2
LONGEST_LIFE_S = 2.2  # after the page answers: two transactions and a bit


@dataclass
class Life:
    """One run of the daemon up to its violent end."""

    began_ns: int
    signal_ns: int  # when signal was coming for sure; 0: it was killed before
    killed_ns: int
    lost_s: float = 0.0
    again_s: float | None = None  # from its start to its first sample; None: nothing was kept


def live(folder: Path, life_s: float, early: bool) -> Life:
    """Start a daemon and kill it: after its page was told, or so long after its start."""
    with Appliance(folder, ["--source", "synthetic:sinus"]) as appliance:
        began_ns, signal_ns = round(appliance.began_s * 1e9), 0
        if not early:
            assert appliance.page
            signal_ns = time.monotonic_ns()
        time.sleep(life_s)
        processes = family(appliance.pid)
        killed_ns = time.monotonic_ns()
        appliance.kill()
        until = time.monotonic() + 1.0
        while any(map(family, processes)) and time.monotonic() < until:
            time.sleep(0.005)
        assert not any(map(family, processes)), "the sampler outlived its daemon"
        assert appliance.complaints == ""
    return Life(began_ns, signal_ns, killed_ns)


def begun(database: Path) -> bool:
    """Whether there are tables already: an early death leaves no file, or an empty one."""
    if not database.exists():
        return False
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as reading:
        return bool(reading.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def lives(folder: Path, number: int, read: Callable) -> list[Life]:
    """So many lives with the same data, and after each a look at what is on the disk."""
    chance, known, found = random.Random(str(folder.name)), 0, []
    for _ in range(number):
        early = chance.random() < 0.15
        life = live(folder, chance.uniform(0.0, 0.7 if early else LONGEST_LIFE_S), early)
        found.append(life)
        if not begun(folder / "data" / "ecg.sqlite3"):
            assert early
            continue
        kept = read(folder / "data")
        assert kept.integrity == "ok"
        own = [stamp for stamp in kept.stamps if stamp.session > known]
        known = max([known, *(stamp.session for stamp in own)])
        if own:
            first = own[0].taken_ns - 1e9 * (own[0].stop - own[0].start) / own[0].rate_hz
            life.again_s = (first - life.began_ns) / 1e9
            life.lost_s = (life.killed_ns - own[-1].taken_ns) / 1e9
        elif life.signal_ns:
            life.lost_s = (life.killed_ns - life.signal_ns) / 1e9
    return found


def kill_often(folder: Path, number: int, read: Callable) -> list[Life]:
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        each = -(-number // SIDE_BY_SIDE)
        folders = [folder / f"side {side}" for side in range(SIDE_BY_SIDE)]
        return [
            life for done in pool.map(lambda own: lives(own, each, read), folders) for life in done
        ]


def check(found: list[Life]) -> None:
    """Hold every life to the goals; what is printed is for the README."""
    lost, again = spread([x.lost_s for x in found]), [x.again_s for x in found if x.again_s]
    print(f"{len(found)} kills: lost p50 {lost.p50:.2f} s, p95 {lost.p95:.2f} s, worst", end=" ")
    print(f"{lost.worst:.2f} s; start to first sample worst {spread(again).worst:.2f} s")
    assert len(again) >= len(found) / 4
    assert lost.worst <= LOST_S
    assert max(again) <= AGAIN_S


def test_a_killed_daemon_lost_a_second_at_most(tmp_path: Path, evidence: Callable) -> None:
    """A few kills: the file is sound, at most 1 s of signal is gone, the next start samples."""
    check(kill_often(tmp_path, 4, evidence))


@pytest.mark.slow
def test_many_kills(tmp_path: Path, evidence: Callable, count: Callable[[str, int], int]) -> None:
    """The same as often as ECG_KILLS says; the goal is 200 (bench/README.md)."""
    check(kill_often(tmp_path, count("ECG_KILLS", 24), evidence))
