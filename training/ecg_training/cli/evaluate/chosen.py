"""What the questions about a bundle have in common: its records, and options to choose others."""

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ecg_training.cli import options

if TYPE_CHECKING:
    from ecg_training.protocols import Protocol


def add(parser: argparse.ArgumentParser) -> None:
    """The bundle, and the records when not those that its training held back."""
    options.add_evaluation(parser)
    options.add_records(parser)
    parser.set_defaults(set=None)
    parser.add_argument("--model", default="aami", metavar="NAME|DIR", help="the bundle")
    add_metrics(parser)


def add_metrics(parser: argparse.ArgumentParser) -> None:
    """Where figures go that a card shall tell."""
    parser.add_argument(
        "--metrics", type=Path, metavar="FILE", help="also put the figures there, for a card"
    )


def command() -> str:
    """This command, as anyone may give it: without where this machine keeps things."""
    words, kept = iter(sys.argv[1:]), ["ecg-train"]
    for word in words:
        if word in ("--metrics", "--data", "--jobs"):
            next(words, None)
        else:
            kept.append(word)
    return shlex.join(kept)


def records(arguments: argparse.Namespace, by: "Protocol") -> tuple[Path, tuple[str, ...]]:
    """The data folder and the records: those asked for, else those held back, else all."""
    from ecg_training.datasets import data_root, mitdb
    from ecg_training.evaluate.bundles import held_back

    root = data_root(arguments.data)
    if arguments.records or arguments.set:
        names = mitdb.choose(arguments.records, arguments.set or "all")
    else:
        names = held_back(by) or mitdb.ALL
    mitdb.require(root, names)
    return root, names
