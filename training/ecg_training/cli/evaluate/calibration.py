"""`ecg-train evaluate calibration`: is a bundle right as often as it is sure."""

import argparse

from ecg_training.cli import options
from ecg_training.cli.evaluate import chosen
from ecg_training.tables import Table


def add(questions: options.Subparsers) -> None:
    """Register the question."""
    parser = questions.add_parser("calibration", help="is a bundle right as often as it is sure")
    chosen.add(parser)
    parser.add_argument(
        "--condition", default="clean", metavar="NAME", help="behind this front end"
    )
    parser.add_argument("--brief", action="store_true", help="without a row for each bin")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> list[Table]:
    from ecg_training.beatsets import collect
    from ecg_training.evaluate import bundles, calibration, card_metrics, predictions
    from ecg_training.protocols import patient_of

    folder = bundles.find(arguments.model)
    card = bundles.card_of(folder)
    by = bundles.trained_by(card)
    root, records = chosen.records(arguments, by)
    beats = collect(root, records, condition=arguments.condition, jobs=arguments.jobs)
    title = f"calibration of {card.name}, {arguments.condition}, {by.title}"
    tables = calibration.evaluate(
        title + bundles.caveat(by, records),
        bundles.predict(folder, beats),
        predictions.grouping_of(card.labels),
        patient_of,
    )
    if arguments.metrics:
        entries = card_metrics.of_summary(
            tables[0], by.title, chosen.command(), arguments.condition
        )
        card_metrics.merge(arguments.metrics, entries)
    return tables[:1] if arguments.brief else tables
