"""One run from its settings to its folder: data, network, epochs, predictions, figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ecg_device.classifier import softmax
from ecg_device.errors import ConfigError
from ecg_device.views import FEATURES
from ecg_training.beatsets import BeatSet
from ecg_training.naming_scores import NamingScore, count
from ecg_training.protocols import Classes, Split
from ecg_training.train import backend, figures, runs
from ecg_training.train.examples import NO_CLASS, examples_of, targets_of, training_of
from ecg_training.train.fitting import fit, logits
from ecg_training.train.progress import Watch
from ecg_training.train.runs import Predictions, Run
from ecg_training.train.settings import Settings
from ecg_training.train.state import Row


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended."""

    name: str
    epochs: int
    best_epoch: int
    validation: NamingScore
    test: NamingScore


def train(settings: Settings, split: Split, run: Run, watch: Watch, resume: bool) -> Result:
    """Train a network, or go on with one that was interrupted.

    A run that is finished is not trained again; its figures are drawn anew.
    """
    keras = backend.start(settings.backend, settings.threads, settings.devices)
    _open(run, settings, split, resume)
    if not run.finished:
        backend.reset(keras, settings.seed, settings.recipe.precision)
        _fit(settings, split, run, watch)
        backend.reset(keras, settings.seed, "float32")
        _predict(split, run)
    _draw(run, settings.name)
    return result_of(run)


def result_of(run: Run) -> Result:
    """How a finished run ended, read from its folder."""
    history, classes = run.history(), run.classes()
    best = max(history, key=_rank)
    return Result(
        run.folder.name,
        len(history),
        int(best["epoch"]),
        score_of(run.predictions("validation"), classes),
        score_of(run.predictions("test"), classes),
    )


def _rank(row: Row) -> tuple[float, float]:
    """By what epochs are ordered; where nobody validates, the later is the better."""
    macro_f1 = row["validation_macro_f1"]
    return (0.0, row["epoch"]) if np.isnan(macro_f1) else (macro_f1, -row["epoch"])


def score_of(told: Predictions, classes: Classes) -> NamingScore:
    """The likeliest names against the reference, over the beats that have one of the classes."""
    targets, labels = targets_of(told.symbols.tolist(), classes), classes.labels
    known = targets != NO_CLASS
    likely = softmax(told.logits[known], 1.0)
    reference = [labels[at] for at in targets[known]]
    named = [labels[at] for at in likely.argmax(axis=1)]
    return count(labels, reference, named, likely.max(axis=1, initial=0.0))


def _open(run: Run, settings: Settings, split: Split, resume: bool) -> None:
    """Begin a folder, or make sure that the one there is of the same run on the same beats."""
    check_place(run, settings, resume)
    config = runs.describe(settings, split, _features(split))
    if not run.config_file.exists():
        run.write_config(config)
        return
    begun = run.config()
    if (begun["data"], begun.get("weak", {})) != (config["data"], config["weak"]):
        raise _begun_otherwise(run, ["data: other beats"])


def check_place(run: Run, settings: Settings, resume: bool) -> None:
    """Refuse a folder in which a run lies that is not to be gone on with, or is another one."""
    if not run.config_file.exists():
        return
    if not resume:
        raise ConfigError(
            f"the run {run.folder} is there already",
            remedy="go on with it by --resume, or choose another folder with --out",
        )
    differences = run.settings().differences(settings)
    if differences:
        raise _begun_otherwise(run, differences)


def _begun_otherwise(run: Run, differences: Sequence[str]) -> ConfigError:
    return ConfigError(
        f"the run {run.folder} was begun otherwise, and cannot be gone on with",
        expected="the same settings and data",
        received="; ".join(differences),
        remedy="choose another folder with --out",
    )


def _fit(settings: Settings, split: Split, run: Run, watch: Watch) -> None:
    def keep(state: Any) -> None:
        run.write_history(state.history)
        watch.epoch(state)

    model = runs.build(settings, run.config())
    state = fit(
        model,
        training_of(split, settings.recipe),
        examples_of(split.validation, split.classes),
        split.labels,
        settings.recipe,
        settings.seed,
        run.state_file,
        watch.batch,
        keep,
    )
    run.write_history(state.history)
    run.write_weights(model)


def _predict(split: Split, run: Run) -> None:
    """The logits of the weights as they were saved, computed in float32."""
    model, _ = runs.load(run.folder)
    run.write_predictions(
        {
            part: _predictions(model, beats, split.classes)
            for part, beats in (("validation", split.validation), ("test", split.test))
        }
    )


def _predictions(model: Any, beats: BeatSet, classes: Classes) -> Predictions:
    told = logits(model, examples_of(beats, classes).inputs())
    return Predictions(told, beats.symbols, beats.records, np.asarray(beats.samples, np.int64))


def _draw(run: Run, name: str) -> None:
    history, classes = run.history(), run.classes()
    for quantity in ("loss", "accuracy"):
        figures.draw_curves(history, quantity, name, run.figures / f"{quantity}.png")
    told = run.predictions("test")
    targets = targets_of(told.symbols.tolist(), classes)
    known = targets != NO_CLASS
    if not known.any():
        return
    likely, score = softmax(told.logits[known], 1.0), score_of(told, classes)
    figures.draw_confusion(score, f"{name}, test", run.figures / "confusion.png")
    figures.draw_roc(
        likely, targets[known], classes.labels, f"{name}, test", run.figures / "roc.png"
    )
    figures.draw_reliability(score, f"{name}, test", run.figures / "reliability.png")


def _features(split: Split) -> tuple[str, ...]:
    """The names of the context features; none where the beats have none."""
    return FEATURES if split.train.context.shape[1] else ()
