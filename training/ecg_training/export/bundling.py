"""A run becomes a bundle: converted, calibrated, tested in both runtimes, only then in place."""

import json
import math
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecg_device.classifier import Classifier, deviation, open_bundle
from ecg_device.classifier.bundle import CARD, CARD_TEXT, MODEL, open_untested
from ecg_device.classifier.card import read_card
from ecg_device.errors import ConfigError, ModelError
from ecg_device.runtime import Model, runtime_name
from ecg_device.views import Float32Array
from ecg_training.beatsets import BeatSet
from ecg_training.export import checks, golden
from ecg_training.export.calibration import Representative, temperature
from ecg_training.export.card_text import card_text
from ecg_training.export.card_values import Values, card_values, golden_value, written
from ecg_training.export.converter import Converted, convert
from ecg_training.train.examples import NO_CLASS, targets_of
from ecg_training.train.runs import Run

GIVEN, FITTED = "given", "fitted on the validation part"  # a card's words on its temperature
_STEPS = 8  # of an eight-bit logit, by which a runtime may differ; 1 to 5 were seen, more if deeper
_FLOATS = 1e-4  # of the largest logit, the same for float32


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user decides of a bundle."""

    name: str
    quantization: str = "int8"
    threshold: float = 0.5
    partitions: int = 1  # into which XNNPACK may cut the graph
    metrics: Sequence[Mapping[str, Any]] = ()
    temperature: float | None = None  # None: by the validation beats

    def __post_init__(self) -> None:
        if self.temperature is not None and not 0 < self.temperature < math.inf:
            raise ConfigError(
                "the temperature cannot divide logits",
                expected="a finite number above 0",
                received=f"{self.temperature:g}",
                remedy="leave --temperature out to have it fitted on the validation part",
            )


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished bundle, and what was measured on the way."""

    folder: Path
    bytes: int
    parameters: int
    partitions: int
    temperature: float
    agreement: float | None  # share of validation beats named as the float32 network names them
    tested: tuple[str, ...]  # what each runtime said


def export(
    run: Path,
    wishes: Wishes,
    out: Path,
    shown: Representative,
    validation: BeatSet,
    other_python: Path | None,
) -> Exported:
    """Put `out/NAME` in place; what was there before is replaced only by a bundle that passed.

    `validation` are beats that the run was not trained on, for the temperature.
    `other_python` has tflite-runtime 2.14; None: only the runtime at hand is asked.
    """
    Run(run).config()  # no run: say so before TensorFlow is loaded
    converted = convert(run, wishes.quantization, shown)
    model = Model(converted.content, f"the model of {run}")
    partitions = checks.check_partitions(model, wishes.partitions)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=out) as name:
        folder = Path(name, wishes.name)
        folder.mkdir()
        values = _begun(folder, Run(run), wishes, converted)
        logits = _logits(open_untested(folder), validation)
        values["temperature"], how = _settled(wishes, logits, validation, Run(run))
        values["training"]["temperature"] = how
        _write_card(folder, values)
        tested = _tested(folder, other_python)
        _replace(folder, out / wishes.name)
    agreement = _agreement(logits, Run(run), validation)
    return Exported(
        out / wishes.name,
        len(converted.content),
        converted.parameters,
        partitions,
        values["temperature"],
        agreement,
        tested,
    )


def rewrite_card(folder: Path, metrics: Sequence[Mapping[str, Any]]) -> None:
    """Put metrics that were measured on a bundle into its card; everything else stays."""
    values: Values = json.loads((folder / CARD).read_bytes())
    with tempfile.TemporaryDirectory(prefix=".card-", dir=folder.parent) as name:
        copy = Path(name)
        shutil.copyfile(folder / MODEL, copy / MODEL)
        _write_card(copy, values | {"metrics": list(metrics)})
        open_bundle(copy)
        for file in (CARD, CARD_TEXT):
            os.replace(copy / file, folder / file)


def _begun(folder: Path, run: Run, wishes: Wishes, converted: Converted) -> Values:
    """Model and card in the folder, with golden examples as the model answers them here."""
    (folder / MODEL).write_bytes(converted.content)
    values = card_values(
        wishes.name,
        run.config(),
        converted,
        wishes.quantization,
        wishes.threshold,
        wishes.metrics,
    )
    examples = golden.examples()
    takes_context = "context" in converted.inputs
    nothing = np.zeros(len(values["labels"]), np.float32)
    values |= {"temperature": 1.0, "tolerance": 0.0}
    values["golden"] = [
        golden_value(window, context if takes_context else None, nothing)
        for _, window, context in examples
    ]
    _write_card(folder, values)
    classifier = open_untested(folder)
    answers = [classifier.logits(window, context) for _, window, context in examples]
    values["tolerance"] = _tolerance(classifier, np.array(answers))
    for example, answer in zip(values["golden"], answers, strict=True):
        example["logits"] = [round(float(value), 6) for value in answer]
        example["label"] = values["labels"][int(np.argmax(example["logits"]))]
    return values


def _tolerance(classifier: Classifier, answers: Float32Array) -> float:
    step = classifier.model.outputs["logits"].scale
    return round(_STEPS * step, 6) if step else float(_FLOATS * np.abs(answers).max())


def _write_card(folder: Path, values: Values) -> None:
    (folder / CARD).write_text(written(values))
    (folder / CARD_TEXT).write_text(card_text(read_card(folder / CARD)))


def _logits(classifier: Classifier, beats: BeatSet) -> Float32Array:
    rows = [
        classifier.logits(window, context)
        for window, context in zip(beats.windows, beats.context, strict=True)
    ]
    return np.array(rows, np.float32)


def _settled(wishes: Wishes, logits: Float32Array, beats: BeatSet, run: Run) -> tuple[float, str]:
    """The temperature, and how it came about, for the card."""
    if wishes.temperature is not None:
        return wishes.temperature, GIVEN
    return _temperature(logits, beats, run), FITTED


def _temperature(logits: Float32Array, beats: BeatSet, run: Run) -> float:
    targets = targets_of(beats.symbols.tolist(), run.classes())
    known = targets != NO_CLASS
    if not known.any():
        raise ModelError(
            "no temperature can be fitted",
            expected="validation beats of the run's classes",
            remedy="name the temperature of a run that validated, by --temperature",
        )
    return round(temperature(logits[known], targets[known]), 4)


def _agreement(logits: Float32Array, run: Run, beats: BeatSet) -> float | None:
    """With the run's own predictions, where they are of the same beats."""
    if not run.finished or not len(beats):
        return None
    told = run.predictions("validation")
    if not np.array_equal(told.samples, beats.samples):
        return None
    return float((told.logits.argmax(axis=1) == logits.argmax(axis=1)).mean())


def _tested(folder: Path, other_python: Path | None) -> tuple[str, ...]:
    off = deviation(open_bundle(folder))
    here = f"golden beats within {off:.2g} in {runtime_name()}"
    if other_python is None:
        return (here,)
    return here, checks.verify_with(other_python, folder)


def _replace(folder: Path, place: Path) -> None:
    """Move a finished bundle to its name; the one there before goes, but not for nothing."""
    before = folder.with_name(f"{folder.name}.before")
    if place.exists():
        os.rename(place, before)
    try:
        os.rename(folder, place)
    except OSError:
        if before.exists():
            os.rename(before, place)
        raise
