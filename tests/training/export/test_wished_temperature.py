"""The temperature that a user gives, or leaves to the validation beats."""

from pathlib import Path

import numpy as np
import pytest

from ecg_training.beatsets import BeatSet
from ecg_training.cli import main
from ecg_training.export import bundling
from ecg_training.export.bundling import Wishes
from ecg_training.train.runs import Run


@pytest.mark.parametrize("given", ["0", "-1", "nan", "inf"])
def test_a_temperature_that_cannot_divide_is_told(
    given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 is given, and wrong, and not taken for left out; told before the run is looked at."""
    command = ["export", str(tmp_path / "no-run"), "--name", "toy", "--one-runtime"]
    assert main([*command, f"--temperature={given}"]) != 0
    said = capsys.readouterr().err
    assert "expected a finite number above 0" in said and f"received {given}" in said


def test_the_card_says_where_its_temperature_is_from(tmp_path: Path) -> None:
    """Given as it is; else the one at which three of four right means a confidence of 3/4."""
    run = Run(tmp_path)
    run.write_config({"labels": ["N", "V"], "classes": {"N": "N", "V": "V"}})
    n = 400
    symbols = np.array([*"NNNV"] * (n // 4), "<U1")
    zeros = np.zeros(n, np.int64)
    windows, context = np.zeros((n, 259), np.float32), np.zeros((n, 0), np.float32)
    beats = BeatSet(windows, context, symbols, np.full(n, "100"), zeros, zeros)
    logits = np.tile(np.array([2.0, 0.0], np.float32), (n, 1))
    assert bundling._settled(Wishes("toy", temperature=0.5), logits, beats, run) == (0.5, "given")
    fitted, how = bundling._settled(Wishes("toy"), logits, beats, run)
    assert how == "fitted on the validation part"
    assert fitted == pytest.approx(2.0 / np.log(3.0), rel=1e-2)
