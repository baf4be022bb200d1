"""The same training on TensorFlow, JAX and PyTorch, and on two devices; each in its own process.

The loss of a network with small random weights is near ln 3 at first; it must fall.
"""

import json
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from ecg_training.networks import NETWORKS
from ecg_training.protocols import Split
from ecg_training.train.backend import BACKENDS
from ecg_training.train.settings import Recipe, Settings

pytest.importorskip("keras", reason="no TensorFlow here: tools/test --all runs it")

pytestmark = [pytest.mark.train, pytest.mark.slow]
REPOSITORY = Path(__file__).parents[3]
_CHILD = """
import json, pickle, sys
from pathlib import Path
from ecg_training.train.progress import Silent
from ecg_training.train.runs import Run
from ecg_training.train.training import train
settings, split = pickle.loads(Path(sys.argv[1]).read_bytes())
run = Run(Path(sys.argv[2]))
train(settings, split, run, Silent(), False)
print(json.dumps([run.history(), run.predictions("test").logits.tolist()]))
"""

History = list[dict[str, float]]


def _train(
    settings: Settings, split: Split, folder: Path, **variables: str
) -> tuple[History, list[list[float]]]:
    folder.mkdir()
    asked = folder / "asked"
    asked.write_bytes(pickle.dumps((settings, split)))
    path = os.pathsep.join(str(REPOSITORY / part) for part in ("device", "training"))
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(asked), str(folder / "run")],
        env={**os.environ, "PYTHONPATH": path, **variables},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    history, told = json.loads(done.stdout.splitlines()[-1])
    return history, told


def _asked(network: str, **changed: object) -> Settings:
    width = 1 / 4 if network == "resecanet_s" else 1 / 16  # drawn with a quarter of the filters
    recipe = Recipe(epochs=4, steps=10, batch=32, rate=2e-3, cosine=False)
    asked = Settings(network, "inter-patient", options={"width": width}, recipe=recipe)
    return replace(asked, **changed)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("network", NETWORKS)
def test_every_network_learns_on_every_backend(
    network: str, backend: str, synthetic_split: Split, tmp_path: Path
) -> None:
    """Four epochs on one simulated patient: the loss falls, if not with every single one."""
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed: it is an extra of its own")
    history, _ = _train(_asked(network, backend=backend), synthetic_split, tmp_path / "run")
    losses = [row["loss"] for row in history]
    assert min(losses[1:]) < 0.9 * losses[0]


def test_two_devices_give_the_numbers_of_one(synthetic_split: Split, tmp_path: Path) -> None:
    """Half a batch on each of two devices (JAX, simulated): the same weights but for rounding."""
    if find_spec("jax") is None:
        pytest.skip("jax is not installed: it is an extra of its own")
    one = _asked("resecanet", backend="jax", recipe=Recipe(epochs=1, steps=2))
    two = replace(one, devices=2)
    flags = "--xla_force_host_platform_device_count=2"
    expected, logits = _train(one, synthetic_split, tmp_path / "one")
    history, others = _train(two, synthetic_split, tmp_path / "two", XLA_FLAGS=flags)
    assert history[0]["loss"] == pytest.approx(expected[0]["loss"], rel=1e-3)
    largest = max(abs(value) for row in logits for value in row)
    for mine, theirs in zip(logits, others, strict=True):
        assert mine == pytest.approx(theirs, abs=0.01 * largest)


def test_too_few_devices_are_told(synthetic_split: Split, tmp_path: Path) -> None:
    """One line instead of a training on fewer."""
    if find_spec("jax") is None:
        pytest.skip("jax is not installed: it is an extra of its own")
    asked = _asked("resecanet", backend="jax", devices=64)
    with pytest.raises(AssertionError, match="too few devices; expected 64"):
        _train(asked, synthetic_split, tmp_path / "run")
