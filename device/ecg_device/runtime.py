"""A TensorFlow Lite model run by whichever runtime is installed: LiteRT, else tflite-runtime.

Arrays go in and come out as floats by the names of the model's signature; what an eight-bit
model needs in between (scale, zero point, saturation) happens here. One thread: a beat takes
less than a millisecond, and the sampler needs the other cores.

A file whose hash is right should be trusted no further: LiteRT 2.3 refused or ran each of 900
spoiled models, but tflite-runtime 2.14 does not check what it reads, and of the same files two
thirds ended its process. With it a file is first tried in a process of its own, whose death is
an error like any other; one file in thirty still got past that. The hash is the real guard.
"""

import importlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_device.errors import ModelError

_RUNTIMES = {"ai_edge_litert": "ai-edge-litert", "tflite_runtime": "tflite-runtime"}
_IDENTIFIER = b"TFL3"  # at byte 4 of every model
_TRIAL_S = 30  # loading takes a few seconds on the slowest Pi
_CHATTER = (b"INFO:", b"\n")
_TRIAL = "import sys; from ecg_device.runtime import try_out; try_out(sys.argv[1])"

Float32Array = NDArray[np.float32]


class Tensor(NamedTuple):
    """An input or output of a model. `scale` 0: floats, nothing to quantize."""

    place: int  # in the interpreter
    shape: tuple[int, ...]
    dtype: type[np.generic]
    scale: float
    zero: int


class Model:
    """A loaded model; every failure of the runtime's is a ModelError that says its `name`.

    A `trusted` file is one that did no harm before.
    """

    def __init__(
        self, source: Path | bytes, name: str | None = None, *, trusted: bool = False
    ) -> None:
        self.name = name or (str(source) if isinstance(source, Path) else "the model")
        content = source if isinstance(source, bytes) else _read(source)
        if content[4:8] != _IDENTIFIER:
            raise ModelError(
                f"{self.name} is no TensorFlow Lite model",
                expected=f"{_IDENTIFIER.decode()} at byte 4",
                received=repr(content[4:8]),
                remedy="get the file anew",
            )
        if not trusted and _runtime()[0] == "tflite_runtime":
            _survive(content, self.name)
        self._interpreter = _load(content, self.name)
        self.inputs, self.outputs = _signature(self._interpreter, self.name)

    @property
    def quantization(self) -> str:
        """What the inputs and outputs are made of: int8 or float32, as a card says it."""
        tensors = (*self.inputs.values(), *self.outputs.values())
        kinds = {np.dtype(tensor.dtype).name for tensor in tensors}
        return kinds.pop() if len(kinds) == 1 else "mixed " + " ".join(sorted(kinds))

    @property
    def operators(self) -> list[dict[str, Any]]:
        """The steps of the graph; one named DELEGATE stands for those that XNNPACK took over."""
        details: list[dict[str, Any]] = self._interpreter._get_ops_details()  # nothing public does
        return details

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> dict[str, Float32Array]:
        """All outputs for one example; the arrays have the shapes of `self.inputs`."""
        if inputs.keys() != self.inputs.keys():
            raise ModelError(
                f"{self.name} cannot be run",
                expected=f"the inputs {' '.join(sorted(self.inputs))}",
                received=" ".join(sorted(inputs)) or "none",
            )
        try:
            for name, values in inputs.items():
                tensor = self.inputs[name]
                self._interpreter.set_tensor(tensor.place, _quantized(values, tensor))
            self._interpreter.invoke()
            return {
                name: _dequantized(self._interpreter.get_tensor(tensor.place), tensor)
                for name, tensor in self.outputs.items()
            }
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{self.name} cannot be run", received=str(error)) from error


def runtime_name() -> str:
    """The runtime that runs models here, with its version; a ModelError where there is none."""
    return _runtime()[1]


def try_out(path: str) -> None:
    """Load a model and run it once: the whole life of a process made to survive a bad file."""
    model = Model(Path(path), trusted=True)
    model.run({name: np.zeros(tensor.shape) for name, tensor in model.inputs.items()})


@cache
def _runtime() -> tuple[str, str]:
    for module, package in _RUNTIMES.items():
        try:
            importlib.import_module(f"{module}.interpreter")
        except ImportError:
            continue
        return module, f"{package} {version(package)}"
    raise ModelError(
        "no TensorFlow Lite runtime is installed, so no model can be run",
        expected="ai-edge-litert or tflite-runtime",
        remedy="pip install ai-edge-litert (64-bit), or on 32-bit Raspberry Pi OS with "
        "Python 3.11: pip install 'tflite-runtime==2.14.0' 'numpy<2'",
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read", received=error.strerror) from error


def _load(content: bytes, name: str) -> Any:
    module, _ = _runtime()
    make = importlib.import_module(f"{module}.interpreter").Interpreter
    try:
        with _without_chatter():
            interpreter = make(model_content=content, num_threads=1)
            interpreter.allocate_tensors()
        return interpreter
    except (RuntimeError, ValueError) as error:
        raise ModelError(
            f"{name} cannot be loaded by {runtime_name()}",
            received=str(error),
            remedy="export it anew, or get the file anew",
        ) from error


def _survive(content: bytes, name: str) -> None:
    try:
        with tempfile.NamedTemporaryFile(suffix=".tflite") as file:
            file.write(content)
            file.flush()
            code = _trial(file.name, name)
    except OSError as error:
        raise ModelError(
            f"{name} cannot be tried out in a process of its own",
            received=str(error),
            remedy="make room in the folder for temporary files, and in memory",
        ) from error
    if code < 0:
        raise ModelError(
            f"{name} is damaged: it ended the process that tried it",
            received=f"signal {-code}",
            remedy="get the file anew",
        )


def _trial(path: str, name: str) -> int:
    """How a process that loads the model ends; below 0 by a signal. What it says is lost."""
    package = str(Path(__file__).parents[1])
    found = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    try:
        return subprocess.run(
            [sys.executable, "-c", _TRIAL, path],
            env=os.environ | {"PYTHONPATH": found},
            capture_output=True,
            timeout=_TRIAL_S,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            f"{name} is damaged: it never finished loading",
            expected=f"at most {_TRIAL_S} s",
            remedy="get the file anew",
        ) from error


def _signature(interpreter: Any, name: str) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    signatures = interpreter.get_signature_list()
    if len(signatures) != 1:
        raise ModelError(
            f"{name} does not name its inputs and outputs",
            expected="one signature",
            received=str(len(signatures)),
            remedy="export it with ecg-train export",
        )
    try:
        runner = interpreter.get_signature_runner(next(iter(signatures)))
        return _tensors(runner.get_input_details()), _tensors(runner.get_output_details())
    except (RuntimeError, ValueError, KeyError) as error:
        raise ModelError(
            f"{name} names inputs or outputs that it does not have",
            received=str(error),
            remedy="export it with ecg-train export",
        ) from error


def _tensors(details: Mapping[str, Mapping[str, Any]]) -> dict[str, Tensor]:
    return {name: _tensor(detail) for name, detail in details.items()}


def _tensor(detail: Mapping[str, Any]) -> Tensor:
    shape = tuple(int(length) for length in detail["shape"])
    scale, zero = detail["quantization"]
    return Tensor(int(detail["index"]), shape, detail["dtype"], float(scale), int(zero))


def _quantized(values: NDArray[Any], tensor: Tensor) -> NDArray[Any]:
    """Numbers as the model takes them; what is beyond eight bits is the nearest they can say."""
    if not tensor.scale:
        return np.asarray(values, tensor.dtype)
    if not np.isfinite(values).all():
        raise ValueError("an input holds what is no number")
    limits = np.iinfo(np.dtype(tensor.dtype).name)
    steps = np.round(np.asarray(values, np.float32) / np.float32(tensor.scale)) + tensor.zero
    return np.asarray(np.clip(steps, limits.min, limits.max), tensor.dtype)


def _dequantized(values: NDArray[Any], tensor: Tensor) -> Float32Array:
    if not tensor.scale:
        return np.asarray(values, np.float32)
    return (values.astype(np.float32) - tensor.zero) * np.float32(tensor.scale)


_one_at_a_time = threading.Lock()


@contextmanager
def _without_chatter() -> Iterator[None]:
    """The runtimes greet on the process's stderr, past Python; what else is said there passes."""
    with _one_at_a_time, ExitStack() as opened:
        try:
            heard = opened.enter_context(tempfile.TemporaryFile())
            stderr = os.dup(2)
        except OSError:  # no room to hear it in, or nobody who does
            yield
            return
        os.dup2(heard.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            heard.seek(0)
            with suppress(OSError):  # nobody listens any more
                os.write(2, b"".join(line for line in heard if not line.startswith(_CHATTER)))
