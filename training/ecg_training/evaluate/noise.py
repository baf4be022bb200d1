"""How much noise is borne, and is it noticed: a noise stress test of all records.

Noise is added as `ecg_training.noise` describes. The beats are those of the detector alone, scored
by EC57 (the clean blocks included, as `bxb` does); the flag is the pipeline's. Blocks of 10 s from
5:00 on are called bad when the F1 of the beats in them is under 80 %, clean when no noise was added
to them, flagged when the pipeline called most of the block unusable. Blocks with ventricular
fibrillation are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from ecg_device.signals import BoolArray, FloatArray
from ecg_training import noise, unwanted
from ecg_training.datasets import mitdb
from ecg_training.findings import Detector
from ecg_training.parallel import map_records
from ecg_training.scoring import (
    LEARNING_S,
    MATCH_WINDOW_S,
    Counts,
    IntArray,
    Matches,
    match_beats,
    score_beats,
)
from ecg_training.tables import Column, Row, Table
from ecg_training.windows import Windows

BLOCK_S = 10.0
BAD_F1 = 0.80

COLUMNS = (
    Column("noise", "noise"),
    Column("snr", "SNR dB", "d"),
    Column("se", "Se %", ".2f"),
    Column("p", "+P %", ".2f"),
    Column("f1", "F1 %", ".2f"),
    Column("gated_se", "gated Se %", ".2f"),
    Column("gated_p", "gated +P %", ".2f"),
    Column("bad", "bad blocks", "d"),
    Column("bad_flagged", "bad flagged %", ".1f"),
    Column("clean", "clean blocks", "d"),
    Column("clean_flagged", "clean flagged %", ".2f"),
)


@dataclass(frozen=True, slots=True)
class StressScore:
    """Beats and blocks of one record, or of several, at one noise level."""

    beats: Counts = field(default_factory=Counts)
    gated: Counts = field(default_factory=Counts)
    bad: int = 0
    bad_flagged: int = 0
    clean: int = 0
    clean_flagged: int = 0

    def __add__(self, other: "StressScore") -> "StressScore":
        return StressScore(
            self.beats + other.beats,
            self.gated + other.gated,
            self.bad + other.bad,
            self.bad_flagged + other.bad_flagged,
            self.clean + other.clean,
            self.clean_flagged + other.clean_flagged,
        )

    def row(self, kind: str, snr_db: int | None) -> Row:
        return {
            "noise": kind,
            "snr": snr_db,
            "se": 100 * self.beats.sensitivity,
            "p": 100 * self.beats.precision,
            "f1": 100 * self.beats.f1,
            "gated_se": 100 * self.gated.sensitivity,
            "gated_p": 100 * self.gated.precision,
            "bad": self.bad,
            "bad_flagged": _percent(self.bad_flagged, self.bad),
            "clean": self.clean,
            "clean_flagged": _percent(self.clean_flagged, self.clean),
        }


@dataclass(frozen=True, slots=True)
class Stress:
    """One kind of noise at one level; without a kind, the records as they are."""

    kind: str | None = None
    snr_db: int | None = None

    def applied_to(self, root: Path, record: mitdb.Record) -> FloatArray:
        if self.kind is None or self.snr_db is None:
            return record.mv
        disturbance = unwanted.load(root, self.kind)
        height = noise.qrs_amplitude(record.mv, record.narrow_beats, record.rate_hz)
        rms = noise.noise_rms(disturbance, record.rate_hz)
        gain = noise.gain_for(self.snr_db, height, rms)
        return noise.add_noise(record.mv, disturbance, gain, record.rate_hz)


def levels(kinds: Sequence[str], snrs_db: Sequence[int]) -> list[Stress]:
    """The records as they are, then every kind of noise at every level."""
    return [Stress(), *(Stress(kind, snr_db) for kind in kinds for snr_db in snrs_db)]


def evaluate(
    root: Path,
    records: Sequence[str],
    detector: Detector,
    pipeline: Detector,
    stresses: Sequence[Stress],
    jobs: int,
) -> list[Table]:
    """One row a noise level, gross over the records."""
    tasks = [(stress, name) for stress in stresses for name in records]
    scores = map_records(partial(_score_task, root, detector, pipeline), tasks, jobs, "noise")
    rows = []
    for i, stress in enumerate(stresses):
        of_level = scores[i * len(records) : (i + 1) * len(records)]
        rows.append(sum(of_level, start=StressScore()).row(stress.kind or "none", stress.snr_db))
    return [Table(f"noise stress, {len(records)} records, gross", COLUMNS, rows)]


def _score_task(
    root: Path, detector: Detector, pipeline: Detector, task: tuple[Stress, str]
) -> StressScore:
    stress, name = task
    return score_record(mitdb.load(root, name), stress, root, detector, pipeline)


def score_record(
    record: mitdb.Record, stress: Stress, root: Path, detector: Detector, pipeline: Detector
) -> StressScore:
    """Make one record noisy, run both, and score beats and blocks."""
    mv = stress.applied_to(root, record)
    found, gated = detector(mv, record.rate_hz), pipeline(mv, record.rate_hz)
    blocks = Windows.over(len(mv), BLOCK_S, LEARNING_S, record.rate_hz)
    window = round(MATCH_WINDOW_S * record.rate_hz)
    matches = match_beats(record.beats, found.beats, window)
    f1 = block_f1(blocks, record.beats, found.beats, matches)
    counted = blocks.share_inside(record.fibrillation) == 0
    bad = counted & (f1 < BAD_F1)
    clean = counted & ~_noisy(blocks, stress, len(mv), record.rate_hz)
    flagged = blocks.share_inside(gated.flagged) > 0.5
    return StressScore(
        _counts(record, found.beats),
        _counts(record, gated.beats),
        *(int(np.count_nonzero(b)) for b in (bad, bad & flagged, clean, clean & flagged)),
    )


def _counts(record: mitdb.Record, beats: IntArray) -> Counts:
    return score_beats(record.beats, beats, record.rate_hz, uncounted=record.fibrillation).counts


def block_f1(
    blocks: Windows, reference: IntArray, detected: IntArray, matches: Matches
) -> FloatArray:
    """F1 of each block, NaN where it holds nothing to count.

    Found and missed beats count where they are, extra ones where they were put.
    """
    found = blocks.count_inside(reference[matches.reference])
    errors = blocks.count_inside(reference[matches.missed])
    errors = errors + blocks.count_inside(detected[matches.extra])
    with np.errstate(invalid="ignore"):
        return 2 * found / (2 * found + errors)


def _noisy(blocks: Windows, stress: Stress, samples: int, rate_hz: float) -> BoolArray:
    if stress.kind is None:
        return np.zeros(blocks.count, np.bool_)
    return noise.noise_is_on(samples, rate_hz)[blocks.starts]


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else float("nan")
