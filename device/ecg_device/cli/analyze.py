"""`ecg-device analyze`: recordings in, files and a table out."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict

from ecg_device.analysis.batch import Failure, analyse_all
from ecg_device.analysis.model import classifier, find_bundle
from ecg_device.analysis.recording import Job
from ecg_device.analysis.report import Report
from ecg_device.cli.failures import complain, complain_of_bug
from ecg_device.cli.progress import ProgressBar
from ecg_device.cli.table import heading, row


def run(arguments: argparse.Namespace) -> int:
    """Analyse all records; 1 if any of them failed."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # clean up first
    model = find_bundle(arguments.model)
    if model:
        classifier(model)  # a bundle that is refused is told once, not with every record
    jobs = [
        Job(record, arguments.lead, arguments.adc_bits, arguments.vref, model)
        for record in arguments.records
    ]
    progress = ProgressBar(sys.stderr)
    workers = arguments.jobs or _cpus()
    failures: list[Failure] = []
    with closing(analyse_all(jobs, arguments.out, workers, progress.show)) as outcomes:
        reports = _without_failures(outcomes, progress, failures)
        if arguments.json:
            print(json.dumps([asdict(report) for report in reports], indent=2))
        else:
            _print_table(reports, width=max(len(job.name) for job in jobs))
    return 1 if failures else 0


def _cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _without_failures(
    outcomes: Iterator[Report | Failure], progress: ProgressBar, failures: list[Failure]
) -> Iterator[Report]:
    """The reports in order; each failure is told on stderr when its turn comes."""
    for outcome in outcomes:
        progress.clear()
        if isinstance(outcome, Report):
            yield outcome
            continue
        failures.append(outcome)
        if outcome.traceback is None:
            complain(outcome.line)
        else:
            complain_of_bug(f"{outcome.record}: {outcome.line}", outcome.traceback)


def _print_table(reports: Iterator[Report], width: int) -> None:
    for number, report in enumerate(reports):
        if number == 0:
            print(heading(width))
        print(row(report, width), flush=True)
