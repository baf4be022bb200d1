"""A simulated day as a WFDB record, analysed in a process of its own: its time and its memory.

One hour of a noisy heart with ectopic beats is written over and over. Memory is what Linux calls
VmHWM: the most that the process ever held, interpreter and libraries included.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ecg_device.formats.wfdb_writer import write_wfdb
from ecg_device.signals import Block, SignalInfo
from ecg_device.sources.synthetic import SyntheticSource, parse_scenario

RATE_HZ = 360
LEAST_SPEED, MOST_MB = 2000.0, 150.0  # what a day must keep to

SCENARIO = """
title = "an hour of a noisy heart"
[[rhythm]]
kind = "sinus"
duration_s = 3600
rate_bpm = {bpm}
pvc_probability = 0.03
pac_probability = 0.02
[[fault]]
kind = "wander"
rms_mv = 0.08
[[fault]]
kind = "muscle"
rms_mv = 0.02
[[fault]]
kind = "motion"
start_s = 1800
duration_s = 30
rms_mv = 0.35
[[fault]]
kind = "lead-off"
start_s = 2700
duration_s = 20
electrode = "LA"
"""

ANALYZE = """
import sys
from ecg_device.cli import main
status = main(sys.argv[1:])
with open("/proc/self/status") as lines:
    print(*(line for line in lines if line.startswith("VmHWM:")), file=sys.stderr)
sys.exit(status)
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the analysis of one record took."""

    hours: float
    bpm: float
    beats: int
    seconds: float
    peak_mb: float

    @property
    def speed(self) -> float:
        """In multiples of real time, start and end of the process included."""
        return 3600.0 * self.hours / self.seconds


def measure(hours: float, bpm: float, model: str) -> Measured:
    """Write such a record and analyse it."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "day"
        write_wfdb(record, SignalInfo("day", RATE_HZ), _repeated(_hour(bpm), hours), coding=212)
        command = [sys.executable, "-c", ANALYZE, "analyze", str(record), "--out", folder]
        command += ["--model", model]
        begun = time.perf_counter()
        done = subprocess.run(
            [*command, "--jobs", "1", "--json"], capture_output=True, text=True, check=True
        )
        seconds = time.perf_counter() - begun
        beats = json.loads(done.stdout)[0]["beats"]["count"]
        peak_kb = int(done.stderr.split("VmHWM:")[1].split()[0])
    return Measured(hours, bpm, beats, seconds, peak_kb * 1024 / 1e6)


def _hour(bpm: float) -> list[Block]:
    return list(SyntheticSource(parse_scenario(SCENARIO.format(bpm=bpm)), block_s=60.0).blocks())


def _repeated(hour: list[Block], hours: float) -> Iterator[Block]:
    start, stop = 0, round(hours * 3600 * RATE_HZ)
    while True:
        for block in hour:
            if start >= stop:
                return
            mv = block.mv[: stop - start]
            yield Block(start, mv)
            start += len(mv)


def main() -> int:
    """Print a row for each heart rate; 1 if one misses a goal that a day has."""
    parser = argparse.ArgumentParser(prog="tools/bench-day", description=__doc__)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--bpm", type=float, nargs="+", default=[80.0, 150.0])
    parser.add_argument("--model", default="none", help="bundle that names the beats")
    arguments = parser.parse_args()
    print("| duration | heart rate | beats | time | x real time | peak memory |")
    print("|---------:|-----------:|------:|-----:|------------:|------------:|")
    missed = False
    for bpm in arguments.bpm:
        m = measure(arguments.hours, bpm, arguments.model)
        missed |= m.speed < LEAST_SPEED or m.peak_mb > MOST_MB
        print(
            f"| {m.hours:g} h | {m.bpm:g} bpm | {m.beats} | {m.seconds:.1f} s "
            f"| {m.speed:.0f} | {m.peak_mb:.0f} MB |",
            flush=True,
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
