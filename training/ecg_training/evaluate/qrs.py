"""Are the beats found, where, and how soon: EC57 over the MIT-BIH Arrhythmia Database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean

import numpy as np

from ecg_training.datasets import mitdb
from ecg_training.findings import Detector
from ecg_training.parallel import map_records
from ecg_training.scoring import LEARNING_S, BeatScore, inside, score_beats
from ecg_training.tables import Column, Row, Table

COLUMNS = (
    Column("record", "record"),
    Column("beats", "beats", "d"),
    Column("fn", "FN", "d"),
    Column("fp", "FP", "d"),
    Column("se", "Se %", ".2f"),
    Column("p", "+P %", ".2f"),
    Column("f1", "F1 %", ".2f"),
    Column("der", "DER %", ".3f"),
    Column("f1_50ms", "F1@50ms %", ".2f"),
    Column("error_samples", "R error", ".1f"),
    Column("error_ms", "R error ms", ".1f"),
    Column("abs_error_samples", "abs R error", ".1f"),
    Column("abs_error_ms", "abs R error ms", ".1f"),
    Column("delay_ms", "delay ms", ".0f"),
    Column("delay_p95_ms", "p95", ".0f"),
    Column("delay_max_ms", "max", ".0f"),
    Column("shutdown", "shutdown %", ".2f"),
)
_AVERAGED = ("se", "p", "f1", "der", "f1_50ms")


@dataclass(frozen=True, slots=True)
class QrsScore:
    """The beats' score and the time the detector was shut down, in samples after 5:00."""

    score: BeatScore
    shut: int
    samples: int

    def __add__(self, other: "QrsScore") -> "QrsScore":
        return QrsScore(
            self.score + other.score, self.shut + other.shut, self.samples + other.samples
        )

    def row(self, record: str) -> Row:
        score, counts = self.score, self.score.counts
        ms = 1000.0 / score.rate_hz
        error, absolute = _median(score.location_error), _median(np.abs(score.location_error))
        delay = score.delay if len(score.delay) else np.array([np.nan])
        return {
            "record": record,
            "beats": counts.beats,
            "fn": counts.fn,
            "fp": counts.fp,
            "se": 100 * counts.sensitivity,
            "p": 100 * counts.precision,
            "f1": 100 * counts.f1,
            "der": 100 * counts.error_rate,
            "f1_50ms": 100 * score.tight.f1,
            "error_samples": error,
            "error_ms": error * ms,
            "abs_error_samples": absolute,
            "abs_error_ms": absolute * ms,
            "delay_ms": float(np.median(delay)) * ms,
            "delay_p95_ms": float(np.percentile(delay, 95)) * ms,
            "delay_max_ms": float(np.max(delay)) * ms,
            "shutdown": 100 * self.shut / self.samples,
        }


def evaluate(
    root: Path, records: Sequence[str], detector: Detector, jobs: int, title: str
) -> list[Table]:
    """A table of records and one of groups: gross (pooled) and average (of the records)."""
    scores = map_records(partial(score_record, root, detector), records, jobs, title)
    by_record = dict(zip(records, scores, strict=True))
    rows = [score.row(name) for name, score in by_record.items()]
    return [
        Table(f"{title}: each record", COLUMNS, rows),
        Table(f"{title}: gross and average", COLUMNS, _group_rows(by_record)),
    ]


def score_record(root: Path, detector: Detector, name: str) -> QrsScore:
    """Load one record, let the detector loose on it, and score what it found."""
    record = mitdb.load(root, name)
    found = detector(record.mv, record.rate_hz)
    score = score_beats(
        record.beats,
        found.beats,
        record.rate_hz,
        decided=found.decided,
        uncounted=record.fibrillation,
    )
    tested = np.arange(round(LEARNING_S * record.rate_hz), len(record.mv))
    return QrsScore(score, int(np.count_nonzero(inside(tested, found.flagged))), len(tested))


def _group_rows(by_record: dict[str, QrsScore]) -> list[Row]:
    groups = {"all": by_record.keys(), "DS1": mitdb.DS1, "DS2": mitdb.DS2}
    rows: list[Row] = []
    for group, names in groups.items():
        scores = [score for name, score in by_record.items() if name in names]
        if not scores:
            continue
        rows.append(total(scores).row(f"{group} ({len(scores)}), gross"))
        rows.append(_average([score.row("") for score in scores], f"{group}, average"))
    return rows


def total(scores: Iterable[QrsScore]) -> QrsScore:
    """The gross score of several records."""
    first, *rest = scores
    return sum(rest, start=first)


def _average(rows: list[Row], name: str) -> Row:
    average: Row = {"record": name}
    for key in _AVERAGED:
        average[key] = fmean(value for row in rows if isinstance(value := row[key], float))
    return average


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if len(values) else float("nan")
