"""From a run's folder to a bundle that the device opens, in both runtimes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ecg_device.classifier import open_bundle
from ecg_device.errors import ConfigError, FormatError, ModelError
from ecg_training.export import bundling, calibration, checks
from ecg_training.export.bundling import Exported, Wishes
from ecg_training.protocols import Split
from ecg_training.train.runs import Run

pytestmark = [pytest.mark.train, pytest.mark.slow]

METRIC = {"protocol": "inter-patient", "condition": "clean", "metric": "macro-F1",
          "value": 0.5, "low": 0.4, "high": 0.6, "command": "ecg-train evaluate beats"}  # fmt: skip
Export = Callable[..., Exported]


@pytest.fixture(scope="module")
def run(make_run: Callable[..., Path]) -> Path:
    return make_run("resecanet", width=0.1)


@pytest.fixture(scope="module")
def export(run: Path, split: Split, tmp_path_factory: pytest.TempPathFactory) -> Export:
    """Export the run, once for each quantization."""
    out = tmp_path_factory.mktemp("models")
    shown = calibration.representative(split.train)
    done: dict[str, Exported] = {}

    def exported(quantization: str, other_python: Path | None = None) -> Exported:
        if quantization not in done:
            wishes = Wishes(f"toy-{quantization}", quantization, 0.3)
            done[quantization] = bundling.export(
                run, wishes, out, shown, split.validation, other_python
            )
        return done[quantization]

    return exported


def test_the_float32_bundle_answers_as_keras_did(export: Export, run: Path, split: Split) -> None:
    """The device's classifier gives the logits that Keras had written into the run's folder."""
    classifier = open_bundle(export("float32").folder)
    told = Run(run).predictions("validation").logits
    beats = split.validation
    rows = [classifier.logits(w, c) for w, c in zip(beats.windows, beats.context, strict=True)]
    assert np.abs(np.array(rows) - told).max() < 1e-5
    assert export("float32").agreement == 1.0


def test_the_int8_bundle_is_small_and_near(export: Export) -> None:
    """A byte a weight and a graph around them, and most beats named as before."""
    done = export("int8")
    assert done.bytes < export("float32").bytes
    assert done.parameters < done.bytes < done.parameters + 25_000
    assert done.agreement is not None and done.agreement > 0.9


def test_the_card_tells_where_it_comes_from(export: Export, run: Path) -> None:
    """Protocol, records, seed and command are the run's; threshold and name the user's."""
    card = open_bundle(export("int8").folder).card
    config = Run(run).config()
    assert (card.name, card.threshold, card.quantization) == ("toy-int8", 0.3, "int8")
    assert card.training["protocol"] == "inter-patient"
    assert card.training["split"]["train"] == config["data"]["train"]["records"]
    assert card.labels == tuple(config["labels"])
    assert set(card.exporter) == {"tensorflow", "keras"}
    assert card.features == ()  # this network takes no context


def test_metrics_come_into_the_card_later(export: Export) -> None:
    """Measured on the bundle itself; the model and all other keys stay as they were."""
    folder = export("float32").folder
    before = json.loads((folder / "card.json").read_bytes())
    assert "Not measured yet" in (folder / "card.md").read_text()
    bundling.rewrite_card(folder, [METRIC])
    after = json.loads((folder / "card.json").read_bytes())
    assert after == before | {"metrics": [METRIC]}
    assert (
        "| inter-patient | clean | macro-F1 | 0.500 | 0.400 to 0.600 |"
        in (folder / "card.md").read_text()
    )
    with pytest.raises(ModelError, match=r"metrics\[0\].value is wrong"):
        bundling.rewrite_card(folder, [METRIC | {"value": "good"}])
    assert json.loads((folder / "card.json").read_bytes()) == after


def test_both_runtimes_agree(export: Export, tflite_python: Path) -> None:
    """tflite-runtime 2.14 opens what current TensorFlow exported, golden beats and all."""
    for quantization in ("int8", "float32"):
        said = checks.verify_with(tflite_python, export(quantization).folder)
        assert said.startswith("sound") and "tflite-runtime 2.14.0" in said


def test_a_bundle_that_fails_is_not_put_in_place(
    run: Path, split: Split, tmp_path: Path, make_run: Callable[..., Path]
) -> None:
    """The one before stays, and nothing else is left beside it."""
    shown = calibration.representative(split.train)
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "card.json").write_text("the one before")
    with pytest.raises(ConfigError, match="cannot be started"):
        bundling.export(
            run, Wishes("toy"), tmp_path, shown, split.validation, tmp_path / "no-python"
        )
    assert [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*"))] == [
        "toy",
        "toy/card.json",
    ]


def test_a_folder_that_is_no_run_is_told(split: Split, tmp_path: Path) -> None:
    """Before anything is loaded."""
    shown = calibration.representative(split.train)
    with pytest.raises(FormatError, match="is not the folder of a run"):
        bundling.export(tmp_path, Wishes("toy"), tmp_path / "out", shown, split.validation, None)


def test_what_the_converter_says_is_told(run: Path, split: Split, tmp_path: Path) -> None:
    """A run whose weights are lost: the converter's last word is the error's, on one line."""
    (tmp_path / "config.json").write_bytes((run / "config.json").read_bytes())
    shown = calibration.representative(split.train)
    with pytest.raises(ModelError, match="could not be converted") as refused:
        bundling.export(tmp_path, Wishes("toy"), tmp_path / "out", shown, split.validation, None)
    assert "has no weights" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_without_the_other_runtime_nothing_is_exported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The line says how to make its environment."""
    monkeypatch.delenv(checks.PYTHON_VARIABLE, raising=False)
    with pytest.raises(ConfigError, match=r"tflite-runtime==2\.14\.0"):
        checks.other_python(None)


def test_nothing_heavy_is_loaded_to_ask_for_help() -> None:
    """`ecg-train export --help` needs no Keras."""
    code = (
        "import sys\n"
        "from ecg_training.export import bundling\n"
        "print(sorted({'keras', 'tensorflow', 'jax', 'torch'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


JAX = """
import sys
from pathlib import Path
import numpy as np
from ecg_training.train import backend, runs
from ecg_training.train.fitting import logits

keras = backend.start("jax", threads=1)
keras.utils.set_random_seed(11)
run = runs.Run(Path(sys.argv[1]))
model = runs.build(run.settings(), run.config())
run.write_weights(model)
windows = np.load(run.folder / "windows.npy")
np.save(run.folder / "logits.npy", logits(model, {"window": windows[..., None]}))
"""


def test_a_run_of_another_backend_is_exported(run: Path, split: Split, tmp_path: Path) -> None:
    """Weights made by JAX, converted by TensorFlow, answer on the device as they did in JAX."""
    pytest.importorskip("jax", reason="no JAX here")
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "config.json").write_bytes((run / "config.json").read_bytes())
    windows = split.validation.windows[:20]
    np.save(folder / "windows.npy", windows)
    environment = os.environ | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    subprocess.run([sys.executable, "-c", JAX, str(folder)], check=True, env=environment)
    shown = calibration.representative(split.train)
    wishes = Wishes("from-jax", "float32")
    done = bundling.export(folder, wishes, tmp_path / "out", shown, split.validation, None)
    classifier = open_bundle(done.folder)
    rows = [classifier.logits(window, None) for window in windows]
    assert np.abs(np.array(rows) - np.load(folder / "logits.npy")).max() < 1e-5
