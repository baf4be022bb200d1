"""How runs ended, as a table: each class on the test part, a row a run, and their mean."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ecg_training.naming_scores import NamingScore, accuracy, calibration_error, f1, macro_f1
from ecg_training.tables import Column, Row, Table
from ecg_training.train.training import Result


def table_of(results: Sequence[Result], folder: Path) -> Table:
    """The table; its figures are of the logits in float32, without a threshold."""
    labels = results[0].test.classes
    columns = (
        Column("run", "run"),
        Column("epochs", "epochs"),
        Column("best", "best epoch"),
        Column("validation", "validation macro F1", ".4f"),
        Column("accuracy", "test accuracy", ".4f"),
        Column("macro", "macro F1", ".4f"),
        *(Column(f"f1 {label}", f"F1 {label}", ".4f") for label in labels),
        Column("ece", "ECE", ".4f"),
    )
    rows = [_row(result) for result in results]
    return Table(f"trained in {folder}", columns, rows + ([_mean(rows)] if len(rows) > 1 else []))


def _row(result: Result) -> Row:
    test: NamingScore = result.test
    return {
        "run": result.name,
        "epochs": result.epochs,
        "best": result.best_epoch,
        "validation": float(macro_f1(result.validation, test.classes)),
        "accuracy": float(accuracy(test)),
        "macro": float(macro_f1(test, test.classes)),
        **{f"f1 {label}": float(f1(test, label)) for label in test.classes},
        "ece": float(calibration_error(test)),
    }


def _mean(rows: Sequence[Row]) -> Row:
    """Of every number, over the runs that have it."""
    means: Row = {"run": "mean"}
    for name in (name for name, value in rows[0].items() if isinstance(value, float)):
        values = np.array([row[name] for row in rows], np.float64)
        known = values[~np.isnan(values)]
        means[name] = float(known.mean()) if len(known) else float("nan")
    return means
