"""`ecg-train evaluate af`: is atrial fibrillation told apart."""

import argparse

from ecg_training.cli import options
from ecg_training.tables import Table

SETS = ("mitdb", "cinc2017")


def add(questions: options.Subparsers) -> None:
    """Register the question."""
    parser = questions.add_parser("af", help="is atrial fibrillation told apart")
    options.add_evaluation(parser)
    parser.add_argument("--on", choices=SETS, nargs="+", default=SETS, help="only this data set")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> list[Table]:
    from ecg_training.datasets import cinc2017, data_root, mitdb
    from ecg_training.evaluate import af
    from ecg_training.product import detector_alone, whole_pipeline

    root = data_root(arguments.data)
    detectors = {"ours": detector_alone, "ours, gated": whole_pipeline}
    tables: list[Table] = []
    if "mitdb" in arguments.on:
        mitdb.require(root)
        tables += af.evaluate_mitdb(root, mitdb.ALL, detector_alone, arguments.jobs)
    if "cinc2017" in arguments.on:
        labels = cinc2017.labels(root)
        tables += af.evaluate_cinc2017(root, labels, detectors, arguments.jobs)
    return tables
