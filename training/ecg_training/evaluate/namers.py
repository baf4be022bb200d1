"""Where names come from: the appliance with a bundle behind a front end, or what it has written."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ecg_device.classifier import Classifier, open_bundle
from ecg_device.errors import ConfigError
from ecg_device.formats.annotations import read_annotations
from ecg_device.signals import FloatArray
from ecg_training.datasets import mitdb
from ecg_training.frontend import CONDITIONS, Delivered, FrontEnd, delivered
from ecg_training.product import NamedBeats, named_beats


@dataclass(frozen=True, slots=True)
class Appliance:
    """All of the device's analysis, with the bundle in a folder, of a record behind a front end."""

    bundle: Path
    condition: str = "clean"

    def __call__(self, record: mitdb.Record) -> NamedBeats:
        run = _delivered(self.condition, record)
        return named_beats(run.mv, record.rate_hz, opened(self.bundle), run.rails_mv)


@dataclass(frozen=True, slots=True)
class Files:
    """The `NAME.ecgd` that `ecg-device analyze --out FOLDER` wrote; they tell no confidence.

    Where the `NAME.json` beside it says whose names they are, it must be the model of that hash.
    """

    folder: Path
    sha256: str

    def __call__(self, record: mitdb.Record) -> NamedBeats:
        path = self.folder / f"{record.name}.ecgd"
        if not path.is_file():
            raise self._refused(record, str(path), "no such file")
        named_by = _model_of(path.with_suffix(".json"))
        if named_by not in (None, self.sha256):
            raise self._refused(record, f"names by model {self.sha256}", f"by {named_by}")
        beats = [a for a in read_annotations(path) if a.symbol in mitdb.BEAT_SYMBOLS]
        return NamedBeats(
            np.array([a.sample for a in beats], np.int64),
            tuple(a.symbol for a in beats),
            np.full(len(beats), np.nan),
        )

    def _refused(self, record: mitdb.Record, expected: str, received: str) -> ConfigError:
        return ConfigError(
            f"there are no results of record {record.name} to be scored",
            expected=expected,
            received=received,
            remedy=f"ecg-device analyze .../mitdb/{record.name} --model ... --out {self.folder}",
        )


def _model_of(report: Path) -> str | None:
    """The hash of the model that a report names; None where it or the report is not there."""
    if not report.is_file():
        return None
    try:
        found = json.loads(report.read_text(encoding="utf-8"))["model"]["sha256"]
    except (ValueError, KeyError, TypeError):
        return None
    return None if found is None else str(found)


@cache
def opened(bundle: Path) -> Classifier:
    """The classifier in a folder, opened once in each process."""
    return open_bundle(bundle)


def behind(condition: str, record: mitdb.Record) -> FloatArray:
    """The record as a front end would have delivered it: the very signal of `beatsets.collect`."""
    return _delivered(condition, record).mv


def _delivered(condition: str, record: mitdb.Record) -> Delivered:
    front_end(condition)
    return delivered(condition, record.mv, record.rate_hz, record.name)


def front_end(condition: str) -> FrontEnd:
    """The front end of a name, or an error that lists them."""
    if condition not in CONDITIONS:
        raise ConfigError(
            "no such condition of recording",
            expected=", ".join(CONDITIONS),
            received=condition,
        )
    return CONDITIONS[condition]
