"""What a network says of beats cut out beforehand: no detector and no gate in between.

That is how protocols are scored that hold parts of the beats back, cross-validation above all: each
run folder keeps the logits of its test part, and the parts of all folds together are every beat
once. The name is the label of the largest logit; nothing is withheld.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_device.classifier import softmax
from ecg_device.errors import ConfigError
from ecg_device.signals import FloatArray
from ecg_training.beat_groups import AAMI, Grouping, by_aami, by_label
from ecg_training.naming_scores import NamingScore, count
from ecg_training.protocols import PROTOCOLS
from ecg_training.train.runs import Run


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """Probabilities of labels, a row a beat; the beats' symbols and records."""

    labels: tuple[str, ...]
    probabilities: FloatArray
    symbols: NDArray[np.str_]
    records: NDArray[np.str_]

    def names(self) -> NDArray[np.str_]:
        """The most probable label of each beat."""
        return np.asarray(np.array(self.labels)[self.probabilities.argmax(axis=1)])


def grouping_of(labels: Sequence[str]) -> Grouping:
    """EC57's groups where the labels are such groups, else the labels themselves."""
    if set(labels) <= set(AAMI.values()):
        return by_aami({label: label for label in labels})
    return by_label(labels)


def by_record(predictions: Predictions, grouping: Grouping) -> dict[str, NamingScore]:
    """The score of each record's beats."""
    references = np.array(grouping.references(predictions.symbols.tolist()))
    names = np.array(grouping.names(predictions.names().tolist()))
    confidence = predictions.probabilities.max(axis=1)
    return {
        str(record): count(
            grouping.classes,
            references[here].tolist(),
            names[here].tolist(),
            confidence[here],
        )
        for record in np.unique(predictions.records)
        for here in [predictions.records == record]
    }


def of_runs(folders: Sequence[Path]) -> dict[str, dict[str, NamingScore]]:
    """The scores by record of run folders, those of one network and protocol added up."""
    pooled: dict[str, dict[str, NamingScore]] = {}
    for folder in folders:
        scope, found = load(folder)
        records = pooled.setdefault(scope, {})
        for record, score in by_record(found, grouping_of(found.labels)).items():
            records[record] = records[record] + score if record in records else score
    return pooled


def load(folder: Path) -> tuple[str, Predictions]:
    """What a run said of its test part, and which network and protocol it is of."""
    run = Run(folder)
    config = run.config()
    if not run.finished:
        raise ConfigError(
            f"the run {folder} has no predictions yet",
            expected=str(run.predictions_file),
            received="no such file",
            remedy="finish it with `ecg-train train … --resume`",
        )
    settings, told = run.settings(), run.predictions("test")
    found = Predictions(
        tuple(config["labels"]), softmax(told.logits, 1.0), told.symbols, told.records
    )
    return f"{settings.network}, {PROTOCOLS[settings.protocol].title}", found
