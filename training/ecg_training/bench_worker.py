"""A process that times one model in one runtime, when told to; `bench_models` keeps several.

    python -m ecg_training.bench_worker device MODEL.tflite    the device's own runtime module
    python -m ecg_training.bench_worker onnx MODEL.onnx

It says what runs the model, then for each line on stdin, a number of beats, the seconds they took,
one by one. It needs NumPy and its runtime alone, for tflite-runtime lives among old libraries.
"""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SEED = 360
Arrays = Mapping[str, NDArray[Any]]
Run = Callable[[Arrays], object]
Shapes = Mapping[str, tuple[tuple[int, ...], bool]]  # True: eight-bit numbers


def main(kind: str, path: str) -> None:
    """Load the model, warm up, then answer until stdin ends."""
    name, shapes, run = _DEVICES[kind](Path(path))
    random = np.random.default_rng(_SEED)
    examples = [_example(shapes, random) for _ in range(64)]
    _timed(run, examples, len(examples))
    print(name, flush=True)
    for line in sys.stdin:
        print(repr(_timed(run, examples, int(line))), flush=True)


def _timed(run: Run, examples: list[Arrays], beats: int) -> float:
    start = time.perf_counter()
    for beat in range(beats):
        run(examples[beat % len(examples)])
    return time.perf_counter() - start


def _example(shapes: Shapes, random: np.random.Generator) -> Arrays:
    return {
        name: random.integers(-128, 128, shape, np.int8)
        if eight_bits
        else random.standard_normal(shape).astype(np.float32)
        for name, (shape, eight_bits) in shapes.items()
    }


def _device(path: Path) -> tuple[str, Shapes, Run]:
    """As the appliance runs a beat: floats in and out, quantization included."""
    from ecg_device.runtime import Model, runtime_name

    model = Model(path)
    shapes = {name: (tensor.shape, False) for name, tensor in model.inputs.items()}
    return runtime_name(), shapes, model.run


def _onnx(path: Path) -> tuple[str, Shapes, Run]:
    """As ONNX Runtime is meant to be used, on one thread like the others."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    shapes = {
        given.name: (tuple(map(int, given.shape)), given.type == "tensor(int8)")
        for given in session.get_inputs()
    }
    return f"onnxruntime {onnxruntime.__version__}", shapes, lambda x: session.run(None, x)


_DEVICES: Mapping[str, Callable[[Path], tuple[str, Shapes, Run]]] = {
    "device": _device,
    "onnx": _onnx,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
