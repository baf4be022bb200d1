"""Options that several commands share, and what they choose."""

import argparse
from pathlib import Path
from typing import TypeAlias

from ecg_training.parallel import default_jobs

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_evaluation(parser: argparse.ArgumentParser) -> None:
    """What every question of `evaluate` takes."""
    add_data(parser)
    add_jobs(parser)
    add_json(parser)


def add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder (else ECG_DATA)")


def add_jobs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--jobs", type=count, default=default_jobs(), metavar="N")


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="unrounded numbers for programs")


def add_records(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--records", nargs="+", metavar="NAME", help="only these records")
    parser.add_argument("--set", choices=("all", "ds1", "ds2"), default="all")


def count(text: str) -> int:
    """An argument that is a whole number of at least one."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {number}")
    return number


def chosen_records(arguments: argparse.Namespace) -> tuple[Path, tuple[str, ...]]:
    """The data folder and the records chosen, all of them known to be there."""
    from ecg_training.datasets import data_root, mitdb

    root = data_root(arguments.data)
    names = mitdb.choose(arguments.records, arguments.set)
    mitdb.require(root, names)
    return root, names
