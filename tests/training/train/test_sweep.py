"""Runs side by side on real worker processes: the numbers are the runs' own."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ecg_training.cluster import run_tasks
from ecg_training.protocols import Split
from ecg_training.train import sweep
from ecg_training.train.progress import Silent
from ecg_training.train.runs import Run
from ecg_training.train.settings import Recipe, Settings
from ecg_training.train.training import train

pytest.importorskip("tensorflow", reason="no TensorFlow here: tools/test --all runs it")
cloudpickle = pytest.importorskip(
    "cloudpickle", reason="no TensorFlow here: tools/test --all runs it"
)

pytestmark = [
    pytest.mark.train,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers cannot import a test
SMALL = Settings(
    "resecanet",
    "inter-patient",
    options={"width": 1 / 16},
    recipe=Recipe(epochs=1, steps=6, batch=32, rate=4e-3),
)


def _logits(item: tuple[Settings, Split, Path]) -> bytes:
    settings, split, folder = item
    run = Run(folder)
    train(settings, split, run, Silent(), resume=False)
    return run.predictions("test").logits.tobytes()


def test_seeds_do_not_depend_on_their_workers(synthetic_split: Split, tmp_path: Path) -> None:
    """One worker after another or two side by side, in another order: the same bits each."""

    def trained(seeds: tuple[int, ...], workers: int) -> dict[int, bytes]:
        items = [
            (replace(SMALL, seed=seed), synthetic_split, tmp_path / f"{workers}-{seed}")
            for seed in seeds
        ]
        told = run_tasks(_logits, items, what="runs", workers=workers)
        return dict(zip(seeds, told, strict=True))

    one = trained((1, 2), workers=1)
    assert trained((2, 1), workers=2) == one
    assert one[1] != one[2]


def test_a_sweep_is_drawn_as_a_cross_validation(tmp_path: Path) -> None:
    """Three figures over all runs, of what the validation said."""
    runs = [Run(tmp_path / name) for name in ("fold0", "fold1")]
    row = {"validation_accuracy": 0.9, "validation_loss": 0.3, "validation_macro_f1": 0.8}
    for run in runs:
        run.folder.mkdir()
        run.write_history([{"epoch": 1.0, **row}, {"epoch": 2.0, **row}])
    sweep.draw_sweep(runs, "folds", tmp_path)
    assert {path.stem for path in tmp_path.glob("*.png")} == set(row)
