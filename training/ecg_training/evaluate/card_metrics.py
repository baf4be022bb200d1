"""Figures as a bundle's card keeps them: protocol, condition, metric, interval, command.

Several evaluations may go into one file, each entry once: `ecg-train card BUNDLE FILE` puts them
into the card.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from ecg_device.errors import ConfigError
from ecg_training.tables import Row, Table, Value

Entry = dict[str, Value]

_OF_ALL = {"accuracy": 100, "macro_f1": 100, "kappa": 1, "jk": 1, "ece": 100, "same": 100}
_OF_A_CLASS = {"se": "Se", "p": "+P", "f1": "F1"}
_MACRO_F1 = "macro-F1"
_WORDS = {
    "jk": "jk (kappa / 2 + (Se + +P of S and V) / 8)",
    "ece": "expected calibration error",
    "same": "same as in float32",
}
_OF_NAMES = {"ece": "expected calibration error of the names given"}
_DIGITS = 5


def of_names(tables: Sequence[Table], protocol: str, command: str) -> list[Entry]:
    """From the first two tables of `naming_tables`: each class, and all of them."""
    classes, summary = tables[:2]
    return [
        *of_summary(summary, protocol, command, words=_OF_NAMES),
        *(
            _entry(protocol, row, f"{word} of {row['class']}", key, 100, command)
            for row in classes.rows
            for key, word in _OF_A_CLASS.items()
        ),
    ]


def of_summary(
    table: Table,
    protocol: str,
    command: str,
    condition: str = "clean",
    words: Mapping[str, str] = MappingProxyType({}),
) -> list[Entry]:
    """From a table whose rows have figures over all classes, some of them called by `words`."""
    called = {"macro_f1": _macro_f1(table.title)} | _WORDS | dict(words)
    return [
        _entry(protocol, {"scope": condition} | row, called.get(key, key), key, unit, command)
        for row in table.rows
        for key, unit in _OF_ALL.items()
        if isinstance(row.get(key), float)
    ]


def _macro_f1(title: str) -> str:
    """With the classes over which the mean is taken, where the table's title tells them."""
    _, found, classes = title.rpartition(f"{_MACRO_F1} of ")
    return f"{_MACRO_F1} of {classes}" if found else _MACRO_F1


def merge(path: Path, entries: Sequence[Entry]) -> None:
    """Put the entries into a file; what it held of the same things is replaced."""
    try:
        held: list[Entry] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        kept = {_subject(entry): entry for entry in (*held, *entries) if _defined(entry)}
        path.write_text(json.dumps([*kept.values()], indent=1) + "\n", encoding="utf-8")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"the metrics cannot be put into {path}",
            expected="a file that can be written, new or with metrics in it",
            received=str(error),
        ) from error


def _entry(
    protocol: str, row: Mapping[str, Value], metric: str, key: str, unit: int, command: str
) -> Entry:
    figures: Row = {"value": row[key], "low": row.get(f"{key}_low"), "high": row.get(f"{key}_high")}
    condition = row["scope"] or "clean"
    told = {name: _rounded(value, unit) for name, value in figures.items()}
    about: Entry = {"protocol": protocol, "condition": condition, "metric": metric}
    return {**about, **told, "command": command}


def _rounded(value: Value, unit: int) -> float | None:
    if not isinstance(value, int | float) or math.isnan(value):
        return None
    return round(value / unit, _DIGITS)


def _subject(entry: Entry) -> tuple[Value, ...]:
    return entry["protocol"], entry["condition"], entry["metric"]


def _defined(entry: Entry) -> bool:
    return entry["value"] is not None
