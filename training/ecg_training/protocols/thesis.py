"""The thesis's protocol, leak and all: the only purpose is to compare with its own numbers.

Its beats are those of `pan_tompkins` on channel 0 of all 48 records, each record scaled to [0, 1]
by its own extremes; a window is [r - 89, r + 170) about a detection; its label is that of the
last annotation before the detection, and whatever is not one of six symbols, a rhythm mark
included, counts as N. All classes are then brought to 10,000 examples, N by leaving out and the
others by SMOTE, and only then split at random: made-up beats have their parents in another part,
and all patients are in all parts. No number from here says how good a classifier is.
"""

from bisect import bisect_left
from pathlib import Path

import numpy as np

from ecg_device.formats.annotations import read_annotations
from ecg_device.signals import FloatArray
from ecg_device.views import AFTER, BEFORE, Float32Array
from ecg_training.beatsets import BeatSet, join
from ecg_training.datasets import mitdb, read_lead
from ecg_training.parallel import map_records
from ecg_training.protocols.at_random import parts
from ecg_training.protocols.balancing import balance
from ecg_training.protocols.pan_tompkins import pan_tompkins
from ecg_training.protocols.patients import SIX_BEATS
from ecg_training.protocols.split import SIX, Split
from ecg_training.scoring import IntArray

EACH = 10_000
SEED = 42


def split(root: Path, jobs: int = 1) -> Split:
    """42,000, 9,000 and 9,000 beats of six classes; `context` is empty."""
    return split_after_balancing(segment(root, jobs), EACH)


def split_after_balancing(beats: BeatSet, each: int) -> Split:
    """The step that leaks."""
    rng = np.random.default_rng(SEED)
    return parts(balance(beats, SIX_BEATS.targets(beats), each, rng), SEED, SIX_BEATS)


def segment(root: Path, jobs: int = 1) -> BeatSet:
    """All 110,084 windows in the order of the records, with the labels that the thesis gave."""
    mitdb.require(root)
    paths = [root / "mitdb" / name for name in mitdb.ALL]
    return join(map_records(_of_record, paths, jobs, "thesis"))


def _of_record(path: Path) -> BeatSet:
    rate_hz, mv = read_lead(path)
    scaled = (mv - mv.min()) / (mv.max() - mv.min())
    beats = pan_tompkins(scaled, rate_hz)
    return BeatSet(
        _windows(scaled, beats),
        np.empty((len(beats), 0), np.float32),
        np.array(_labels(path.with_suffix(".atr"), beats), "<U1"),
        np.full(len(beats), path.name, "<U3"),
        beats,
        np.zeros(len(beats), np.int64),
    )


def _windows(signal: FloatArray, beats: IntArray) -> Float32Array:
    """The windows; one that reaches over an end of the record repeats its last value."""
    reached = np.clip(beats[:, None] + np.arange(-BEFORE, AFTER), 0, len(signal) - 1)
    return np.asarray(signal[reached], np.float32)


def _labels(path: Path, beats: IntArray) -> list[str]:
    marks = read_annotations(path)
    samples = [mark.sample for mark in marks]
    before = [bisect_left(samples, beat) - 1 for beat in beats.tolist()]
    symbols = [marks[at].symbol if at >= 0 else "N" for at in before]
    return [symbol if symbol in SIX else "N" for symbol in symbols]
