"""`ecg-train analyze`: what `ecg-device analyze` does, over an archive."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecg_device.errors import EcgDeviceError
from ecg_training.cli import options
from ecg_training.tables import Column, Row, Table

if TYPE_CHECKING:
    from ecg_training.archive import Failure

COLUMNS = (
    Column("record", "record"),
    Column("lead", "lead"),
    Column("seconds", "seconds", ".1f"),
    Column("usable", "usable", ".1%"),
    Column("bpm", "bpm", ".0f"),
    Column("beats", "beats", "d"),
    Column("labels", "labels"),
)


def add(commands: options.Subparsers) -> None:
    """Register the command."""
    analyze = commands.add_parser("analyze", help="the device's analysis over an archive")
    analyze.add_argument("records", nargs="+", metavar="RECORD_OR_FOLDER")
    analyze.add_argument("--lead", metavar="N", help="number (from 0) or name of the lead")
    analyze.add_argument(
        "--model", metavar="NAME|DIR|none", help="what names the beats (default: the one in use)"
    )
    analyze.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="for results")
    analyze.add_argument("--resume", action="store_true", help="keep what is there and current")
    where = analyze.add_mutually_exclusive_group()
    where.add_argument("--workers", type=options.count, metavar="N", help="processes here")
    where.add_argument("--scheduler", metavar="ADDRESS", help="of a dask cluster, tcp://HOST:PORT")
    analyze.add_argument(
        "--json", dest="reports", action="store_true", help="the reports as a JSON list"
    )
    analyze.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> list[Table]:
    """Analyse all; what failed is told at the end and makes the exit status 1."""
    from ecg_training.archive import Analysed, Failure, analyse_archive, find_jobs

    jobs = find_jobs(arguments.records, arguments.lead, arguments.model)
    outcomes = list(
        analyse_archive(
            jobs,
            arguments.out,
            resume=arguments.resume,
            workers=arguments.workers,
            scheduler=arguments.scheduler,
        )
    )
    _print([each.report for each in outcomes if isinstance(each, Analysed)], arguments.reports)
    _complain([each for each in outcomes if isinstance(each, Failure)], len(jobs))
    return []


def _print(reports: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print(json.dumps(reports, indent=2))
    elif reports:
        print(Table("analyzed", COLUMNS, [_row(report) for report in reports]).markdown())
    sys.stdout.flush()  # before what failed is told


def _row(report: dict[str, Any]) -> Row:
    record, beats = report["record"], report["beats"]
    return {
        "record": record["name"],
        "lead": record["lead"],
        "seconds": record["duration_s"],
        "usable": report["signal"]["usable_share"],
        "bpm": report["heart_rate"]["mean_bpm"],
        "beats": beats["count"],
        "labels": " ".join(f"{symbol} {count}" for symbol, count in beats["labels"].items()),
    }


def _complain(failures: "list[Failure]", records: int) -> None:
    for failure in failures:
        if failure.traceback is not None and os.environ.get("ECG_DEVICE_DEBUG") == "1":
            print(failure.traceback, end="", file=sys.stderr)
        print("ecg-train: " + " ".join(failure.line.split()), file=sys.stderr)
    if failures:
        raise EcgDeviceError(
            f"{len(failures)} of {records} records could not be analyzed",
            remedy="see the lines above; --resume does not repeat the others",
        )
