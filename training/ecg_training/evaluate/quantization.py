"""What eight bits cost: a bundle beside the float32 one of the same training, beat by beat."""

from functools import partial

from ecg_training import naming_scores as scores
from ecg_training.beat_groups import Grouping
from ecg_training.evaluate.naming_tables import PatientOf, by_patient, macro_classes
from ecg_training.evaluate.predictions import Predictions, by_record
from ecg_training.naming_scores import NamingScore, count
from ecg_training.patient_bootstrap import Patients
from ecg_training.tables import Column, Row, Table

COLUMNS = (
    Column("beats", "beats", "d"),
    Column("patients", "patients", "d"),
    Column("float32", "macro-F1 % in float32", ".2f"),
    Column("quantized", "in int8", ".2f"),
    Column("drop", "drop, points", ".2f"),
    Column("drop_low", "from", ".2f"),
    Column("drop_high", "to", ".2f"),
    Column("same", "same label %", ".2f"),
    Column("same_low", "from", ".2f"),
    Column("same_high", "to", ".2f"),
)


def evaluate(
    title: str,
    float32: Predictions,
    quantized: Predictions,
    grouping: Grouping,
    patient_of: PatientOf,
) -> Table:
    """Both over the same beats in the same order; the drop's interval is of the paired draws."""
    before, after = (_people(by_record(p, grouping), patient_of) for p in (float32, quantized))
    macro_f1 = partial(scores.macro_f1, classes=macro_classes(grouping.classes))
    drop = before.loss(after, macro_f1)
    same = _people(agreement(float32, quantized), patient_of).figure(scores.accuracy)
    row: Row = {
        "beats": len(float32.symbols),
        "patients": len({patient_of(str(record)) for record in float32.records}),
        "float32": 100 * float(macro_f1(before.total)),
        "quantized": 100 * float(macro_f1(after.total)),
        "drop": 100 * drop.value,
        "drop_low": 100 * drop.low,
        "drop_high": 100 * drop.high,
        "same": 100 * same.value,
        "same_low": 100 * same.low,
        "same_high": 100 * same.high,
    }
    return Table(title, COLUMNS, [row])


def agreement(one: Predictions, other: Predictions) -> dict[str, NamingScore]:
    """By record, how often the labels of one are those of the other, whatever the beats are."""
    ours, theirs = one.names(), other.names()
    records = [(str(record), one.records == record) for record in sorted({*one.records.tolist()})]
    return {
        record: count(one.labels, ours[here].tolist(), theirs[here].tolist())
        for record, here in records
    }


def _people(records: dict[str, NamingScore], patient_of: PatientOf) -> Patients:
    return Patients([*by_patient(records, patient_of).values()])
