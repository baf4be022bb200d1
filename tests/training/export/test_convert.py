"""Real conversions: the file says what the Keras network says, by the same names."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ecg_device.errors import ModelError
from ecg_device.runtime import Model
from ecg_device.views import FEATURES
from ecg_training.beatsets import BeatSet
from ecg_training.export.checks import check_partitions

pytestmark = [pytest.mark.train, pytest.mark.slow]
K = len(FEATURES)


@pytest.fixture(scope="module")
def keras() -> Any:
    from ecg_training.train import backend

    return backend.start("tensorflow", threads=1)


@pytest.fixture(scope="module")
def network(keras: Any) -> Any:
    """Both inputs, a normalization, a map, an average over time and one dense layer."""
    layers = keras.layers
    keras.utils.set_random_seed(5)
    window = keras.Input((259, 1), name="window")
    context = keras.Input((K,), name="context")
    x = layers.Conv1D(6, 9, strides=3, padding="same")(window)
    x = layers.BatchNormalization()(x)
    x = layers.Conv1D(8, 5, strides=3, padding="same", activation="relu", name="map")(x)
    x = layers.GlobalAveragePooling1D()(x)
    x = layers.Concatenate()([x, layers.Dense(5, activation="relu")(context)])
    return keras.Model([window, context], layers.Dense(4, name="logits")(x))


@pytest.fixture(scope="module")
def examples(patients: BeatSet) -> dict[str, np.ndarray]:
    chosen = patients.where(np.arange(0, len(patients), 3))
    return {"window": chosen.windows[..., None], "context": chosen.context}


@pytest.fixture(scope="module")
def convert(network: Any, examples: dict[str, np.ndarray]) -> Callable[[str], Model]:
    from ecg_training.export.convert import to_tflite

    files: dict[str, bytes] = {}

    def model(quantization: str) -> Model:
        if quantization not in files:
            files[quantization] = to_tflite(network, quantization, examples)
        return Model(files[quantization])

    return model


def said(model: Model, examples: dict[str, np.ndarray]) -> np.ndarray:
    rows = zip(examples["window"], examples["context"], strict=True)
    return np.concatenate([model.run({"window": w[None], "context": c[None]})["logits"]
                           for w, c in rows])  # fmt: skip


def test_names_and_shapes_are_the_contracts(convert: Callable[[str], Model]) -> None:
    """One beat at a time, by the names that a card uses."""
    for quantization in ("float32", "int8"):
        model = convert(quantization)
        shapes = {name: tensor.shape for name, tensor in model.inputs.items()}
        assert shapes == {"window": (1, 259, 1), "context": (1, K)}
        outputs = {name: tensor.shape for name, tensor in model.outputs.items()}
        assert outputs == {"logits": (1, 4), "map": (1, 29, 8)}
        assert model.quantization == quantization
        assert check_partitions(model) == 1


def test_floats_agree_with_keras(
    convert: Callable[[str], Model], network: Any, examples: dict[str, np.ndarray]
) -> None:
    """The float32 file answers every beat as Keras does, to rounding."""
    expected = network.predict([examples["window"], examples["context"]], verbose=0)
    assert np.abs(said(convert("float32"), examples) - expected).max() < 1e-5


def test_eight_bits_stay_near(
    convert: Callable[[str], Model], network: Any, examples: dict[str, np.ndarray]
) -> None:
    """The int8 file is off by a twentieth of the spread of the logits, on average."""
    expected = network.predict([examples["window"], examples["context"]], verbose=0)
    off = np.abs(said(convert("int8"), examples) - expected)
    assert off.mean() < 0.05 * expected.std()


def test_the_map_explains_the_logits(
    convert: Callable[[str], Model], network: Any, examples: dict[str, np.ndarray]
) -> None:
    """Averaged over time and weighted, the map moves the logits as the network itself does."""
    from ecg_training.export.convert import activation_weights

    weights = activation_weights(network, examples)
    model = convert("float32")
    context = examples["context"][:1]
    one, other = (
        model.run({"window": examples["window"][[place]], "context": context}) for place in (4, 9)
    )
    moved = (one["map"] - other["map"]).mean(axis=1) @ weights
    assert moved == pytest.approx(one["logits"] - other["logits"], abs=1e-5)


def test_a_map_that_explains_nothing_is_refused(
    keras: Any, examples: dict[str, np.ndarray]
) -> None:
    """The greatest value over time in place of the mean: weights would explain another network."""
    from ecg_training.export.convert import activation_weights

    layers = keras.layers
    window = keras.Input((259, 1), name="window")
    x = layers.Conv1D(8, 5, strides=3, activation="relu", name="map")(window)
    logits = layers.Dense(4, name="logits")(layers.GlobalMaxPooling1D()(x))
    with pytest.raises(ModelError, match="does not explain its logits"):
        activation_weights(keras.Model(window, logits), examples)


def test_a_graph_that_xnnpack_cannot_take_is_refused(
    keras: Any, examples: dict[str, np.ndarray]
) -> None:
    """XNNPACK has no kernel for a sum along time so far: the graph falls into pieces."""
    from ecg_training.export.convert import to_tflite

    layers = keras.layers
    window = keras.Input((259, 1), name="window")
    x = layers.Conv1D(4, 5, strides=3, activation="relu")(window)
    x = keras.ops.cumsum(x, axis=1)
    x = layers.GlobalAveragePooling1D()(layers.Conv1D(4, 5)(x))
    network = keras.Model(window, layers.Dense(4, name="logits")(x))
    model = Model(to_tflite(network, "float32", examples))
    with pytest.raises(ModelError, match="XNNPACK does not run the whole model"):
        check_partitions(model)
    assert check_partitions(model, most=2) == 2
