"""`ecg-train train`: one run, or folds x seeds of them side by side, each in its own folder."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ecg_device.errors import ConfigError
from ecg_training.cli import options
from ecg_training.networks import NETWORKS
from ecg_training.parallel import default_jobs
from ecg_training.tables import Table
from ecg_training.train.backend import BACKENDS
from ecg_training.train.recipes import recipe_of
from ecg_training.train.settings import Option, Recipe, Settings

if TYPE_CHECKING:
    from ecg_training.train.sweep import Task

ALL_FOLDS = "all"
_MIXTURES = ("mixture", "weak_mixture")
_PROTOCOLS = ("inter-patient", "patient-folds", "random", "thesis")


def add(commands: options.Subparsers) -> None:
    """Register the command."""
    parser = commands.add_parser("train", help="train a network on the records")
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--protocol", choices=_PROTOCOLS, default="inter-patient")
    parser.add_argument("--fold", default="0", metavar="K", help="of patient-folds, or all")
    parser.add_argument("--seed", type=int, nargs="+", default=[0], metavar="S")
    options.add_data(parser)
    options.add_jobs(parser)
    options.add_json(parser)
    _add_folder(parser)
    _add_network(parser)
    _add_recipe(parser)
    _add_machine(parser)
    parser.set_defaults(run=_run)


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", help="the run's folder, or its runs'")
    parser.add_argument("--resume", action="store_true", help="go on with what was interrupted")


def _add_network(parser: argparse.ArgumentParser) -> None:
    network = parser.add_argument_group("the network")
    network.add_argument("--width", type=float, metavar="W", help="of all its layers, 1 as drawn")
    network.add_argument(
        "--option", type=_option, nargs="+", default=[], metavar="NAME=VALUE", help="others of its"
    )


def _add_recipe(parser: argparse.ArgumentParser) -> None:
    """Each option is a value of `Recipe`; what is not given stays as the network has it."""
    recipe = parser.add_argument_group("its recipe (else the network's own)")
    for name in ("epochs", "batch", "steps", "per-epoch", "patience"):
        recipe.add_argument(f"--{name}", type=options.count, metavar="N")
    for name in ("rate", "warmup", "weight-decay", "smoothing", "sampling", "weighting", "average"):
        recipe.add_argument(f"--{name}", type=float, metavar="X")
    recipe.add_argument("--cosine", action=argparse.BooleanOptionalAction)
    recipe.add_argument("--conditions", nargs="+", metavar="NAME", help="front ends to learn from")
    recipe.add_argument("--leads", type=int, nargs="+", metavar="N", help="leads to learn from")
    recipe.add_argument(
        "--augment", type=float, nargs="?", const=1.0, metavar="X", help="change beats a little"
    )
    recipe.add_argument("--keep", choices=("best", "last"), help="the weights of which epoch")
    recipe.add_argument(
        "--validate",
        action=argparse.BooleanOptionalAction,
        help="or learn from those patients too (with --keep last)",
    )
    _add_sampling(recipe)
    recipe.add_argument("--precision", choices=("float32", "mixed_bfloat16"))


def _add_sampling(recipe: argparse._ArgumentGroup) -> None:
    recipe.add_argument(
        "--mixture", type=_share, nargs="+", metavar="LABEL=SHARE", help="classes of an epoch"
    )
    recipe.add_argument(
        "--patients", type=float, metavar="X", help="weigh a patient's n beats of a class by n**X"
    )
    recipe.add_argument("--weak", type=float, metavar="SHARE", help="beats with weak labels")
    recipe.add_argument(
        "--weak-mixture", type=_share, nargs="+", metavar="KIND=SHARE", help="kinds of them"
    )


def _add_machine(parser: argparse.ArgumentParser) -> None:
    machine = parser.add_argument_group("where it is computed")
    machine.add_argument("--backend", choices=BACKENDS, default="tensorflow")
    machine.add_argument("--devices", type=options.count, default=1, metavar="N", help="JAX only")
    machine.add_argument(
        "--threads",
        type=options.count,
        metavar="N",
        help="of a run: all cores for one alone, 1 for each of several",
    )
    spread = machine.add_mutually_exclusive_group()
    spread.add_argument("--workers", type=options.count, metavar="N", help="processes here")
    spread.add_argument("--scheduler", metavar="ADDRESS", help="of a dask cluster")


def _run(arguments: argparse.Namespace) -> list[Table]:
    from ecg_training.train import sweep
    from ecg_training.train.outcome import table_of
    from ecg_training.train.runs import Run

    tasks = _tasks(arguments)
    alone = len(tasks) == 1 and arguments.workers is None and arguments.scheduler is None
    if alone:
        results = [sweep.train_here(tasks[0], arguments.jobs)]
    else:
        results = sweep.train_all(tasks, arguments.workers, arguments.scheduler, arguments.jobs)
        folder = tasks[0].folder.parent
        sweep.draw_sweep([Run(task.folder) for task in tasks], arguments.network, folder)
    return [table_of(results, tasks[0].folder.parent)]


def _tasks(arguments: argparse.Namespace) -> "list[Task]":
    """A task for every fold and seed; several lie side by side in the folder given."""
    from ecg_training.train.sweep import Task

    runs = [(fold, seed) for fold in _folds(arguments) for seed in dict.fromkeys(arguments.seed)]
    several = len(runs) > 1
    spread = several or arguments.workers is not None or arguments.scheduler is not None
    threads = arguments.threads or (1 if spread else default_jobs())
    plain = Settings(
        network=arguments.network,
        protocol=arguments.protocol,
        options=_options(arguments),
        recipe=_recipe(arguments),
        backend=arguments.backend,
        threads=threads,
        devices=arguments.devices,
    )
    tasks = []
    for fold, seed in runs:
        settings = replace(plain, fold=fold, seed=seed)
        folder = _folder(arguments.out, settings, several)
        tasks.append(Task(settings, arguments.data, folder, arguments.resume))
    return tasks


def _folder(out: Path | None, settings: Settings, several: bool) -> Path:
    if out is not None and not several:
        return out
    return (out or Path("runs")) / settings.name


def _folds(arguments: argparse.Namespace) -> Sequence[int | None]:
    from ecg_training.protocols import find

    folds = find(arguments.protocol).folds
    if folds == 1:
        return [None]
    if arguments.fold == ALL_FOLDS:
        return range(folds)
    if arguments.fold.isdecimal() and int(arguments.fold) < folds:
        return [int(arguments.fold)]
    raise ConfigError(
        f"no such fold of {arguments.protocol}",
        expected=f"0 to {folds - 1}, or {ALL_FOLDS}",
        received=arguments.fold,
    )


def _options(arguments: argparse.Namespace) -> dict[str, Option]:
    width = {} if arguments.width is None else {"width": arguments.width}
    return {**width, **dict(arguments.option)}


def _recipe(arguments: argparse.Namespace) -> Recipe:
    """The network's own, with what was given instead."""
    names = [name for name in Recipe.__slots__ if getattr(arguments, name, None) is not None]
    given = {name: getattr(arguments, name) for name in names}
    given |= {name: dict(given[name]) for name in _MIXTURES if name in given}
    given |= {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return replace(recipe_of(arguments.network, arguments.protocol), **given)


def _share(text: str) -> tuple[str, float]:
    """NAME=SHARE."""
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be NAME=SHARE, not {text!r}") from error


def _option(text: str) -> tuple[str, Option]:
    """NAME=VALUE; a value that is a number or true or false is taken for one."""
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"must be NAME=VALUE, not {text!r}")
    if value in ("true", "false"):
        return name, value == "true"
    for number in (int, float):
        try:
            return name, number(value)
        except ValueError:
            continue
    return name, value
