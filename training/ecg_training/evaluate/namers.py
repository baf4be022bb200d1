"""Where names come from: the appliance with a bundle behind a front end, or what it has written."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np

from ecg_device.classifier import Classifier, open_bundle
from ecg_device.errors import ConfigError
from ecg_device.formats.annotations import read_annotations
from ecg_device.signals import FloatArray
from ecg_training.datasets import mitdb
from ecg_training.frontend import CONDITIONS, FrontEnd
from ecg_training.product import NamedBeats, named_beats


@dataclass(frozen=True, slots=True)
class Appliance:
    """All of the device's analysis, with the bundle in a folder, of a record behind a front end."""

    bundle: Path
    condition: str = "clean"

    def __call__(self, record: mitdb.Record) -> NamedBeats:
        mv = behind(self.condition, record)
        rails_mv = front_end(self.condition).rails_mv
        return named_beats(mv, record.rate_hz, opened(self.bundle), rails_mv)


@dataclass(frozen=True, slots=True)
class Files:
    """The `NAME.ecgd` that `ecg-device analyze --out FOLDER` wrote; they tell no confidence."""

    folder: Path

    def __call__(self, record: mitdb.Record) -> NamedBeats:
        path = self.folder / f"{record.name}.ecgd"
        if not path.is_file():
            raise ConfigError(
                f"the results of record {record.name} are missing",
                expected=str(path),
                received="no such file",
                remedy=f"ecg-device analyze .../mitdb/{record.name} --out {self.folder}",
            )
        beats = [a for a in read_annotations(path) if a.symbol in mitdb.BEAT_SYMBOLS]
        return NamedBeats(
            np.array([a.sample for a in beats], np.int64),
            tuple(a.symbol for a in beats),
            np.full(len(beats), np.nan),
        )


@cache
def opened(bundle: Path) -> Classifier:
    """The classifier in a folder, opened once in each process."""
    return open_bundle(bundle)


def behind(condition: str, record: mitdb.Record) -> FloatArray:
    """The record as a front end would have delivered it: the very signal of `beatsets.collect`."""
    chance = np.random.default_rng([0, int(record.name), 0, crc32(condition.encode())])
    return front_end(condition).apply(record.mv, record.rate_hz, chance)


def front_end(condition: str) -> FrontEnd:
    """The front end of a name, or an error that lists them."""
    if condition not in CONDITIONS:
        raise ConfigError(
            "no such condition of recording",
            expected=", ".join(CONDITIONS),
            received=condition,
        )
    return CONDITIONS[condition]
