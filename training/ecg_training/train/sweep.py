"""Runs side by side: folds x seeds, one here with its progress, several on the cluster engine.

A run's numbers are those of its settings, whoever computes it: every worker uses the same number
of threads, and begins each run as a fresh process would.
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecg_device import __version__
from ecg_training.cluster import run_tasks
from ecg_training.train import figures
from ecg_training.train.data import split_of
from ecg_training.train.progress import Lines, Silent
from ecg_training.train.runs import Run, commit_of_code
from ecg_training.train.settings import Settings
from ecg_training.train.state import write_whole
from ecg_training.train.training import Result, check_place, result_of, train

Files = dict[str, bytes]
_BROUGHT_HOME = ("config.json", "history.csv", "model.weights.h5", "predictions.npz")


@dataclass(frozen=True, slots=True)
class Task:
    """A run for a worker."""

    settings: Settings
    data: Path | None
    folder: Path
    resume: bool


def train_here(task: Task, jobs: int) -> Result:
    """One run in this process, told on stderr; `jobs` processes prepare its beats."""
    watch = Lines(sys.stderr, task.settings.recipe.epochs)
    split = split_of(task.settings, task.data, jobs)
    return train(task.settings, split, Run(task.folder), watch, task.resume)


def train_all(
    tasks: Sequence[Task], workers: int | None, scheduler: str | None, jobs: int
) -> list[Result]:
    """All runs, by workers; those of a remote scheduler hand their folders back as bytes."""
    threads = tasks[0].settings.threads
    if scheduler is None:
        for task in {task.settings.fold: task for task in tasks}.values():
            split_of(task.settings, task.data, jobs)  # once, for all workers to find
        return run_tasks(_train_there, tasks, what="runs", workers=workers, threads=threads)
    for task in tasks:  # before hours of work that could not be put in place
        check_place(Run(task.folder), task.settings, task.resume)
    folders = run_tasks(_train_and_send, tasks, what="runs", scheduler=scheduler, threads=threads)
    for task, files in zip(tasks, folders, strict=True):
        _unpack(files, task.folder)
    return [result_of(Run(task.folder)) for task in tasks]


def draw_sweep(runs: Sequence[Run], title: str, folder: Path) -> None:
    """The curves of all runs in one figure, as a cross-validation is shown."""
    histories = {run.folder.name: run.history() for run in runs}
    for quantity in ("validation_accuracy", "validation_loss", "validation_macro_f1"):
        figures.draw_folds(histories, quantity, title, folder / f"{quantity}.png")


def _train_there(task: Task) -> Result:
    return train(
        task.settings, split_of(task.settings, task.data), Run(task.folder), Silent(), task.resume
    )


def _train_and_send(task: Task) -> Files:
    """Train in a folder of the worker's machine, where a second attempt finds the first one's."""
    run = Run(workplace(task, commit_of_code() or __version__))
    train(task.settings, split_of(task.settings, task.data), run, Silent(), resume=True)
    files = [run.folder / name for name in _BROUGHT_HOME] + sorted(run.figures.glob("*.png"))
    return {str(file.relative_to(run.folder)): file.read_bytes() for file in files}


def workplace(task: Task, code: str) -> Path:
    """Where a worker trains: another place for other settings, and for other code."""
    asked = json.dumps([task.settings.as_json(), code], sort_keys=True)
    digest = hashlib.sha256(asked.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / "ecg-train" / f"{task.folder.name}-{digest}"


def _unpack(files: Files, folder: Path) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
