"""`ecg-train evaluate quantization`: what a bundle lost by being made of eight bits."""

import argparse

from ecg_training.cli import options
from ecg_training.cli.evaluate import chosen
from ecg_training.tables import Table


def add(questions: options.Subparsers) -> None:
    """Register the question."""
    parser = questions.add_parser("quantization", help="what int8 costs against float32")
    chosen.add(parser)
    parser.add_argument("--float", required=True, metavar="DIR", help="the same in float32")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> list[Table]:
    from ecg_training.beatsets import collect
    from ecg_training.evaluate import bundles, card_metrics, predictions, quantization
    from ecg_training.protocols import patient_of

    int8, float32 = bundles.find(arguments.model), bundles.find(arguments.float)
    card = bundles.card_of(int8)
    by = bundles.trained_by(card)
    root, records = chosen.records(arguments, by)
    beats = collect(root, records, jobs=arguments.jobs)
    title = f"{card.name} in int8 and float32, {by.title}{bundles.caveat(by, records)}"
    float_said, int8_said = (bundles.predict(folder, beats) for folder in (float32, int8))
    grouping = predictions.grouping_of(card.labels)
    table = quantization.evaluate(title, float_said, int8_said, grouping, patient_of)
    if arguments.metrics:
        entries = card_metrics.of_summary(table, by.title, chosen.command())
        card_metrics.merge(arguments.metrics, entries)
    return [table]
