"""Figures: their numbers against scikit-learn, their files readable images."""

import struct
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_curve

from ecg_training.naming_scores import count
from ecg_training.train import figures

pytest.importorskip("matplotlib", reason="the extra train is not installed")

LABELS = ("N", "S", "V")
HISTORY = [
    {
        "epoch": float(at),
        "loss": 1 / at,
        "validation_loss": 1.2 / at,
        "validation_accuracy": 1 - 0.5 / at,
    }
    for at in (1, 2, 3)
]


def _told() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 3, 300)
    likely = rng.dirichlet((1, 1, 1), 300) + np.eye(3)[targets]
    return likely / likely.sum(axis=1, keepdims=True), targets


def _size(path: Path) -> tuple[int, int]:
    """Width and height from a PNG's header."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", head[16:24])
    return width, height


@pytest.mark.parametrize("ties", [False, True])
def test_roc_points_are_scikit_learns(ties: bool) -> None:
    """Also where many beats have the same score."""
    likely, targets = _told()
    scores = np.round(likely[:, 0], 1) if ties else likely[:, 0]
    ours = figures.roc_points(scores, targets == 0)
    theirs = roc_curve(targets == 0, scores, drop_intermediate=False)[:2]
    assert np.allclose(ours, theirs)


@pytest.mark.slow
def test_every_figure_is_an_image(tmp_path: Path) -> None:
    """A PNG of 720 x 576 pixels each, in a folder that is made for it."""
    likely, targets = _told()
    named = [LABELS[at] for at in likely.argmax(axis=1)]
    score = count(LABELS, [LABELS[at] for at in targets], named, likely.max(axis=1))
    folder = tmp_path / "figures"
    figures.draw_curves(HISTORY, "loss", "a run", folder / "loss.png")
    figures.draw_folds(
        {"fold 0": HISTORY, "fold 1": HISTORY[:2]},
        "validation_accuracy",
        "folds",
        folder / "folds.png",
    )
    figures.draw_confusion(score, "a run", folder / "confusion.png")
    figures.draw_roc(likely, targets, LABELS, "a run", folder / "roc.png")
    figures.draw_reliability(score, "a run", folder / "reliability.png")
    assert sorted(path.stem for path in folder.iterdir()) == [
        "confusion", "folds", "loss", "reliability", "roc",
    ]  # fmt: skip
    assert {_size(path) for path in folder.iterdir()} == {(720, 576)}
