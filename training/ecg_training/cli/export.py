"""`ecg-train export RUN --name NAME`: a trained run becomes a bundle for the device."""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecg_device.errors import ConfigError
from ecg_training.cli import options
from ecg_training.tables import Column, Row, Table

if TYPE_CHECKING:
    from ecg_training.beatsets import BeatSet
    from ecg_training.train.settings import Settings

NOISY = "ad8232-mcp3008-12db"  # the ranges of an eight-bit model must hold for such beats too
COLUMNS = (Column("what", "what"), Column("value", "value"))


def add(commands: options.Subparsers) -> None:
    export = commands.add_parser("export", help="make a bundle of a trained run")
    export.add_argument("trained", type=Path, metavar="RUN", help="the run's folder")
    export.add_argument("--name", required=True, help="what the bundle is called")
    export.add_argument("--out", type=Path, default=Path("models"), metavar="DIR")
    export.add_argument("--quantization", choices=("int8", "float32"), default="int8")
    export.add_argument(
        "--threshold", type=float, default=0.5, metavar="P", help="less likely is Q (default: 0.5)"
    )
    export.add_argument(
        "--temperature",
        type=float,
        metavar="T",
        help="of a run that validated, where this one did not (default: by validation)",
    )
    export.add_argument(
        "--partitions", type=options.count, default=1, metavar="N", help="allowed (default: 1)"
    )
    export.add_argument("--tflite-python", type=Path, metavar="PATH", help="has tflite-runtime")
    export.add_argument(
        "--one-runtime", action="store_true", help="do not ask tflite-runtime 2.14 as well"
    )
    options.add_data(export)
    options.add_jobs(export)
    options.add_json(export)
    export.set_defaults(run=_export)
    card = commands.add_parser("card", help="put measured metrics into a bundle's card")
    card.add_argument("bundle", type=Path, metavar="BUNDLE")
    card.add_argument(
        "metrics",
        type=Path,
        metavar="METRICS",
        help="JSON: a list of {protocol, condition, metric, value, low, high, command}",
    )
    card.set_defaults(run=_card)


def _export(arguments: argparse.Namespace) -> list[Table]:
    from ecg_training.beatsets import join
    from ecg_training.export import bundling, calibration, checks
    from ecg_training.train.data import split_of
    from ecg_training.train.runs import Run

    wishes = bundling.Wishes(
        arguments.name,
        arguments.quantization,
        arguments.threshold,
        arguments.partitions,
        temperature=arguments.temperature,
    )
    other = None if arguments.one_runtime else checks.other_python(arguments.tflite_python)
    settings = Run(arguments.trained).settings()
    split = split_of(settings, arguments.data, arguments.jobs)
    seen = join([split.train, split.validation])
    noisy = _noisy(settings, seen, arguments.data, arguments.jobs)
    shown = calibration.representative(join([seen, *noisy]))
    done = bundling.export(arguments.trained, wishes, arguments.out, shown, split.validation, other)
    rows = {
        "bundle": str(done.folder),
        "model": f"{done.bytes / 1024:.1f} KB, {done.parameters} parameters",
        "XNNPACK partitions": str(done.partitions),
        "temperature": f"{done.temperature:.3f}",
        "named as in float32": "-" if done.agreement is None else f"{done.agreement:.2%}",
    }
    rows |= {f"tested ({number})": said for number, said in enumerate(done.tested, 1)}
    table: list[Row] = [{"what": what, "value": value} for what, value in rows.items()]
    return [Table(f"exported {arguments.name}", COLUMNS, table)]


def _noisy(settings: "Settings", seen: "BeatSet", data: Path | None, jobs: int) -> "list[BeatSet]":
    """The same records through the front end, in noise; none where the beats are made up."""
    from ecg_training.beatsets import collect
    from ecg_training.datasets import data_root, mitdb
    from ecg_training.protocols import find

    if find(settings.protocol).leak:
        return []
    names = set(seen.records.tolist())
    records = tuple(name for name in mitdb.ALL if name in names)
    return [collect(data_root(data), records, condition=NOISY, jobs=jobs)]


def _card(arguments: argparse.Namespace) -> list[Table]:
    from ecg_training.export import bundling

    bundling.rewrite_card(arguments.bundle, _metrics(arguments.metrics))
    return []


def _metrics(path: Path) -> Sequence[Mapping[str, Any]]:
    try:
        read = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read", received=str(error)) from error
    if not isinstance(read, list):
        raise ConfigError(f"{path} holds no metrics", expected="a JSON list of objects")
    return read
