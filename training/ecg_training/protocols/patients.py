"""Protocols that keep every patient on one side: the only ones whose numbers mean anything."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from ecg_device.formats.annotations import read_annotations
from ecg_training.beat_groups import AAMI, AAMI_CLASSES
from ecg_training.datasets import mitdb
from ecg_training.protocols.split import SIX, Classes, Plan, by_symbol

FOLDS = 5
RARE = tuple("L R /".split())  # each in the records of four to six patients

_SAME_PERSON = {"202": "201"}
# Some of DS1 to choose epochs and temperature by: together all of N, S, V and F, and enough of
# each left to learn from. 201 trains, so 202, the same person, does not test.
_VALIDATION = tuple("114 118 124 203 223".split())

AAMI_BEATS = Classes(AAMI_CLASSES, {s: g for s, g in AAMI.items() if g in AAMI_CLASSES})
SIX_BEATS = by_symbol(SIX)


def patient_of(record: str) -> str:
    """The patient of a record of mitdb, named by the first record: 201 and 202 are one person's."""
    return _SAME_PERSON.get(record, record)


def inter_patient() -> Plan:
    """De Chazal's DS1 to train, DS2 to test; paced records out."""
    return Plan(
        tuple(record for record in mitdb.DS1 if record not in _VALIDATION),
        _VALIDATION,
        tuple(record for record in mitdb.DS2 if record not in _SAME_PERSON),
    )


def patient_folds(root: Path) -> tuple[Plan, ...]:
    """Five plans; each patient tests once.

    Of the next fold validate those patients who have no rare class: who have one are so few
    that training needs them all.
    """
    beats = {record: _symbols(root, record) for record in mitdb.ALL}
    folds = spread(beats)
    plans = []
    for at, test in enumerate(folds):
        following = folds[(at + 1) % FOLDS]
        chosen = [record for record in following if not any(beats[record][s] for s in RARE)]
        out = {*test, *chosen}
        plans.append(Plan(tuple(r for r in mitdb.ALL if r not in out), tuple(chosen), test))
    return tuple(plans)


def spread(beats: Mapping[str, Counter[str]]) -> tuple[tuple[str, ...], ...]:
    """Folds of whole patients, each class as evenly over them as its patients allow.

    The patients with the largest share of a class choose first, each the fold that it leaves
    the most even: the smallest sum of squares of the folds' shares of each class.
    """
    shares: dict[str, dict[str, float]] = {}
    totals = sum(beats.values(), Counter[str]())
    for record, counts in beats.items():
        own = shares.setdefault(patient_of(record), dict.fromkeys(SIX, 0.0))
        for symbol in SIX:
            own[symbol] += counts[symbol] / totals[symbol]
    held = [dict.fromkeys(SIX, 0.0) for _ in range(FOLDS)]
    members: list[list[str]] = [[] for _ in range(FOLDS)]
    for patient in sorted(shares, key=lambda p: (-max(shares[p].values()), p)):
        own = shares[patient]
        # adding b to a fold that holds a raises the sum of squares by b * (2 * a + b)
        fold = min(range(FOLDS), key=lambda f: (sum(own[s] * held[f][s] for s in SIX), f))
        members[fold].append(patient)
        for symbol in SIX:
            held[fold][symbol] += own[symbol]
    return tuple(
        tuple(record for record in beats if patient_of(record) in fold) for fold in members
    )


def _symbols(root: Path, record: str) -> Counter[str]:
    marks = read_annotations(root / "mitdb" / f"{record}.atr")
    return Counter(mark.symbol for mark in marks if mark.symbol in mitdb.BEAT_SYMBOLS)
