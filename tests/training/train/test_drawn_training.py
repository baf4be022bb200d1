"""A whole training on drawn epochs, where nobody validates."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ecg_device.errors import ConfigError
from ecg_training.protocols import Split
from ecg_training.train.outcome import table_of
from ecg_training.train.progress import Silent
from ecg_training.train.runs import Run
from ecg_training.train.settings import Recipe, Settings
from ecg_training.train.training import train

pytest.importorskip("keras", reason="the extra train is not installed")
pytest.importorskip("tensorflow", reason="the extra train is not installed")

pytestmark = [
    pytest.mark.slow,
    # Keras and TensorFlow on NumPy 2
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
_RECIPE = Recipe(
    epochs=2,
    batch=32,
    per_epoch=128,
    mixture={"N": 0.6, "S": 0.2, "V": 0.2},
    patients=-0.5,
    weak=0.5,
    weak_mixture={"normal": 0.7, "early": 0.3},
    validate=False,
    keep="last",
)
_RUN = Settings("resecanet", "inter-patient", options={"width": 1 / 16}, recipe=_RECIPE)


def test_a_run_without_validation_ends_with_its_last_epoch(
    synthetic_split: Split, tmp_path: Path
) -> None:
    """Its history tells of no validation; its folder tells what weak beats there were."""
    other = synthetic_split.validation
    weak = {
        label: other.where(other.symbols == s) for label, s in (("normal", "N"), ("early", "A"))
    }
    nobody = other.where(np.zeros(len(other), np.bool_))
    split = replace(synthetic_split, validation=nobody, weak=weak)
    run = Run(tmp_path / "run")
    result = train(_RUN, split, run, Silent(), resume=False)
    assert (result.epochs, result.best_epoch) == (2, 2)
    assert all(math.isnan(row["validation_macro_f1"]) for row in run.history())
    assert all(np.isfinite(row["loss"]) for row in run.history())
    assert run.settings() == _RUN
    assert run.config()["weak"]["early"]["beats"] == len(weak["early"])
    assert run.config()["data"]["train"]["records"] == ["s01"]
    assert len(run.predictions("validation").symbols) == 0
    assert table_of([result, result], tmp_path).rows[-1]["run"] == "mean"
    with pytest.raises(ConfigError, match="other beats"):
        train(_RUN, replace(split, weak={}), run, Silent(), resume=True)
