"""`ecg-train evaluate qrs`: are the beats found, where, how soon (EC57)."""

import argparse

from ecg_training.cli import options
from ecg_training.tables import Table


def add(questions: options.Subparsers) -> None:
    """Register the question."""
    parser = questions.add_parser("qrs", help="are the beats found, where, how soon (EC57)")
    options.add_evaluation(parser)
    options.add_records(parser)
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--detector-only", action="store_true", help="without the quality gate")
    only.add_argument("--gated", action="store_true", help="only the whole pipeline")
    parser.add_argument("--brief", action="store_true", help="only the groups, not each record")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> list[Table]:
    root, names = options.chosen_records(arguments)
    from ecg_training.evaluate import qrs
    from ecg_training.product import detector_alone, whole_pipeline

    tables: list[Table] = []
    if not arguments.gated:
        tables += qrs.evaluate(root, names, detector_alone, arguments.jobs, "detector alone")
    if not arguments.detector_only:
        tables += qrs.evaluate(root, names, whole_pipeline, arguments.jobs, "whole pipeline")
    return tables[1::2] if arguments.brief else tables
