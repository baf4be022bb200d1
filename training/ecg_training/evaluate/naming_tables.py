"""The tables of named beats: a row a class, a row a condition or protocol, a row a record."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from ecg_training import naming_scores as scores
from ecg_training.naming_scores import NamingScore, total
from ecg_training.patient_bootstrap import Figure, Interval, Patients
from ecg_training.tables import Column, Row, Table

MACRO = ("N", "S", "V")  # of EC57's classes; F has too few patients to mean anything
FEW = 10  # a patient with fewer V beats tells little of how V beats are found in him

ByRecord = Mapping[str, NamingScore]
PatientOf = Callable[[str], str]


def _interval(key: str, heading: str, spec: str = ".2f", ends: str = ".1f") -> tuple[Column, ...]:
    """A figure and its interval."""
    return (
        Column(key, heading, spec),
        Column(f"{key}_low", "from", ends),
        Column(f"{key}_high", "to", ends),
    )


_SCOPE = Column("scope", "")
_CLASS = (
    _SCOPE,
    Column("class", "class"),
    Column("beats", "beats", "d"),
    Column("patients", "patients", "d"),
    *_interval("se", "Se %"),
    *_interval("p", "+P %"),
    *_interval("f1", "F1 %"),
)
_EC57 = Column("p_ec57", "+P % by EC57", ".2f")
_SUMMARY = (
    _SCOPE,
    Column("records", "records", "d"),
    Column("beats", "beats", "d"),
    *_interval("accuracy", "accuracy %"),
    *_interval("macro_f1", "macro-F1 %"),
    *_interval("kappa", "kappa", ".3f", ".3f"),
    Column("missed", "missed %", ".2f"),
    Column("unknown", "Q %", ".2f"),
    Column("false", "false", "d"),
    Column("ece", "ECE %", ".2f"),
)
_LOSS = _interval("loss", "macro-F1 lost, points", ".2f", ".2f")  # against the first scope
_AAMI_SUMMARY = (
    *_interval("jk", "jk", ".3f", ".3f"),
    Column("worst", "worst V Se %", ".1f"),
    Column("worst_patient", "in"),
)


def tables(
    title: str, scopes: Mapping[str, ByRecord], patient_of: PatientOf, brief: bool = False
) -> list[Table]:
    """What is to be said of scores by record, for each scope (a condition, a protocol, a run)."""
    groups = {scope: by_patient(by_record, patient_of) for scope, by_record in scopes.items()}
    people = {scope: Patients([*patients.values()]) for scope, patients in groups.items()}
    classes = [row for s in scopes for row in _class_rows(s, people[s], groups[s])]
    confusion = [row for s in scopes for row in _confusion_rows(s, people[s].total)]
    first = next(iter(people.values())).total
    found = [
        Table(f"{title}: each class", _class_columns(first), classes),
        _summary(title, scopes, people, groups),
        Table(f"{title}: beats by reference (rows) and name", _confusion_columns(first), confusion),
    ]
    if not brief:
        found.append(_records_table(title, scopes, first))
    return found


def by_patient(by_record: ByRecord, patient_of: PatientOf) -> ByRecord:
    """The scores of the records of each patient, added up."""
    of: dict[str, list[NamingScore]] = {}
    for record, score in by_record.items():
        of.setdefault(patient_of(record), []).append(score)
    return {patient: total(parts) for patient, parts in of.items()}


def _is_ec57(score: NamingScore) -> bool:
    return set(score.classes) == {"N", "S", "V", "F"}


def macro_classes(classes: Sequence[str]) -> Sequence[str]:
    """Those whose F1 are averaged: N, S and V of EC57's groups, else all."""
    return MACRO if set(classes) == {"N", "S", "V", "F"} else classes


def _macro(score: NamingScore) -> Sequence[str]:
    return macro_classes(score.classes)


def _class_columns(score: NamingScore) -> tuple[Column, ...]:
    return (*_CLASS, _EC57) if _is_ec57(score) else _CLASS


def _class_rows(scope: str, people: Patients, groups: ByRecord) -> list[Row]:
    rows: list[Row] = []
    for name in people.total.classes:
        beats = {p: _beats(score, name) for p, score in groups.items()}
        row: Row = {"scope": scope, "class": name, "beats": sum(beats.values())}
        row["patients"] = sum(n > 0 for n in beats.values())
        row |= _percent("se", people, partial(scores.sensitivity, name=name))
        row |= _percent("p", people, partial(scores.precision, name=name))
        row |= _percent("f1", people, partial(scores.f1, name=name))
        if name == "V" and _is_ec57(people.total):
            lenient = people.total.without_false_positives("V", "F")
            row["p_ec57"] = 100 * float(scores.precision(lenient, "V"))
        rows.append(row)
    return rows


def _summary(
    title: str,
    scopes: Mapping[str, ByRecord],
    people: Mapping[str, Patients],
    groups: Mapping[str, ByRecord],
) -> Table:
    """A row a scope; beside each but the first, what it loses against the first."""
    first = next(iter(people.values()))
    columns = (*_SUMMARY, *_AAMI_SUMMARY) if _is_ec57(first.total) else _SUMMARY
    rows = [_summary_row(scope, scopes[scope], people[scope], groups[scope]) for scope in scopes]
    for row, those in zip(rows[1:], [*people.values()][1:], strict=True):
        row |= _told("loss", first.loss(those, _macro_f1(first.total)), 100)
    return Table(
        f"{title}: macro-F1 of {' '.join(_macro(first.total))}",
        (*columns, *_LOSS) if len(rows) > 1 else columns,
        rows,
    )


def _summary_row(scope: str, records: ByRecord, people: Patients, groups: ByRecord) -> Row:
    score = people.total
    row: Row = {"scope": scope, "records": len(records), "beats": int(score.scored.sum())}
    row |= _percent("accuracy", people, scores.accuracy)
    row |= _percent("macro_f1", people, _macro_f1(score))
    row |= _told("kappa", people.figure(scores.kappa))
    row |= _plain(score)
    if _is_ec57(score):
        row |= _told("jk", people.figure(scores.jk_index))
        row |= _worst(groups)
    return row


def _percent(key: str, people: Patients, figure: Figure) -> Row:
    return _told(key, people.figure(figure), 100)


def _told(key: str, found: Interval, unit: float = 1) -> Row:
    low, high = unit * found.low, unit * found.high
    return {key: unit * found.value, f"{key}_low": low, f"{key}_high": high}


def _macro_f1(score: NamingScore) -> Figure:
    return partial(scores.macro_f1, classes=_macro(score))


def _plain(score: NamingScore) -> Row:
    """The figures without an interval."""
    return {
        "missed": 100 * float(scores.missed(score)),
        "unknown": 100 * float(scores.unknown(score)),
        "false": int(score.counts[-1].sum()),
        "ece": 100 * float(scores.calibration_error(score)),
    }


def _worst(groups: ByRecord) -> Row:
    """The patient of whose V beats the fewest were named so, among those who have enough."""
    shares = {
        patient: float(scores.sensitivity(score, "V"))
        for patient, score in groups.items()
        if _beats(score, "V") >= FEW
    }
    if not shares:
        return {"worst": None, "worst_patient": "-"}
    patient = min(shares, key=shares.__getitem__)
    return {"worst": 100 * shares[patient], "worst_patient": patient}


def _beats(score: NamingScore, name: str) -> int:
    return int(score.scored[score.classes.index(name)].sum())


def _confusion_columns(score: NamingScore) -> tuple[Column, ...]:
    return (_SCOPE, Column("reference", ""), *(Column(n, n, "d") for n in score.names))


def _confusion_rows(scope: str, score: NamingScore) -> list[Row]:
    rows: list[Row] = []
    for reference, counts in zip(score.references, score.counts.tolist(), strict=True):
        row: Row = dict(zip(score.names, counts, strict=True))
        rows.append({"scope": scope, "reference": reference, **row})
    return rows


def _records_table(title: str, scopes: Mapping[str, ByRecord], first: NamingScore) -> Table:
    each = [
        Column(f"{key}_{name}", f"{heading} {name}", spec)
        for name in _macro(first)
        for key, heading, spec in (("beats", "beats", "d"), ("f1", "F1 %", ".1f"))
    ]
    columns = (
        _SCOPE,
        Column("record", "record"),
        Column("beats", "beats", "d"),
        Column("accuracy", "accuracy %", ".2f"),
        *each,
        Column("missed", "missed %", ".2f"),
        Column("unknown", "Q %", ".2f"),
        Column("false", "false", "d"),
    )
    rows = [
        _record_row(scope, record, score)
        for scope, by_record in scopes.items()
        for record, score in by_record.items()
    ]
    return Table(f"{title}: each record", columns, rows)


def _record_row(scope: str, record: str, score: NamingScore) -> Row:
    row: Row = {"scope": scope, "record": record, "beats": int(score.scored.sum())}
    row["accuracy"] = 100 * float(scores.accuracy(score))
    for name in _macro(score):
        row[f"beats_{name}"] = _beats(score, name)
        row[f"f1_{name}"] = 100 * float(scores.f1(score, name))
    return row | _plain(score)
