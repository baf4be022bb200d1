"""What a training looks like: curves, confusion, ROC and reliability, each a PNG.

Drawn without pyplot, so that nothing is kept between figures and no display is needed.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ecg_device.signals import BoolArray, FloatArray
from ecg_training.naming_scores import BINS, NamingScore, calibration_error
from ecg_training.roc import auc
from ecg_training.scoring import IntArray
from ecg_training.train.state import Row

_INK, _SOFT = "#1f2933", "#9aa5b1"
_COLOURS = ("#2563a8", "#c8553d", "#3a7d44", "#8a5a9e", "#b8860b", "#4a9aa8")
_DPI = 120


def draw_curves(history: Sequence[Row], quantity: str, title: str, path: Path) -> None:
    """A quantity of training and validation beats over the epochs."""
    figure, axes = _figure(title, "epoch", quantity)
    epochs = [row["epoch"] for row in history]
    for name, label, colour in (
        (quantity, "training", _COLOURS[0]),
        (f"validation_{quantity}", "validation", _COLOURS[1]),
    ):
        if name in history[0]:
            axes.plot(epochs, [row[name] for row in history], color=colour, label=label)
    axes.legend(frameon=False)
    _save(figure, path)


def draw_folds(
    histories: Mapping[str, Sequence[Row]], quantity: str, title: str, path: Path
) -> None:
    """A quantity over the epochs, a line for each fold or seed, and their mean."""
    figure, axes = _figure(title, "epoch", quantity.replace("_", " "))
    for name, history in histories.items():
        epochs = [row["epoch"] for row in history]
        axes.plot(epochs, [row[quantity] for row in history], lw=1, alpha=0.7, label=name)
    shortest = min(len(history) for history in histories.values())
    values = [[row[quantity] for row in history[:shortest]] for history in histories.values()]
    axes.plot(range(1, shortest + 1), np.mean(values, axis=0), color=_INK, lw=2.5, label="mean")
    axes.legend(frameon=False, fontsize="small")
    _save(figure, path)


def draw_confusion(score: NamingScore, title: str, path: Path) -> None:
    """How often a class got a name, and which share of the class; rows are references."""
    figure, axes = _figure(title, "named", "reference")
    counts = score.scored[:, : len(score.classes)]
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for (row, column), value in np.ndenumerate(counts):
        colour = "white" if share[row, column] > 0.5 else _INK
        text = f"{value:,}\n{share[row, column]:.1%}"
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize="small")
    axes.set_xticks(range(len(score.classes)), score.classes)
    axes.set_yticks(range(len(score.classes)), score.classes)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    _save(figure, path)


def draw_roc(
    likely: FloatArray, targets: IntArray, labels: Sequence[str], title: str, path: Path
) -> None:
    """Each class against all others, with the area under its curve."""
    figure, axes = _figure(title, "1 - specificity", "sensitivity")
    axes.plot([0, 1], [0, 1], color=_SOFT, lw=1, ls=":")
    for at, label in enumerate(labels):
        positive = targets == at
        if 0 < positive.sum() < len(positive):
            colour = _COLOURS[at % len(_COLOURS)]
            area = auc(likely[:, at], positive)
            axes.plot(
                *roc_points(likely[:, at], positive), color=colour, label=f"{label}: {area:.4f}"
            )
    axes.legend(frameon=False, title="area", loc="lower right")
    axes.set_aspect("equal")
    _save(figure, path)


def draw_reliability(score: NamingScore, title: str, path: Path) -> None:
    """How often a name is right against how sure the network was of it."""
    figure, axes = _figure(title, "confidence", "share right")
    some = score.confidence[:, 0] > 0
    beats, right, sure = score.confidence[some].T
    middles = (np.flatnonzero(some) + 0.5) / BINS
    axes.plot([0, 1], [0, 1], color=_SOFT, lw=1, ls=":")
    axes.bar(middles, right / beats, 0.9 / BINS, color=_COLOURS[0], alpha=0.25)
    axes.plot(sure / beats, right / beats, "o-", color=_COLOURS[0], ms=4)
    error = float(calibration_error(score))
    axes.text(0.04, 0.92, f"expected calibration error {error:.3f}", transform=axes.transAxes)
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    _save(figure, path)


def roc_points(scores: FloatArray, positive: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Share of the others and of the positives above each score, from the highest down."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)  # of equal scores
    hits = np.cumsum(positive[order])[ends]
    alarms = ends + 1 - hits
    return np.append(0.0, alarms / max(alarms[-1], 1)), np.append(0.0, hits / max(hits[-1], 1))


def _figure(title: str, across: str, up: str) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4.8), layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, color=_INK, loc="left", fontsize="medium")
    axes.set_xlabel(across, color=_INK)
    axes.set_ylabel(up, color=_INK)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=_DPI)
