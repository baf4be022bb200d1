"""The wavelet transform inside the graph is PyWavelets', in the graph's own unit."""

import itertools

import numpy as np
import pytest

pytestmark = pytest.mark.train
keras = pytest.importorskip("keras", reason="no TensorFlow here: tools/test --all runs it")
pywt = pytest.importorskip("pywt", reason="no TensorFlow here: tools/test --all runs it")

from ecg_training.networks.morlet import FREQUENCIES_HZ, kernel, morlet_map, scales  # noqa: E402

WAVELET = "cmor1.5-0.5"
RATE_HZ = 360


@pytest.fixture(scope="module")
def model():
    """The transform alone."""
    window = keras.Input(batch_shape=(1, 259, 1), name="window")
    return keras.Model(window, morlet_map(window))


def beat(r_mv: float = 1.2, width: float = 6.0, shift: int = 0) -> np.ndarray:
    """P, QRS and T as Gaussian waves, about zero."""
    t = np.arange(259) - 89 - shift
    waves = ((-58, 9, 0.12), (0, width, r_mv), (12, 5, -0.3), (100, 22, 0.3))
    return np.sum([mv * np.exp(-0.5 * ((t - at) / wide) ** 2) for at, wide, mv in waves], axis=0)


def differences(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, float]:
    """The greatest against the greatest value, and RMS against RMS, in our unit."""
    expected = np.abs(theirs) * 2 / np.sqrt(scales())[:, None]
    error = np.abs(ours - expected)
    return error.max() / expected.max(), np.sqrt(np.mean(error**2) / np.mean(expected**2))


def magnitudes(model, window: np.ndarray) -> np.ndarray:
    inputs = window.astype(np.float32)[None, :, None]
    return np.asarray(model(inputs))[0, :, :, 0]


def test_the_scales_are_the_studys() -> None:
    """Centre frequency * 360 / (1..38), by PyWavelets' own centre frequency."""
    centre = pywt.central_frequency(WAVELET)
    assert np.allclose(scales(), centre * RATE_HZ / np.arange(1, 39))
    hertz = pywt.scale2frequency(WAVELET, scales()) * RATE_HZ
    assert np.allclose(hertz, FREQUENCIES_HZ)


def test_the_kernel_is_pywavelets_wavelet() -> None:
    """Each row is the conjugate of `wavefun` at that row's lags, times 2 / scale."""
    psi, x = pywt.ContinuousWavelet(WAVELET).wavefun(14)
    rows = len(FREQUENCIES_HZ)
    lags = np.arange(-258, 259)
    for row, scale in enumerate(scales()):
        t = lags / scale
        real = np.interp(t, x, psi.real, 0, 0) * 2 / scale
        imaginary = -np.interp(t, x, psi.imag, 0, 0) * 2 / scale
        assert np.abs(kernel()[:, 0, 0, row] - real).max() < 1e-5 * 2 / scale
        assert np.abs(kernel()[:, 0, 0, rows + row] - imaginary).max() < 1e-5 * 2 / scale


@pytest.mark.parametrize("window", [beat(), beat(-0.8, 18.0), beat(shift=20)])
def test_maps_agree_with_pywavelets_over_the_whole_window(model, window: np.ndarray) -> None:
    """Within 12 % of the greatest value anywhere and 10 % RMS, edges included."""
    theirs, _ = pywt.cwt(window, scales(), WAVELET, 1 / RATE_HZ)
    worst, rms = differences(magnitudes(model, window), theirs)
    assert worst < 0.12
    assert rms < 0.10


def test_what_differs_is_the_echo_of_pywavelets(model) -> None:
    """Within 3 % and 2 %, once the wavelet's area, let go 8 scales late, is given back.

    `cwt` differences the wavelet's integral, which breaks off at its value there instead of 0.
    """
    window = beat()
    theirs, _ = pywt.cwt(window, scales(), WAVELET, 1 / RATE_HZ, precision=16)
    integral, _ = pywt.integrate_wavelet(WAVELET, 16)
    padded = np.pad(window, 2000)
    for row, scale in enumerate(scales()):
        echo = padded[np.arange(259) + 2000 + int(np.ceil(8 * scale))]
        theirs[row] += np.sqrt(scale) * np.conj(integral[-1]) * echo
    worst, rms = differences(magnitudes(model, window), theirs)
    assert worst < 0.03
    assert rms < 0.02


@pytest.mark.parametrize("hertz", [8, 15, 30])
def test_a_sine_of_one_millivolt_has_magnitude_one(model, hertz: int) -> None:
    """At its own frequency, and less at every other."""
    window = np.sin(2 * np.pi * hertz * np.arange(259) / RATE_HZ)
    middle = magnitudes(model, window)[:, 129]
    assert FREQUENCIES_HZ[middle.argmax()] == hertz
    assert middle.max() == pytest.approx(1.0, abs=0.03)


def test_silence_has_none(model) -> None:
    """Nothing in, nothing out (but the root's own floor), and the slope there is finite."""
    assert magnitudes(model, np.zeros(259)).max() <= 1.01e-4


@pytest.mark.slow
def test_eight_bits_keep_the_map(model) -> None:
    """Full int8: ten operators, none in floats; off by at most 8 % of the greatest value, 2 % RMS.

    A square of under 1/255 of the greatest is nothing in eight bits, so 6 % is the floor.
    """
    tf = pytest.importorskip("tensorflow")
    litert = pytest.importorskip("ai_edge_litert.interpreter")
    beats = [
        beat(r_mv, width, shift)
        for r_mv, width, shift in itertools.product(
            (-0.9, 0.6, 1.2, 2.0), (5.0, 9.0, 18.0), (-4, 0, 7)
        )
    ]
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    converter.representative_dataset = lambda: (
        [one.astype(np.float32)[None, :, None]] for one in beats[::2]
    )
    interpreter = litert.Interpreter(model_content=converter.convert())
    interpreter.allocate_tensors()
    operators = [one["op_name"] for one in interpreter._get_ops_details()]
    assert "DEQUANTIZE" not in operators
    assert len([name for name in operators if name != "DELEGATE"]) <= 10
    exact = np.array([magnitudes(model, one) for one in beats[1::2]])
    error = np.array([_in_eight_bits(interpreter, one) for one in beats[1::2]]) - exact
    assert np.abs(error).max() < 0.08 * exact.max()
    assert np.sqrt(np.square(error).mean()) < 0.02 * exact.max()


def _in_eight_bits(interpreter, window: np.ndarray) -> np.ndarray:
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    scale, zero = taken["quantization"]
    codes = np.clip(np.round(window / scale) + zero, -128, 127).astype(np.int8)
    interpreter.set_tensor(taken["index"], codes[None, :, None])
    interpreter.invoke()
    scale, zero = given["quantization"]
    return (interpreter.get_tensor(given["index"])[0, ..., 0].astype(np.float32) - zero) * scale
