"""`ecg-train evaluate hr`: is the heart rate right, over 10 s windows."""

import argparse

from ecg_training.cli import options
from ecg_training.tables import Table


def add(questions: options.Subparsers) -> None:
    """Register the question."""
    parser = questions.add_parser("hr", help="is the heart rate right, over 10 s windows")
    options.add_evaluation(parser)
    options.add_records(parser)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> list[Table]:
    root, names = options.chosen_records(arguments)
    from ecg_training.evaluate import hr
    from ecg_training.product import whole_pipeline

    return hr.evaluate(root, names, whole_pipeline, arguments.jobs, "heart rate")
