"""Whole trainings on simulated patients: they learn, they can be killed, they end the same."""

import os
import pickle
import signal
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from ecg_device.errors import ConfigError, FormatError
from ecg_training.naming_scores import macro_f1, sensitivity
from ecg_training.protocols import Split
from ecg_training.train import backend, runs
from ecg_training.train.examples import examples_of
from ecg_training.train.fitting import logits
from ecg_training.train.progress import Lines, Silent
from ecg_training.train.runs import Run
from ecg_training.train.settings import Recipe, Settings
from ecg_training.train.training import train

pytest.importorskip("keras", reason="no TensorFlow here: tools/test --all runs it")
pytest.importorskip("tensorflow", reason="no TensorFlow here: tools/test --all runs it")

pytestmark = [pytest.mark.train, pytest.mark.slow]
REPOSITORY = Path(__file__).parents[3]
SMALL = Settings(
    "resecanet",
    "inter-patient",
    seed=5,
    options={"width": 1 / 16},
    recipe=Recipe(epochs=8, batch=32, rate=4e-3, warmup=0.1, augment=0.5, average=0.3),
)


@pytest.fixture(scope="module")
def trained(synthetic_split: Split, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A small network, trained on one simulated patient."""
    run = Run(tmp_path_factory.mktemp("trained") / "run")
    train(SMALL, synthetic_split, run, Silent(), resume=False)
    return run


def test_ventricular_beats_of_another_patient_are_known(
    trained: Run, synthetic_split: Split
) -> None:
    """A wide QRS is plain to see: nine in ten are found; chance would have found one in three."""
    result = train(SMALL, synthetic_split, trained, Silent(), resume=True)
    assert sensitivity(result.test, "V") > 0.9
    assert sensitivity(result.test, "N") > 0.6
    assert macro_f1(result.test, ("N", "V")) > 0.75


def test_the_folder_holds_all(trained: Run, synthetic_split: Split) -> None:
    """Configuration, history, logits of every beat in their order, and the figures."""
    config = trained.config()
    assert trained.settings() == SMALL
    assert config["labels"] == ["N", "S", "V", "F"]
    assert config["data"]["test"]["records"] == ["s03"]
    assert config["data"]["train"]["beats"] == len(synthetic_split.train)
    assert len(config["data"]["train"]["sha256"]) == 64
    assert [row["epoch"] for row in trained.history()] == list(range(1, 9))
    told = trained.predictions("test")
    assert told.logits.shape == (len(synthetic_split.test), 4)
    assert np.array_equal(told.samples, synthetic_split.test.samples)
    assert np.array_equal(told.symbols, synthetic_split.test.symbols)
    assert {path.stem for path in trained.figures.iterdir()} == {
        "loss", "accuracy", "confusion", "roc", "reliability",
    }  # fmt: skip


def test_the_rate_rises_and_falls(trained: Run) -> None:
    """The greatest after the warm-up, nothing at the end of the cosine."""
    rates = [row["rate"] for row in trained.history()]
    assert rates.index(max(rates)) == 0  # the warm-up is shorter than an epoch
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 1e-3 * rates[0]


def test_a_run_is_loaded_as_it_was(trained: Run, synthetic_split: Split) -> None:
    """The loaded network says what stands in the predictions."""
    model, config = runs.load(trained.folder)
    assert config == trained.config()
    inputs = examples_of(synthetic_split.test, synthetic_split.classes).inputs()
    assert np.allclose(logits(model, inputs), trained.predictions("test").logits, atol=1e-5)


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    """One line that names the folder and the command."""
    with pytest.raises(FormatError, match=r"is not the folder of a run.*ecg-train train"):
        runs.load(tmp_path)


def test_the_chosen_weights_are_those_of_the_best_epoch(trained: Run) -> None:
    """The macro F1 of the validation logits is the best of the history."""
    best = max(row["validation_macro_f1"] for row in trained.history())
    from ecg_training.train.training import result_of

    result = result_of(trained)
    assert macro_f1(result.validation, ("N", "S", "V", "F")) == pytest.approx(best, abs=0.02)


def test_another_run_does_not_overwrite(trained: Run, synthetic_split: Split) -> None:
    """Not without --resume; and not with it, when it was asked otherwise."""
    with pytest.raises(ConfigError, match=r"is there already; .*--resume"):
        train(SMALL, synthetic_split, trained, Silent(), resume=False)
    other = replace(SMALL, seed=6)
    with pytest.raises(ConfigError, match="seed: 5, 6"):
        train(other, synthetic_split, trained, Silent(), resume=True)
    turned = replace(synthetic_split, train=synthetic_split.test, test=synthetic_split.train)
    with pytest.raises(ConfigError, match="other beats"):
        train(SMALL, turned, trained, Silent(), resume=True)


def test_another_backend_than_the_loaded_one_is_told() -> None:
    """Keras stays with its first backend."""
    with pytest.raises(ConfigError, match="expected jax; received tensorflow"):
        backend.start("jax", 1)


def test_several_devices_need_jax() -> None:
    """Said before anything is computed."""
    with pytest.raises(ConfigError, match="--backend jax"):
        backend.start("tensorflow", 1, devices=2)


def test_patience_ends_a_training_early(synthetic_split: Split, tmp_path: Path) -> None:
    """A rate so small that nothing is learnt: no better validation than the first."""
    recipe = replace(SMALL.recipe, rate=1e-12, augment=0.0, average=0.0, patience=2, warmup=0.0)
    run, screen = Run(tmp_path / "run"), StringIO()
    stopped = train(replace(SMALL, recipe=recipe), synthetic_split, run, Lines(screen, 8), False)
    assert stopped.epochs < 8
    assert stopped.epochs - stopped.best_epoch == 2
    assert screen.getvalue().count("\n") == stopped.epochs  # a line an epoch


_CHILD = """
import pickle, sys
from pathlib import Path
from ecg_training.train.progress import Lines
from ecg_training.train.runs import Run
from ecg_training.train.training import train
settings, split = pickle.loads(Path(sys.argv[1]).read_bytes())
train(settings, split, Run(Path(sys.argv[2])), Lines(sys.stderr, settings.recipe.epochs), True)
"""


def _child(asked: Path, folder: Path) -> "subprocess.Popen[str]":
    path = os.pathsep.join(str(REPOSITORY / part) for part in ("device", "training"))
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(asked), str(folder)],
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_killed_training_ends_with_the_same_weights(
    synthetic_split: Split, tmp_path: Path
) -> None:
    """SIGKILL after the second of four epochs, then resumed: every bit as if never broken."""
    asked = tmp_path / "asked"
    recipe = replace(SMALL.recipe, epochs=4, sampling=0.5)
    asked.write_bytes(pickle.dumps((replace(SMALL, recipe=recipe), synthetic_split)))
    whole, broken = Run(tmp_path / "whole"), Run(tmp_path / "broken")
    process = _child(asked, whole.folder)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    process = _child(asked, broken.folder)
    assert any(line.startswith("epoch 2/4") for line in process.stderr)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not broken.finished
    process = _child(asked, broken.folder)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert "epoch 4/4" in err and "epoch 1/4" not in err
    assert broken.history() == whole.history()
    assert np.array_equal(broken.predictions("test").logits, whole.predictions("test").logits)
