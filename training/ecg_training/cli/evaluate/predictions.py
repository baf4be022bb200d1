"""`ecg-train evaluate predictions`: the test parts of trained runs, pooled over folds."""

import argparse
from pathlib import Path

from ecg_training.cli import options
from ecg_training.tables import Table


def add(questions: options.Subparsers) -> None:
    """Register the question."""
    parser = questions.add_parser("predictions", help="how runs named the beats of their test part")
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="folders of runs")
    parser.add_argument("--brief", action="store_true", help="without a row for each record")
    options.add_json(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> list[Table]:
    from ecg_training.evaluate import naming_tables, predictions
    from ecg_training.protocols import patient_of

    return [
        table
        for scope, scores in predictions.of_runs(arguments.runs).items()
        for table in naming_tables.tables(scope, {"": scores}, patient_of, arguments.brief)
    ]
