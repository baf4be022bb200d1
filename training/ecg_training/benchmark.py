"""QRS detectors side by side: same records, same scorer, same run. Called by `tools/bench-qrs`.

Each detector runs in a process of its own, one after the other, one record at a time. Time is
that of the detection alone, without reading the record; memory is what the process grew to at
its highest, beyond what it held once its libraries and a record were loaded.
"""

import argparse
import multiprocessing
import platform
import resource
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median

import numpy as np

from ecg_device.errors import EcgDeviceError
from ecg_training.datasets import data_root, mitdb
from ecg_training.peers import CONTENDERS, YARDSTICK, Contender, Detect, samples_of
from ecg_training.scoring import BeatScore, score_beats
from ecg_training.tables import Column, Row, Table

_WARM_UP_SAMPLES = 21600
_MB_PER_RSS_UNIT = 1 / 2**20 if sys.platform == "darwin" else 1 / 2**10

COLUMNS = (
    Column("detector", "detector"),
    Column("version", "version"),
    Column("se", "Se %", ".2f"),
    Column("p", "+P %", ".2f"),
    Column("f1", "F1 %", ".2f"),
    Column("der", "DER %", ".3f"),
    Column("f1_50ms", "F1@50ms %", ".2f"),
    Column("error_ms", "R error ms", ".1f"),
    Column("abs_error_ms", "abs R error ms", ".1f"),
    Column("wall_s", "wall s", ".3f"),
    Column("cpu_s", "CPU s", ".3f"),
    Column("ratio", "CPU / sleepecg", ".1f"),
    Column("memory_mb", "memory MB", ".0f"),
    Column("failed", "failed", "d"),
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One detector over all the records; times are of each record, in seconds."""

    score: BeatScore
    wall_s: tuple[float, ...]
    cpu_s: tuple[float, ...]
    memory_mb: float
    failed: int  # records on which it raised an exception: nothing found there

    def row(self, contender: Contender, yardstick_s: float) -> Row:
        score, ms = self.score, 1000.0 / self.score.rate_hz
        error = score.location_error if len(score.location_error) else np.array([np.nan])
        return {
            "detector": contender.name,
            "version": version(contender.distribution),
            "se": 100 * score.counts.sensitivity,
            "p": 100 * score.counts.precision,
            "f1": 100 * score.counts.f1,
            "der": 100 * score.counts.error_rate,
            "f1_50ms": 100 * score.tight.f1,
            "error_ms": float(np.median(error)) * ms,
            "abs_error_ms": float(np.median(np.abs(error))) * ms,
            "wall_s": median(self.wall_s),
            "cpu_s": median(self.cpu_s),
            "ratio": median(self.cpu_s) / yardstick_s,
            "memory_mb": self.memory_mb,
            "failed": self.failed,
        }


def measure(name: str, root: Path, records: Sequence[str]) -> Measurement:
    """Run one detector over the records, in this process."""
    detect = next(c.load for c in CONTENDERS if c.name == name)()
    first = mitdb.load(root, records[0])
    before = _peak_mb()
    detect(first.mv[:_WARM_UP_SAMPLES], first.rate_hz)
    runs = [_run(detect, mitdb.load(root, record)) for record in records]
    scores, walls, cpus, failures = zip(*runs, strict=True)
    return Measurement(
        sum(scores[1:], start=scores[0]), walls, cpus, _peak_mb() - before, sum(failures)
    )


def _run(detect: Detect, record: mitdb.Record) -> tuple[BeatScore, float, float, bool]:
    wall, cpu, failed = time.perf_counter(), time.process_time(), False
    try:
        found = detect(record.mv, record.rate_hz)
    except Exception as error:  # a peer that breaks on a record has found nothing there
        print(f"\n{record.name}: {type(error).__name__}: {error}", file=sys.stderr)
        found, failed = [], True
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    score = score_beats(
        record.beats, samples_of(found), record.rate_hz, uncounted=record.fibrillation
    )
    return score, wall, cpu, failed


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MB_PER_RSS_UNIT


def compare(contenders: Sequence[Contender], root: Path, records: Sequence[str]) -> Table:
    """Measure one detector after the other, each in a fresh process."""
    measured: dict[str, Measurement] = {}
    for i, contender in enumerate(contenders, 1):
        print(f"{i}/{len(contenders)} {contender.name} ...", file=sys.stderr, flush=True)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
            measured[contender.name] = process.submit(
                partial(measure, contender.name, root, records)
            ).result()
    yardstick = measured.get(YARDSTICK)
    yardstick_s = median(yardstick.cpu_s) if yardstick else float("nan")
    rows = [measured[c.name].row(c, yardstick_s) for c in contenders]
    rows.sort(key=lambda row: float(row["der"] or 0))
    beats = next(iter(measured.values())).score.counts.beats
    title = (
        f"QRS detectors, mitdb channel 0, records: {len(records)}, beats: {beats}, EC57; times per "
        f"record (median), one core of {platform.machine()}, Python {platform.python_version()}"
    )
    return Table(title, COLUMNS, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, measure, print the table."""
    parser = argparse.ArgumentParser(prog="bench-qrs", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, help="data folder (default: ECG_DATA)")
    parser.add_argument("--records", nargs="+", metavar="NAME", help="default: all 48")
    parser.add_argument("--quick", action="store_true", help="leave the slow detectors out")
    parser.add_argument(
        "--detectors", nargs="+", metavar="TEXT", help="only those whose name contains a TEXT"
    )
    chosen = parser.parse_args(arguments)
    wanted = [text.casefold() for text in chosen.detectors or [""]]
    contenders = [
        c
        for c in CONTENDERS
        if any(text in c.name.casefold() for text in wanted) and not (chosen.quick and c.slow)
    ]
    if not contenders:
        parser.error(
            "no detector of that name; there are: " + ", ".join(c.name for c in CONTENDERS)
        )
    try:
        records = mitdb.choose(chosen.records, "all")
        root = data_root(chosen.data)
        mitdb.require(root, records)
        print(compare(contenders, root, records).markdown())
    except EcgDeviceError as error:
        print(f"bench-qrs: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
