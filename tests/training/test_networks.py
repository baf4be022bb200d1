"""The thesis's two networks: their sizes, their attention, their logits on every backend."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ecg_device.errors import ConfigError
from ecg_training import networks

pytestmark = pytest.mark.train
keras = pytest.importorskip("keras", reason="no TensorFlow here: tools/test --all runs it")

_ON_A_BACKEND = """
import sys
import numpy as np
from ecg_training import networks
model = networks.build(sys.argv[1], 6, width=0.125)
model.load_weights(sys.argv[2])
windows = np.load(sys.argv[3])
np.save(sys.argv[4], np.asarray(model.predict(windows, verbose=0)))
"""


@pytest.mark.parametrize(("width", "parameters"), [(1, 875_857), (0.25, 56_927), (0.125, 14_967)])
def test_resecanet_has_the_parameters_of_the_thesis(width: float, parameters: int) -> None:
    """The thesis's code with the ECA paper's attention was counted at three widths."""
    assert networks.build("resecanet", 6, width=width).count_params() == parameters


def test_vgg16_has_the_convolutions_of_vgg16() -> None:
    """Simonyan and Zisserman's have 14,714,688 parameters on three colours; a map has but one."""
    model = networks.build("vgg16_cwt", 6)
    convolutions = [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Conv2D) and layer.name != "morlet"
    ]
    assert len(convolutions) == 13
    assert sum(layer.count_params() for layer in convolutions) == 14_714_688 - 2 * 64 * 9


def test_the_map_is_38_by_259_and_frozen() -> None:
    """The study's map size; training never moves the wavelet."""
    model = networks.build("vgg16_cwt", 6, width=0.125)
    wavelet = model.get_layer("morlet")
    assert not wavelet.trainable
    assert all(weight.path != wavelet.kernel.path for weight in model.trainable_weights)
    assert any(layer.output.shape == (None, 38, 259, 1) for layer in model.layers)


@pytest.mark.parametrize("name", ["resecanet", "vgg16_cwt"])
def test_networks_take_a_window_and_give_logits(name: str) -> None:
    """One number a class, no probabilities: they are negative too and do not add up to 1."""
    model = networks.build(name, 6, width=0.125)
    assert [one.name for one in model.inputs] == ["window"]
    windows = np.random.default_rng(0).standard_normal((8, 259, 1)).astype(np.float32)
    logits = np.asarray(model(windows))
    assert logits.shape == (8, 6)
    assert logits.dtype == np.float32
    assert logits.min() < 0


def test_attention_gates_each_channel_by_its_neighbours() -> None:
    """ECA with 16 channels looks at 3: what channel 0 carries moves the gates of 0 and 1 alone."""
    from ecg_training.networks.resecanet import _channel_attention

    inputs = keras.Input((10, 1, 16))
    model = keras.Model(inputs, _channel_attention(inputs))
    signal = np.ones((1, 10, 1, 16), np.float32)
    before = np.asarray(model(signal))[0, 0, 0]
    signal[..., 0] = 5.0
    after = np.asarray(model(signal))[0, 0, 0] / np.array([5.0] + [1.0] * 15)
    moved = np.flatnonzero(np.abs(after - before) > 1e-6)
    assert moved.tolist() == [0, 1]


@pytest.mark.parametrize(("channels", "reach"), [(8, 3), (64, 3), (128, 5), (256, 5), (512, 5)])
def test_attention_reaches_as_far_as_the_paper_says(channels: int, reach: int) -> None:
    """k = |log2(C) / 2 + 1 / 2|, the nearest odd number as the authors' code takes it."""
    from ecg_training.networks.resecanet import _reach

    assert _reach(channels) == reach


def test_a_network_that_is_not_there_is_refused() -> None:
    """The error names those that are."""
    with pytest.raises(ConfigError, match="resecanet or vgg16_cwt"):
        networks.build("alexnet", 6)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["resecanet", "vgg16_cwt"])
def test_logits_are_the_same_on_all_backends(name: str, tmp_path: Path) -> None:
    """TensorFlow, JAX and PyTorch agree on one set of weights to a thousandth of their spread."""
    pytest.importorskip("jax")
    pytest.importorskip("torch")
    weights, windows = tmp_path / "model.weights.h5", tmp_path / "windows.npy"
    networks.build(name, 6, width=0.125).save_weights(weights)
    np.save(windows, np.random.default_rng(0).standard_normal((8, 259, 1)).astype(np.float32))
    logits = {}
    for backend in ("tensorflow", "jax", "torch"):
        out = tmp_path / f"{backend}.npy"
        command = [sys.executable, "-c", _ON_A_BACKEND, name, *map(str, (weights, windows, out))]
        path = os.pathsep.join(filter(None, sys.path))
        surroundings = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": path}
        subprocess.run(command, check=True, env=surroundings, capture_output=True)
        logits[backend] = np.load(out)
    spread = np.ptp(logits["tensorflow"])
    for other in ("jax", "torch"):
        assert np.abs(logits[other] - logits["tensorflow"]).max() < 1e-3 * spread
