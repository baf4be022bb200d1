"""A Keras network written as TensorFlow Lite. Runs in a process of its own, on TensorFlow.

    python -m ecg_training.export.convert RUN EXAMPLES.npz float32|int8 OUT

writes OUT/model.tflite and OUT/about.json. The batch is fixed to one, which lets XNNPACK take
the whole graph in one piece; variables are made constants first, without which the converter
cannot calibrate a Keras 3 network; weights are quantized per channel.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ecg_device.errors import EcgDeviceError, ModelError
from ecg_device.views import Float32Array

Examples = dict[str, Float32Array]
_MAP = "map"  # the layer whose output, averaged over time, a last dense layer turns into logits


def to_tflite(network: Any, quantization: str, examples: Examples) -> bytes:
    """The network as a file; `examples` are beats by the names of its inputs."""
    import tensorflow as tf

    module = _frozen(network)
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [module.serve.get_concrete_function()], module
    )
    if quantization == "int8":
        used = _used(network, examples)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: _one_by_one(used)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    return bytes(converter.convert())


def activation_weights(network: Any, examples: Examples) -> Float32Array | None:
    """What each feature of the map adds to each logit; None where the network has no map.

    A ModelError where logits do not move by these weights times the map's mean over time.
    """
    if not _has_map(network):
        return None
    features = network.get_layer(_MAP).output.shape[-1]
    weights = np.asarray(network.get_layer("logits").get_weights()[0])[:features]
    first, second = (_outputs(network, examples, place) for place in (0, -1))
    moved = second["logits"] - first["logits"]
    explained = (second[_MAP] - first[_MAP]).mean(axis=1) @ weights
    if not np.allclose(moved, explained, rtol=1e-3, atol=1e-3):
        raise ModelError(
            "the network's map does not explain its logits",
            expected="the mean over time of the layer 'map', then the dense layer 'logits'",
            received=f"a difference of {np.abs(moved - explained).max():.3g}",
        )
    return weights


def _frozen(network: Any) -> Any:
    """A module whose `serve` takes one beat by names and gives the outputs by names."""
    import tensorflow as tf
    from tensorflow.python.framework import convert_to_constants

    inner = _with_map(network)
    signature = [
        tf.TensorSpec((1, *tensor.shape[1:]), tf.float32, name=tensor.name)
        for tensor in network.inputs
    ]

    def call(*inputs: Any) -> Any:
        named = {spec.name: value for spec, value in zip(signature, inputs, strict=True)}
        return inner(named, training=False)

    concrete = tf.function(call, input_signature=signature).get_concrete_function()
    names = sorted(inner.output)  # as TensorFlow orders a dictionary's values
    constant = convert_to_constants.convert_variables_to_constants_v2(concrete)
    module = tf.Module()
    module.constant = constant
    module.serve = tf.function(
        lambda *inputs: dict(zip(names, constant(*inputs), strict=True)),
        input_signature=signature,
    )
    return module


def _with_map(network: Any) -> Any:
    """The network with named inputs and outputs, the map among them where there is one."""
    import keras

    outputs = {"logits": network.output}
    if _has_map(network):
        layer = network.get_layer(_MAP).output
        outputs[_MAP] = keras.layers.Reshape((-1, layer.shape[-1]), name="map_output")(layer)
    return keras.Model({tensor.name: tensor for tensor in network.inputs}, outputs)


def _has_map(network: Any) -> bool:
    return any(layer.name == _MAP for layer in network.layers)


def _outputs(network: Any, examples: Examples, place: int) -> dict[str, Float32Array]:
    """What one window gives, with the first example's context."""
    given = {name: values[:1] for name, values in _used(network, examples).items()}
    told = _with_map(network).predict(given | {"window": examples["window"][[place]]}, verbose=0)
    return {name: np.asarray(values, np.float32) for name, values in told.items()}


def _used(network: Any, examples: Examples) -> Examples:
    """What the network takes of the examples."""
    return {tensor.name: examples[tensor.name] for tensor in network.inputs}


def _one_by_one(examples: Examples) -> Iterator[Examples]:
    for place in range(len(examples["window"])):
        yield {name: values[place : place + 1] for name, values in examples.items()}


def _main(folder: Path, examples_file: Path, quantization: str, out: Path) -> None:
    import tensorflow

    from ecg_training.train import backend, runs

    keras = backend.start("tensorflow", threads=1)
    network, _ = runs.load(folder)
    with np.load(examples_file) as stored:
        examples = {name: stored[name] for name in stored.files}
    weights = activation_weights(network, examples)
    (out / "model.tflite").write_bytes(to_tflite(network, quantization, examples))
    about = {
        "inputs": [tensor.name for tensor in network.inputs],
        "parameters": int(network.count_params()),
        "cam": None if weights is None else weights.tolist(),
        "versions": {"tensorflow": tensorflow.__version__, "keras": keras.__version__},
    }
    (out / "about.json").write_text(json.dumps(about))


if __name__ == "__main__":
    try:
        _main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
    except EcgDeviceError as error:
        sys.exit(str(error))
