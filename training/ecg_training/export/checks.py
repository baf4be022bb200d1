"""What an exported model must show before it counts: one partition, and both runtimes agree."""

import os
import subprocess
from pathlib import Path

import ecg_device
from ecg_device.errors import ConfigError, ModelError
from ecg_device.runtime import Model

PYTHON_VARIABLE = "ECG_TFLITE_PYTHON"


def check_partitions(model: Model, most: int = 1) -> int:
    """Into how many pieces XNNPACK takes the graph; at every cut it is copied about.

    `most` is how many may be; one must give all the outputs.
    """
    delegated = [each for each in model.operators if each["op_name"] == "DELEGATE"]
    made = {int(tensor) for each in delegated for tensor in each["outputs"]}
    elsewhere = [name for name, tensor in model.outputs.items() if tensor.place not in made]
    if not 1 <= len(delegated) <= most or (most == 1 and elsewhere):
        raise ModelError(
            "XNNPACK does not run the whole model",
            expected="one partition that gives all outputs" if most == 1 else f"at most {most}",
            received=f"{len(delegated)} partitions; given otherwise: {elsewhere or 'none'}",
            remedy="look for operators without a kernel in XNNPACK or a batch that is not fixed, "
            "or allow more with --partitions",
        )
    return len(delegated)


def other_python(named: Path | None) -> Path:
    """The Python with tflite-runtime 2.14: as named, else as the variable says."""
    given = named or os.environ.get(PYTHON_VARIABLE)
    if not given:
        raise ConfigError(
            "a model counts as exported only when it runs in tflite-runtime 2.14 too",
            expected=f"its Python in --tflite-python or ${PYTHON_VARIABLE}",
            remedy="make one by: python3.11 -m venv E; E/bin/pip install tflite-runtime==2.14.0 "
            "'numpy<2' scipy",
        )
    return Path(given)


def verify_with(python: Path, bundle: Path) -> str:
    """Have the device's own command test a bundle in another Python; what it says."""
    device = str(Path(ecg_device.__path__[0]).parent)
    try:
        done = subprocess.run(
            [python, "-m", "ecg_device", "model", "verify", str(bundle)],
            env=os.environ | {"PYTHONPATH": device},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    except OSError as error:
        raise ConfigError(f"{python} cannot be started", received=error.strerror) from error
    if done.returncode != 0:
        raise ModelError(f"refused in {python}", received=done.stderr)
    return done.stdout.strip().partition(": ")[2]
