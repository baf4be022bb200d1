"""`ecg-device bench`: what the appliance takes of this machine."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from ecg_device.bench import report
from ecg_device.bench.measure import Run, measure
from ecg_device.bench.naming_speed import naming_ms
from ecg_device.cli.failures import complain
from ecg_device.cli.progress import ProgressBar


def run(arguments: argparse.Namespace) -> int:
    """Measure and print; 1 if a goal was missed."""
    wanted = Run(arguments.seconds, arguments.viewers, arguments.load, arguments.hours)
    bar = ProgressBar(sys.stderr)
    with tempfile.TemporaryDirectory(prefix="ecg-bench-") as folder:
        measured = measure(wanted, Path(folder), bar.show)
    bar.clear()
    naming = naming_ms()
    if arguments.json:
        print(json.dumps(report.as_json(measured, naming), indent=1))
    else:
        print("\n".join(report.lines(measured, naming)))
    for what in report.missed(measured):
        complain(f"goal missed: {what}")
    return 1 if report.missed(measured) else 0
