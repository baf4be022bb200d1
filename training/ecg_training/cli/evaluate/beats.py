"""`ecg-train evaluate beats`: are the beats named right by the whole appliance."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ecg_training.cli import options
from ecg_training.cli.evaluate import chosen
from ecg_training.tables import Table

if TYPE_CHECKING:
    from ecg_training.evaluate.beats import NamesOf


def add(questions: options.Subparsers) -> None:
    """Register the question."""
    parser = questions.add_parser("beats", help="are the beats named right by the whole appliance")
    chosen.add(parser)
    parser.add_argument(
        "--from-files", type=Path, metavar="DIR", help="what `ecg-device analyze --out DIR` wrote"
    )
    parser.add_argument(
        "--protocol", metavar="NAME", help="how the bundle was trained (else as its card says)"
    )
    parser.add_argument(
        "--condition", nargs="+", default=["clean"], metavar="NAME", help="behind these front ends"
    )
    parser.add_argument(
        "--by", choices=("aami", "label"), default="aami", help="groups of EC57, or the labels"
    )
    parser.add_argument("--brief", action="store_true", help="without a row for each record")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> list[Table]:
    from ecg_training.evaluate import beats, bundles, card_metrics, naming_tables
    from ecg_training.protocols import find, patient_of

    folder = bundles.find(arguments.model)
    card = bundles.card_of(folder)
    by = find(arguments.protocol) if arguments.protocol else bundles.trained_by(card)
    root, records = chosen.records(arguments, by)
    grouping = bundles.grouping_of(card, arguments.by)
    scopes = {
        scope: beats.evaluate(root, records, names_of, grouping, arguments.jobs, scope)
        for scope, names_of in _sources(arguments, folder, card.sha256).items()
    }
    title = f"beats named by {card.name}, {by.title}{bundles.caveat(by, records)}"
    tables = naming_tables.tables(title, scopes, patient_of, arguments.brief)
    if arguments.metrics:
        entries = card_metrics.of_names(tables, by.title, chosen.command())
        card_metrics.merge(arguments.metrics, entries)
    return tables


def _sources(arguments: argparse.Namespace, folder: Path, sha256: str) -> "dict[str, NamesOf]":
    from ecg_training.evaluate.namers import Appliance, Files, front_end

    if arguments.from_files:
        return {"clean, from files": Files(arguments.from_files, sha256)}
    for condition in arguments.condition:
        front_end(condition)  # a wrong name is told before any work
    return {condition: Appliance(folder, condition) for condition in arguments.condition}
