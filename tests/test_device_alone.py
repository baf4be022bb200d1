"""The device as a Pi has it: no training library can be imported, and nothing is missed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TRAINING = (
    "tensorflow", "keras", "jax", "torch", "dask", "distributed", "wfdb", "pandas", "matplotlib",
    "sklearn", "pywt", "onnxruntime",
)  # fmt: skip

BUNDLES = sorted(path.parent.name for path in Path(__file__).parents[1].glob("models/*/card.json"))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables under which every process meets, for each library, one that cannot be imported."""
    folder = tmp_path_factory.mktemp("forbidden")
    for name in TRAINING:
        (folder / f"{name}.py").write_text(f'raise ImportError("{name} is forbidden here")\n')
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    return dict(os.environ) | {"PYTHONPATH": path}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("library", TRAINING)
def test_the_libraries_are_out_of_reach(environment: dict[str, str], library: str) -> None:
    """What these tests forbid is forbidden, installed or not."""
    done = run(environment, "-c", f"import {library}")
    assert done.returncode == 1
    assert f"ImportError: {library} is forbidden here" in done.stderr


def test_the_synthetic_heart_beats(environment: dict[str, str], tmp_path: Path) -> None:
    """Ten simulated seconds are watched, kept and served; nothing is complained of."""
    done = run(environment, "-m", "ecg_device", "run", "--source", "synthetic", "--speed", "0",
               "--seconds", "10", "--port", "0", "--data", str(tmp_path))  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert " beat " in done.stdout


def test_a_recording_is_analyzed(environment: dict[str, str], tmp_path: Path) -> None:
    """Half a minute of pulses, one a second, is analyzed in processes of their own."""
    lines = ["time,value"]
    for sample in range(30 * 360):
        phase = (sample % 360 - 180) / 360
        lines.append(f"{sample / 360:.6f},{max(0.0, 1 - abs(phase) / 0.03):.4f}")
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    done = run(environment, "-m", "ecg_device", "analyze", str(tmp_path / "one.csv"),
               str(tmp_path / "two.csv"), "--out", str(tmp_path), "--jobs", "2")  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "one.json").exists() and (tmp_path / "two.ecgd").exists()
    assert "60 (60-60)" in done.stdout


def test_there_is_a_runtime(environment: dict[str, str]) -> None:
    """LiteRT or tflite-runtime comes with the device, and needs none of them."""
    done = run(
        environment, "-c", "from ecg_device.runtime import runtime_name; print(runtime_name())"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[0] in {"ai-edge-litert", "tflite-runtime"}


@pytest.mark.parametrize("bundle", BUNDLES)
def test_shipped_networks_are_sound(environment: dict[str, str], bundle: str) -> None:
    """The runtime gives the answers that the exporter wrote into the card."""
    done = run(environment, "-m", "ecg_device", "model", "verify", bundle)
    assert (done.returncode, done.stderr) == (0, "")
    assert bundle in done.stdout
