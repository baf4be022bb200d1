"""`ecg-train evaluate predictions`: the test parts of trained runs, pooled over folds."""

import argparse
from pathlib import Path

from ecg_training.cli import options
from ecg_training.cli.evaluate import chosen
from ecg_training.tables import Table


def add(questions: options.Subparsers) -> None:
    """Register the question."""
    parser = questions.add_parser("predictions", help="how runs named the beats of their test part")
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="folders of runs")
    parser.add_argument("--brief", action="store_true", help="without a row for each record")
    chosen.add_metrics(parser)
    options.add_json(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> list[Table]:
    from ecg_training.evaluate import card_metrics, naming_tables, predictions
    from ecg_training.protocols import patient_of

    tables: list[Table] = []
    for scope, records in predictions.of_runs(arguments.runs).items():
        told = naming_tables.tables(scope, {"": records}, patient_of, arguments.brief)
        if arguments.metrics:
            card_metrics.merge(
                arguments.metrics, card_metrics.of_names(told, scope, chosen.command())
            )
        tables += told
    return tables
