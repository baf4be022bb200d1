"""A run's folder: what was asked, with what it was made, the weights, the history, the logits.

config.json          settings, labels, data and their hash, versions, commit, command
state.npz            to go on with (see `state`)
model.weights.h5     of the chosen epoch, in float32
history.csv          a row an epoch
predictions.npz      logits of every validation and test beat, with symbol, record and place
figures/             PNG
"""

import csv
import hashlib
import io
import json
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_device.errors import ConfigError, FormatError
from ecg_device.views import VERSION, Float32Array
from ecg_training import networks
from ecg_training.beatsets import BeatSet
from ecg_training.protocols import Classes, Split
from ecg_training.scoring import IntArray
from ecg_training.train.settings import Settings
from ecg_training.train.state import Row, write_whole

_PACKAGES = ("ecg-device", "keras", "tensorflow", "tensorflow-cpu", "jax", "torch", "numpy")


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """What a network said of the beats of one part."""

    logits: Float32Array  # (n, classes)
    symbols: NDArray[np.str_]  # of the reference
    records: NDArray[np.str_]
    samples: IntArray


@dataclass(frozen=True, slots=True)
class Run:
    """A folder and the names of what lies in it."""

    folder: Path

    @property
    def config_file(self) -> Path:
        return self.folder / "config.json"

    @property
    def state_file(self) -> Path:
        return self.folder / "state.npz"

    @property
    def weights_file(self) -> Path:
        return self.folder / "model.weights.h5"

    @property
    def history_file(self) -> Path:
        return self.folder / "history.csv"

    @property
    def predictions_file(self) -> Path:
        return self.folder / "predictions.npz"

    @property
    def figures(self) -> Path:
        return self.folder / "figures"

    @property
    def finished(self) -> bool:
        """The predictions are the last thing a training writes."""
        return self.predictions_file.exists()

    def config(self) -> dict[str, Any]:
        """What the run was made from."""
        try:
            read: dict[str, Any] = json.loads(self.config_file.read_text())
        except (OSError, ValueError) as error:
            raise FormatError(
                f"{self.folder} is not the folder of a run",
                expected="config.json in it",
                received=str(error),
                remedy="make one with `ecg-train train`",
            ) from error
        return read

    def settings(self) -> Settings:
        """What the run was asked to be."""
        return Settings.from_json(self.config()["settings"])

    def classes(self) -> Classes:
        """The labels that the run tells apart, and the symbols that they stand for."""
        config = self.config()
        return Classes(tuple(config["labels"]), config["classes"])

    def history(self) -> list[Row]:
        """A row an epoch."""
        with self.history_file.open(newline="") as file:
            return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]

    def predictions(self, part: str) -> Predictions:
        """Of `validation` or `test`."""
        with np.load(self.predictions_file, allow_pickle=False) as stored:
            return Predictions(*(stored[f"{part}_{f.name}"] for f in fields(Predictions)))

    def write_config(self, config: Mapping[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.config_file, (json.dumps(config, indent=1) + "\n").encode())

    def write_history(self, history: Sequence[Row]) -> None:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(history[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)
        write_whole(self.history_file, text.getvalue().encode())

    def write_weights(self, model: Any) -> None:
        part = self.folder / "part.weights.h5"  # Keras wants this ending
        model.save_weights(part)
        part.replace(self.weights_file)

    def write_predictions(self, parts: Mapping[str, Predictions]) -> None:
        packed = io.BytesIO()
        arrays = {
            f"{part}_{field.name}": getattr(told, field.name)
            for part, told in parts.items()
            for field in fields(Predictions)
        }
        np.savez_compressed(packed, allow_pickle=False, **arrays)
        write_whole(self.predictions_file, packed.getvalue())


def load(folder: Path) -> tuple[Any, dict[str, Any]]:
    """The trained network in float32, and its configuration.

    Keras must be there already (`backend.start`); any backend reads any run's weights.
    """
    run = Run(folder)
    config = run.config()
    model = build(run.settings(), config)
    if not run.weights_file.exists():
        raise ConfigError(
            f"the run {folder} has no weights",
            expected=str(run.weights_file),
            received="no such file",
            remedy="finish it with `ecg-train train … --resume`",
        )
    model.load_weights(run.weights_file)
    return model, config


def build(settings: Settings, config: Mapping[str, Any]) -> Any:
    """The network of a run with fresh weights."""
    return networks.build(
        settings.network, len(config["labels"]), len(config["features"]), **settings.options
    )


def describe(settings: Settings, split: Split, features: Sequence[str]) -> dict[str, Any]:
    """The configuration of a run on this data, in this environment."""
    parts = {"train": split.train, "validation": split.validation, "test": split.test}
    return {
        "settings": settings.as_json(),
        "labels": list(split.labels),
        "classes": dict(split.classes.of_symbol),
        "features": list(features),
        "views": VERSION,
        "data": {name: _told(beats) for name, beats in parts.items()},
        "weak": {kind: _summed(beats) for kind, beats in split.weak.items()},
        "versions": {"python": platform.python_version(), **_versions()},
        "commit": commit_of_code(),
        "command": " ".join(["ecg-train", *sys.argv[1:]]),
    }


def _summed(beats: BeatSet) -> dict[str, Any]:
    """Of thousands of records that nobody looks up by name."""
    return {**_told(beats), "records": len(np.unique(beats.records))}


def _told(beats: BeatSet) -> dict[str, Any]:
    symbols, counts = np.unique(beats.symbols, return_counts=True)
    return {
        "beats": len(beats.symbols),
        "symbols": dict(zip(symbols.tolist(), counts.tolist(), strict=True)),
        "records": np.unique(beats.records).tolist(),
        "sha256": _hash(beats),
    }


def _hash(beats: BeatSet) -> str:
    digest = hashlib.sha256()
    for values in (beats.windows, beats.context, beats.symbols):
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def commit_of_code() -> str | None:
    """The commit of the checkout that this code runs from, `-dirty` where it was changed since."""
    git = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    try:
        found = subprocess.run(git, capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()
