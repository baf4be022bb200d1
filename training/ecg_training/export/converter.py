"""The converter in a process of its own: whatever backend a run was trained on, and however this
process has loaded Keras, the network is built anew there on TensorFlow."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import ecg_device
import ecg_training
from ecg_device.errors import ModelError
from ecg_training.export.calibration import Representative

_CONVERT = "ecg_training.export.convert"
_ENDS_S = 1800


@dataclass(frozen=True, slots=True)
class Converted:
    """A model file and what is known of the network behind it."""

    content: bytes
    inputs: tuple[str, ...]
    parameters: int
    cam: list[list[float]] | None
    versions: dict[str, str]


def convert(run: Path, quantization: str, shown: Representative) -> Converted:
    """The run's network as a TensorFlow Lite file."""
    with tempfile.TemporaryDirectory(prefix="ecg-export-") as name:
        folder = Path(name)
        examples = folder / "examples.npz"
        np.savez(examples, window=shown.windows[..., None], context=shown.context)
        _call(run, str(examples), quantization, name)
        about: dict[str, Any] = json.loads((folder / "about.json").read_text())
        return Converted(
            (folder / "model.tflite").read_bytes(),
            tuple(about["inputs"]),
            about["parameters"],
            about["cam"],
            about["versions"],
        )


def _call(run: Path, *arguments: str) -> None:
    """Run it to its end; what it says on the way is told only if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", _CONVERT, str(run), *arguments],
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=_ENDS_S,
        check=False,
    )
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise ModelError(
            f"{run} could not be converted",
            received=said[-1] if said else f"status {done.returncode}",
            remedy="install ecg-device with its extra train, or mend the network",
        )


def _environment() -> dict[str, str]:
    """This process's variables, and the packages that it has imported within reach."""
    packages = [str(Path(package.__path__[0]).parent) for package in (ecg_device, ecg_training)]
    path = os.pathsep.join([*packages, *filter(None, [os.environ.get("PYTHONPATH")])])
    # no accelerator: converting computes next to nothing, and memory may be taken by a training
    return os.environ | {
        "PYTHONPATH": path,
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "CUDA_VISIBLE_DEVICES": "",
    }
