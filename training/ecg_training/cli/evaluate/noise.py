"""`ecg-train evaluate noise`: how much noise is borne, is it noticed."""

import argparse

from ecg_training.cli import options
from ecg_training.tables import Table

SUBSET = ("100", "105", "108", "119", "203", "208", "222", "231")  # easy, noisy, odd, ectopic
NOISES = ("bw", "ma", "em")
SNRS_DB = (24, 18, 12, 6, 0, -6)


def add(questions: options.Subparsers) -> None:
    """Register the question."""
    parser = questions.add_parser("noise", help="how much noise is borne, is it noticed")
    options.add_evaluation(parser)
    options.add_records(parser)
    parser.add_argument("--subset", action="store_true", help=f"only {' '.join(SUBSET)}")
    parser.add_argument("--noise", choices=NOISES, nargs="+", default=NOISES)
    parser.add_argument("--snr", type=int, nargs="+", default=SNRS_DB, metavar="DB")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> list[Table]:
    if arguments.subset and arguments.records is None:
        arguments.records = list(SUBSET)
    root, names = options.chosen_records(arguments)
    from ecg_training.evaluate import noise
    from ecg_training.product import detector_alone, whole_pipeline

    stresses = noise.levels(arguments.noise, arguments.snr)
    return noise.evaluate(root, names, detector_alone, whole_pipeline, stresses, arguments.jobs)
