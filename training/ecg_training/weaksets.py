"""Beats with weak labels, to learn rhythms from: hand-held recordings of CinC 2017.

DS1 has too few patients to learn from them what an early beat is. In CinC's recordings nobody has
named a beat, but a physician has named each recording, and that tells enough:

normal        of recordings labelled N: all beats N
fibrillation  of recordings labelled A: all beats N, for they are irregular, yet none is early
early         of other recordings labelled N, in which some beats are drawn early (`early`): A;
              the rest N

Such labels are wrong here and there (a recording labelled N may hold a premature beat), so nothing
is ever judged by them. The views are made by the appliance itself, as in `beatsets`, and each kind
is kept. What is seen is already a cheap hand-held recorder's: no front end is put before it.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from zlib import crc32

import numpy as np

import ecg_training
from ecg_device.beats import detect
from ecg_device.errors import ConfigError
from ecg_device.signals import WORKING_RATE_HZ, FloatArray
from ecg_training.beatsets import (
    VIEW_MAKERS,
    BeatSet,
    join,
    kept_beats,
    rows,
    samples_of,
    seen,
)
from ecg_training.datasets import cinc2017, find_set
from ecg_training.early import EARLY, USUAL, draw_early
from ecg_training.kept import digest_of
from ecg_training.parallel import map_records
from ecg_training.product import at_working_rate
from ecg_training.scoring import match_beats

KINDS = ("normal", "fibrillation", "early")
NORMAL_RECORDINGS, EARLY_RECORDINGS = 1400, 2000  # at most: first those, then these, by name
FEWEST_BEATS = 12  # of a recording; fewer are mostly noise

_MATCH_S = 0.05  # a beat found farther from where it was drawn is another
_MAKERS = (*VIEW_MAKERS, (ecg_training, "early.py weaksets.py"))


def collect_weak(root: Path, kind: str, jobs: int = 1) -> BeatSet:
    """All beats of a kind, recording after recording; `samples` of "early" are at 360 Hz."""
    names = recordings(cinc2017.labels(root), kind)
    files = [f"{name}.{end}" for name in names for end in ("hea", "mat")]
    folder = find_set(root, "cinc2017", files)

    def make() -> BeatSet:
        return join(map_records(partial(_of_recording, root, kind), names, jobs, f"{kind} beats"))

    return kept_beats(digest_of((kind, names), _MAKERS, [folder / file for file in files]), make)


def pools(root: Path, jobs: int = 1) -> dict[str, BeatSet]:
    """What an epoch draws from: "early" holds early beats only, their neighbours are normal."""
    normal, fibrillation, drawn = (collect_weak(root, kind, jobs) for kind in KINDS)
    early = drawn.symbols == EARLY
    beats = (join([normal, drawn.where(~early)]), fibrillation, drawn.where(early))
    return dict(zip(KINDS, beats, strict=True))


def recordings(labels: dict[str, str], kind: str) -> Sequence[str]:
    """The recordings of a kind; nobody's beats are of two kinds by choice of ours."""
    normal = sorted(name for name, label in labels.items() if label == "N")
    if kind == "normal":
        return normal[:NORMAL_RECORDINGS]
    if kind == "early":
        return normal[NORMAL_RECORDINGS : NORMAL_RECORDINGS + EARLY_RECORDINGS]
    if kind == "fibrillation":
        return sorted(name for name, label in labels.items() if label == "A")
    raise ConfigError("no such kind of weak labels", expected=", ".join(KINDS), received=kind)


def _of_recording(root: Path, kind: str, name: str) -> BeatSet:
    rate_hz, mv = cinc2017.load(root, name)
    if kind == "early":
        return drawn_early(name, at_working_rate(mv, rate_hz))
    views = seen(mv, rate_hz)
    chosen = views if len(views) >= FEWEST_BEATS else []
    return rows(chosen, np.full(len(chosen), USUAL), name, rate_hz, 0)


def drawn_early(name: str, mv: FloatArray) -> BeatSet:
    """The beats of a recording at 360 Hz after some were drawn early; the name decides which."""
    beats = np.array([beat.sample for beat in detect(mv)], np.int64)
    if len(beats) < FEWEST_BEATS:
        return rows([], np.full(0, USUAL), name, WORKING_RATE_HZ, 0)
    drawn = draw_early(mv, beats, np.random.default_rng(crc32(name.encode())))
    views = seen(drawn.mv, WORKING_RATE_HZ)
    found = samples_of(views, WORKING_RATE_HZ)
    pairs = match_beats(drawn.beats, found, round(_MATCH_S * WORKING_RATE_HZ))
    chosen = [views[at] for at in pairs.test]
    return rows(chosen, drawn.symbols[pairs.reference], name, WORKING_RATE_HZ, 0)
