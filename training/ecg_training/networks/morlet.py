"""The continuous wavelet transform of a beat as one frozen convolution inside the graph.

The study takes PyWavelets' complex Morlet wavelet `cmor1.5-0.5` at the scales of 1 to 38 Hz and
keeps the magnitude. A transform at a fixed scale is a convolution with the wavelet, stretched,
so a bundle can take the beat's window and needs no wavelet library on the device. Like there,
the signal is taken to be zero outside its window.
"""

from typing import TYPE_CHECKING

import numpy as np

from ecg_device.signals import WORKING_RATE_HZ
from ecg_device.views import LENGTH, Float32Array

if TYPE_CHECKING:
    import keras

FREQUENCIES_HZ = np.arange(1, 39)
_BANDWIDTH, _CENTRE = 1.5, 0.5
_TINY = 1e-6  # keeps the slope of the root finite where the signal is flat


def kernel() -> Float32Array:
    """What a window is correlated with: (lags, 1, 1, rows), real parts first, then imaginary."""
    lags = np.arange(-LENGTH + 1, LENGTH)[:, None]
    scale = _CENTRE * WORKING_RATE_HZ / FREQUENCIES_HZ
    t = lags / scale
    envelope = np.exp(-(t**2) / _BANDWIDTH) / np.sqrt(np.pi * _BANDWIDTH * scale)
    turning = 2 * np.pi * _CENTRE * t
    both = np.concatenate((envelope * np.cos(turning), -envelope * np.sin(turning)), axis=1)
    return np.asarray(both[:, None, None, :], np.float32)


def morlet_map(window: "keras.KerasTensor") -> "keras.KerasTensor":
    """The magnitudes (38, 259, 1) of a window (259, 1): frequency by time, always in float32."""
    from keras import layers, ops

    rows = len(FREQUENCIES_HZ)
    transform = layers.Conv2D(
        2 * rows,
        (2 * LENGTH - 1, 1),
        padding="same",
        use_bias=False,
        trainable=False,
        dtype="float32",
        name="morlet",
    )
    parts = transform(layers.Reshape((LENGTH, 1, 1))(window))
    transform.set_weights([kernel()])
    real, imaginary = parts[..., :rows], parts[..., rows:]
    magnitude = ops.sqrt(ops.square(real) + ops.square(imaginary) + _TINY)
    return layers.Permute((3, 1, 2), dtype="float32")(magnitude)
