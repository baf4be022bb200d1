"""The plainest classifier beside every protocol: a beat is called what its nearest one is called.

Where the nearest neighbour of a window does nearly as well as a network, the protocol measures
memory. Windows are compared as they are, without context, by their Euclidean distance.
"""

from collections.abc import Sequence
from pathlib import Path

from ecg_training import naming_scores
from ecg_training.naming_scores import NamingScore
from ecg_training.protocols import PROTOCOLS, Protocol, Split
from ecg_training.protocols.neighbours import nearest
from ecg_training.tables import Column, Row, Table

_FIGURES = (
    Column("protocol", "protocol"),
    Column("beats", "test beats", "d"),
    Column("accuracy", "accuracy", ".3f"),
    Column("macro_f1", "macro-F1", ".3f"),
)


def baseline(root: Path, names: Sequence[str] = tuple(PROTOCOLS), jobs: int = 1) -> Table:
    """What 1-NN reaches under each protocol; folds are added up."""
    rows = [_row(PROTOCOLS[name], root, jobs) for name in names]
    keys = dict.fromkeys(key for row in rows for key in row if key.startswith("F1 "))
    columns = (*_FIGURES, *(Column(key, key, ".3f") for key in keys))
    return Table("The nearest neighbour alone (1-NN on windows)", columns, rows)


def one_nearest(split: Split) -> NamingScore:
    """The test beats, each named as its nearest training beat."""
    at = nearest(split.train.windows, split.test.windows, 1)[:, 0]
    names = split.classes.targets(split.train)[at]
    labels = split.labels
    reference = [labels[target] for target in split.classes.targets(split.test)]
    return naming_scores.count(labels, reference, [labels[name] for name in names])


def _row(protocol: Protocol, root: Path, jobs: int) -> Row:
    score = naming_scores.total(
        [one_nearest(protocol.split(root, fold, jobs)) for fold in range(protocol.folds)]
    )
    each = {f"F1 {label}": float(naming_scores.f1(score, label)) for label in score.classes}
    return {
        "protocol": protocol.title,
        "beats": int(score.scored.sum()),
        "accuracy": float(naming_scores.accuracy(score)),
        "macro_f1": float(naming_scores.macro_f1(score, score.classes)),
        **each,
    }
