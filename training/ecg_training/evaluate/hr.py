"""Is the heart rate right: at the end of every 10 s window the rate shown against the annotations.

The reference is the mean rate of the annotated beats inside the window. A window with ventricular
fibrillation, or with fewer than two annotated beats, is left out. A window is flagged when the
appliance called most of it or its end, where the rate is read, unusable; flagged windows are listed
apart, and an unflagged window without a rate counts as wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ecg_device.signals import BoolArray, FloatArray
from ecg_training.datasets import mitdb
from ecg_training.findings import Detector, Findings
from ecg_training.parallel import map_records
from ecg_training.scoring import LEARNING_S, inside
from ecg_training.tables import Column, Row, Table, percent
from ecg_training.windows import Windows

WINDOW_S = 10.0
RELATIVE, ABSOLUTE_BPM = 0.10, 5.0  # EC13: whichever is greater

COLUMNS = (
    Column("rate", "rate"),
    Column("windows", "windows", "d"),
    Column("flagged", "flagged %", ".2f"),
    Column("withheld", "not flagged, no rate %", ".2f"),
    Column("within", "within 10 % or 5 bpm, %", ".2f"),
    Column("within_given", "the same of rates given, %", ".2f"),
    Column("within_1_bpm", "within 1 bpm, %", ".2f"),
    Column("mae", "MAE bpm", ".2f"),
)


@dataclass(frozen=True, slots=True, eq=False)
class RateErrors:
    """One entry a window: the true rate, the rate given (NaN: none), and whether it was flagged."""

    reference: FloatArray
    given: FloatArray
    flagged: BoolArray

    def __add__(self, other: "RateErrors") -> "RateErrors":
        return RateErrors(
            np.concatenate((self.reference, other.reference)),
            np.concatenate((self.given, other.given)),
            np.concatenate((self.flagged, other.flagged)),
        )

    def row(self, name: str) -> Row:
        judged = ~self.flagged
        error = np.abs(self.given - self.reference)[judged]
        known = error[~np.isnan(error)]
        right = error <= np.maximum(RELATIVE * self.reference[judged], ABSOLUTE_BPM)
        return {
            "rate": name,
            "windows": len(self.reference),
            "flagged": percent(self.flagged),
            "withheld": percent(np.isnan(error)),
            "within": percent(right),
            "within_given": percent(right[~np.isnan(error)]),
            "within_1_bpm": percent(error <= 1.0),
            "mae": float(known.mean()) if len(known) else float("nan"),
        }


def evaluate(
    root: Path, records: Sequence[str], detector: Detector, jobs: int, title: str
) -> list[Table]:
    """The rate shown, and beside it the plain mean of the beats found in each window."""
    per_record = map_records(partial(score_record, root, detector), records, jobs, title)
    names = ("as shown", "mean of the beats found")
    rows = []
    for name, parts in zip(names, zip(*per_record, strict=True), strict=True):
        first, *rest = parts
        rows.append(sum(rest, start=first).row(name))
    return [Table(f"{title}: {WINDOW_S:.0f} s windows from 5:00 on", COLUMNS, rows)]


def score_record(root: Path, detector: Detector, name: str) -> tuple[RateErrors, RateErrors]:
    """The errors of the rate shown and of the mean over the beats found, window by window."""
    record = mitdb.load(root, name)
    found = detector(record.mv, record.rate_hz)
    windows = Windows.over(len(record.mv), WINDOW_S, LEARNING_S, record.rate_hz)
    reference = windows.mean_rates(record.beats, record.rate_hz)
    counted = ~np.isnan(reference) & (windows.share_inside(record.fibrillation) == 0)
    flagged = windows.share_inside(found.flagged) > 0.5
    for end in (windows.stops - 1, windows.stops):
        flagged |= inside(end, found.flagged)

    def errors(given: FloatArray) -> RateErrors:
        return RateErrors(reference[counted], given[counted], flagged[counted])

    return errors(_shown(found, windows)), errors(windows.mean_rates(found.beats, record.rate_hz))


def _shown(found: Findings, windows: Windows) -> FloatArray:
    """The last rate shown up to the end of each window."""
    latest = np.searchsorted(found.rate_at, windows.stops, side="right")
    return np.concatenate(([np.nan], found.rate_bpm))[latest]
