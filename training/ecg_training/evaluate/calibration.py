"""Is a bundle right as often as it is sure: its most probable label, no beat withheld."""

import numpy as np

from ecg_training import naming_scores as scores
from ecg_training.beat_groups import Grouping
from ecg_training.evaluate.naming_tables import PatientOf, by_patient
from ecg_training.evaluate.predictions import Predictions, by_record
from ecg_training.naming_scores import NamingScore
from ecg_training.patient_bootstrap import Patients
from ecg_training.tables import Column, Row, Table

COLUMNS = (
    Column("beats", "beats", "d"),
    Column("patients", "patients", "d"),
    Column("confidence", "mean confidence %", ".2f"),
    Column("right", "right %", ".2f"),
    Column("ece", "ECE %", ".2f"),
    Column("ece_low", "from", ".2f"),
    Column("ece_high", "to", ".2f"),
)
_BINS = (
    Column("bin", "confidence"),
    Column("beats", "beats", "d"),
    Column("confidence", "mean confidence %", ".2f"),
    Column("right", "right %", ".2f"),
    Column("gap", "gap", "+.2f"),
)


def evaluate(
    title: str, predictions: Predictions, grouping: Grouping, patient_of: PatientOf
) -> list[Table]:
    """The expected calibration error with its interval, and the bins that it is the mean of."""
    groups = by_patient(by_record(predictions, grouping), patient_of)
    people = Patients([*groups.values()])
    beats, right, confidence = people.total.confidence.sum(axis=0)
    error = people.figure(scores.calibration_error)
    row: Row = {
        "beats": int(beats),
        "patients": len(groups),
        "confidence": 100 * confidence / beats,
        "right": 100 * right / beats,
        "ece": 100 * error.value,
        "ece_low": 100 * error.low,
        "ece_high": 100 * error.high,
    }
    return [Table(title, COLUMNS, [row]), reliability(f"{title}: by confidence", people.total)]


def reliability(title: str, score: NamingScore) -> Table:
    """How often names of about the same confidence were right."""
    edges = np.linspace(0.0, 1.0, scores.BINS + 1)
    rows: list[Row] = []
    for low, high, found in zip(edges[:-1], edges[1:], score.confidence.tolist(), strict=True):
        beats, right, confidence = found
        row: Row = {"bin": f"{low:.2f} to {high:.2f}", "beats": int(beats)}
        if beats:
            row |= {"confidence": 100 * confidence / beats, "right": 100 * right / beats}
            row["gap"] = 100 * (confidence - right) / beats
        rows.append(row)
    return Table(title, _BINS, rows)
