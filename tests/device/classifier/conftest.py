"""Bundles whose model is known by heart: a formula, written as a TensorFlow Lite file.

    logit k = 4 * mean(window[64 k : 64 k + 64]) + 2 * context[k]        k = 0 .. labels - 1

So what a model must answer follows from arithmetic, whatever runs it.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecg_device import views
from ecg_device.classifier import library
from ecg_device.signals import Beat
from ecg_device.views import BeatView

schema = pytest.importorskip("ai_edge_litert.schema_py_generated", reason="writes the models")
flatbuffers = pytest.importorskip("flatbuffers")

K = len(views.FEATURES)
LABELS = ("N", "S", "V", "F")
INPUT_STEP, LOGIT_STEP = 1 / 32, 1 / 8  # of the eight-bit version


def formula(window: np.ndarray, context: np.ndarray, labels: int = len(LABELS)) -> np.ndarray:
    """What the model must say, by NumPy."""
    return np.array(
        [4 * window[64 * k : 64 * k + 64].mean() + 2 * context[k] for k in range(labels)]
    )


class ModelFile:
    """A graph being written, tensor by tensor, for TensorFlow Lite."""

    def __init__(self, int8: bool) -> None:
        self.int8 = int8
        self.tensors: list[Any] = []
        self.buffers = [schema.BufferT()]
        self.operators: list[Any] = []
        self.codes: list[Any] = []

    def tensor(self, name: str, shape: tuple[int, ...], step: float, data: Any = None) -> int:
        tensor = schema.TensorT()
        tensor.name, tensor.shape = name.encode(), list(shape)
        tensor.type = schema.TensorType.INT8 if self.int8 else schema.TensorType.FLOAT32
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(np.ascontiguousarray(data).tobytes(), np.uint8)
            self.buffers.append(buffer)
            tensor.buffer = len(self.buffers) - 1
            if data.dtype == np.int32:
                tensor.type = schema.TensorType.INT32
        if self.int8 and step:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale, tensor.quantization.zeroPoint = [step], [0]
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def operator(self, code: str, inputs: list[int], output: int, options: Any = None) -> None:
        number = getattr(schema.BuiltinOperator, code)
        operator_code = schema.OperatorCodeT()
        operator_code.builtinCode = operator_code.deprecatedBuiltinCode = number
        operator_code.version = {"FULLY_CONNECTED": 4, "ADD": 2}.get(code, 1) if self.int8 else 1
        self.codes.append(operator_code)
        operator = schema.OperatorT()
        operator.opcodeIndex = len(self.codes) - 1
        operator.inputs, operator.outputs = inputs, [output]
        if options is not None:
            name = type(options).__name__.removesuffix("T")
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, name)
            operator.builtinOptions = options
        self.operators.append(operator)

    def dense(self, name: str, given: int, weights: np.ndarray) -> int:
        """A layer without bias whose weights are 0 and one other value: exact in eight bits."""
        step = float(weights.max()) / 127
        kept = np.round(weights / step).astype(np.int8) if self.int8 else weights
        matrix = self.tensor(f"{name}_weights", weights.shape, step, kept)
        output = self.tensor(name, (1, len(weights)), LOGIT_STEP)
        self.operator(
            "FULLY_CONNECTED", [given, matrix, -1], output, schema.FullyConnectedOptionsT()
        )
        return output

    def content(self, inputs: dict[str, int], outputs: dict[str, int]) -> bytes:
        graph = schema.SubGraphT()
        graph.tensors, graph.operators, graph.name = self.tensors, self.operators, b"main"
        graph.inputs, graph.outputs = list(inputs.values()), list(outputs.values())
        signature = schema.SignatureDefT()
        signature.signatureKey = b"serving_default"
        signature.inputs, signature.outputs = _names(inputs), _names(outputs)
        model = schema.ModelT()
        model.version, model.description = 3, b"a formula"
        model.operatorCodes, model.subgraphs = self.codes, [graph]
        model.buffers, model.signatureDefs = self.buffers, [signature]
        builder = flatbuffers.Builder(1 << 14)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def _names(tensors: dict[str, int]) -> list[Any]:
    maps = []
    for name, index in tensors.items():
        entry = schema.TensorMapT()
        entry.name, entry.tensorIndex = name.encode(), index
        maps.append(entry)
    return maps


def model_file(
    *, int8: bool = True, labels: int = 4, length: int = 259, k: int = K, root: bool = False
) -> bytes:
    """The formula as a .tflite file; with `root` its square root, no number below zero."""
    file = ModelFile(int8)
    window = file.tensor("window", (1, length, 1), INPUT_STEP)
    context = file.tensor("context", (1, k), INPUT_STEP)
    flat = file.tensor("flat", (1, length), INPUT_STEP)
    shape = file.tensor("shape", (2,), 0, np.array([1, length], np.int32))
    means, picks = np.zeros((labels, length), np.float32), np.zeros((labels, k), np.float32)
    for label in range(labels):
        means[label, 64 * label : 64 * label + 64] = 4 / 64
        picks[label, label] = 2
    file.operator("RESHAPE", [window, shape], flat, schema.ReshapeOptionsT())
    parts = [file.dense("of_window", flat, means), file.dense("of_context", context, picks)]
    logits = file.tensor("sum", (1, labels), LOGIT_STEP)
    file.operator("ADD", parts, logits, schema.AddOptionsT())
    if root:
        linear, logits = logits, file.tensor("root", (1, labels), LOGIT_STEP)
        file.operator("SQRT", [linear], logits)
    return file.content({"window": window, "context": context}, {"logits": logits})


def example(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A window and a context that eight bits hold exactly."""
    random = np.random.default_rng(seed)
    window = random.integers(-64, 65, views.LENGTH) * INPUT_STEP
    window += np.repeat(random.integers(-32, 33, 5) * INPUT_STEP, 64)[: views.LENGTH]
    context = random.integers(-32, 33, K) * INPUT_STEP
    return window.astype(np.float32), context.astype(np.float32)


def card_of(model: bytes, *, int8: bool = True) -> dict[str, Any]:
    """A card for it, its golden logits by the formula."""
    golden = []
    for seed in range(3):
        window, context = example(seed)
        logits = formula(window, context).tolist()
        golden.append({"window": window.tolist(), "context": context.tolist(), "logits": logits})
    metric = {"protocol": "arithmetic", "condition": "clean", "metric": "accuracy",
              "value": 1.0, "low": 0.9, "high": 1.0, "command": "pytest"}  # fmt: skip
    return {
        "format": 1, "name": "formula", "task": "beat", "network": "formula", "version": "1",
        "inputs": {"window": [1, views.LENGTH, 1], "context": [1, K]},
        "features": list(views.FEATURES), "rate_hz": 360, "window": {"before": 89, "after": 170},
        "views": views.VERSION, "labels": list(LABELS),
        "aami": {label: label for label in LABELS},
        "quantization": "int8" if int8 else "float32", "temperature": 1.0, "threshold": 0.5,
        "sha256": hashlib.sha256(model).hexdigest(), "bytes": len(model), "golden": golden,
        "tolerance": 2 * LOGIT_STEP if int8 else 1e-5, "metrics": [metric], "exporter": {},
        "training": {}, "commit": "0" * 40, "limits": "A formula: it knows nothing of hearts.",
    }  # fmt: skip


Change = Callable[[dict[str, Any]], None]
MakeBundle = Callable[..., Path]


@pytest.fixture
def make_bundle(tmp_path: Path) -> MakeBundle:
    """Write a bundle into a folder; `change` may spoil its card, `model` be another file."""

    def make(
        folder: str = "bundle",
        change: Change = lambda card: None,
        model: bytes | None = None,
        int8: bool = True,
    ) -> Path:
        content = model_file(int8=int8) if model is None else model
        card = card_of(content, int8=int8)
        change(card)
        place = tmp_path / folder
        place.mkdir(parents=True)
        (place / "model.tflite").write_bytes(content)
        (place / "card.json").write_text(json.dumps(card))
        (place / "card.md").write_text("# formula\n")
        return place

    return make


@pytest.fixture
def view() -> Callable[[int], BeatView]:
    """A beat's view whose answer the formula gives."""
    return lambda seed: BeatView(Beat(1000, 1090, 1.0, 0.9), *example(seed))


@pytest.fixture
def arithmetic() -> Callable[..., np.ndarray]:
    return formula


@pytest.fixture
def write_model() -> Callable[..., bytes]:
    return model_file


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty state folder, and no shipped bundles but those a test puts there."""
    folder = tmp_path / "state"
    monkeypatch.setenv(library.STATE_VARIABLE, str(folder))
    (tmp_path / "shipped").mkdir()
    monkeypatch.setattr(library, "shipped_folder", lambda: tmp_path / "shipped")
    return folder
