"""`ecg-train fetch NAME...`: data sets from their publishers, resumed and verified."""

import argparse

from ecg_device.errors import ConfigError
from ecg_training.cli import options
from ecg_training.datasets import data_root
from ecg_training.datasets.published import PUBLISHED
from ecg_training.tables import Column, Table

FILES_AT_ONCE = 4

COLUMNS = (
    Column("set", "set"),
    Column("kept", "files that were here", "d"),
    Column("came", "files fetched", "d"),
    Column("megabytes", "MB fetched", ".1f"),
    Column("folder", "folder"),
    Column("licence", "licence"),
)


def add(commands: options.Subparsers) -> None:
    fetch = commands.add_parser("fetch", help="download data sets from their publishers")
    fetch.add_argument(
        "names",
        nargs="+",
        choices=tuple(PUBLISHED),
        metavar="NAME",
        help=f"which: {' '.join(PUBLISHED)}",
    )
    options.add_data(fetch)
    fetch.add_argument(
        "--from",
        dest="source",
        metavar="URL",
        help="another copy of the publisher's folder, SHA256SUMS.txt included",
    )
    fetch.add_argument(
        "--jobs",
        type=options.count,
        default=FILES_AT_ONCE,
        metavar="N",
        help=f"files at once (default {FILES_AT_ONCE})",
    )
    options.add_json(fetch)
    fetch.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> list[Table]:
    """Fetch the sets one after the other; a line for each."""
    from ecg_training.fetch import fetch

    if arguments.source is not None and len(arguments.names) > 1:
        raise ConfigError(
            "--from is the address of one set",
            expected="one NAME with it",
            received=" ".join(arguments.names),
        )
    rows = []
    for name in arguments.names:
        folder, published = data_root(arguments.data) / name, PUBLISHED[name]
        result = fetch(name, published, folder, source=arguments.source, jobs=arguments.jobs)
        rows.append(
            {
                "set": name,
                "kept": result.kept,
                "came": result.came,
                "megabytes": result.bytes / 1e6,
                "folder": str(folder),
                "licence": published.licence,
            }
        )
    return [Table("fetched and verified", COLUMNS, rows)]
