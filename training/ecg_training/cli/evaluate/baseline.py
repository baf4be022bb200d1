"""`ecg-train evaluate baseline`: what the nearest neighbour alone reaches under each protocol."""

import argparse

from ecg_training.cli import options
from ecg_training.tables import Table


def add(questions: options.Subparsers) -> None:
    """Register the question."""
    parser = questions.add_parser("baseline", help="what the nearest neighbour alone reaches")
    options.add_evaluation(parser)
    parser.add_argument(
        "--protocol", nargs="+", metavar="NAME", help="only under these protocols (default: all)"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> list[Table]:
    from ecg_training.datasets import data_root, mitdb
    from ecg_training.protocols import PROTOCOLS, find
    from ecg_training.protocols.baseline import baseline

    names = [find(name).name for name in arguments.protocol or PROTOCOLS]
    root = data_root(arguments.data)
    mitdb.require(root)
    return [baseline(root, names, arguments.jobs)]
