"""The continuous wavelet transform of a beat as one frozen convolution inside the graph.

The study takes PyWavelets' complex Morlet wavelet `cmor1.5-0.5` at the scales of 1 to 38 Hz and
keeps the magnitude. A transform at a fixed scale is a convolution with the wavelet, stretched,
so a bundle can take the beat's window and needs no wavelet library on the device. Like there,
the signal is taken to be zero outside its window.

Departures:
- Each row is in the signal's own unit: a sine of 1 mV has magnitude 1 at its frequency, where
  PyWavelets gives sqrt(scale) / 2. The rows then have one size (99th percentiles 0.3 to 0.9 mV
  instead of 0.5 to 3), so that eight bits serve them all.
- The wavelet itself is sampled. PyWavelets takes differences of its integral, which moves some
  rows by half a sample and, as this wavelet has a mean, repeats each wave faintly 8 scales on.
"""

from typing import TYPE_CHECKING

import numpy as np

from ecg_device.signals import WORKING_RATE_HZ, FloatArray
from ecg_device.views import LENGTH, Float32Array

if TYPE_CHECKING:
    import keras

FREQUENCIES_HZ = np.arange(1, 39)
_BANDWIDTH, _CENTRE = 1.5, 0.5
_TINY = 1e-8  # mV^2; keeps the root's slope finite where the signal is flat


def scales() -> FloatArray:
    """By how much the wavelet is stretched for each frequency."""
    return np.asarray(_CENTRE * WORKING_RATE_HZ / FREQUENCIES_HZ)


def kernel() -> Float32Array:
    """What a window is correlated with: (lags, 1, 1, rows), real parts first, then imaginary."""
    lags = np.arange(-LENGTH + 1, LENGTH)[:, None]
    t = lags / scales()
    height = 2 / (np.sqrt(np.pi * _BANDWIDTH) * scales())
    envelope = height * np.exp(-(t**2) / _BANDWIDTH)
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
    parts = transform(layers.Reshape((LENGTH, 1, 1), dtype="float32")(window))
    transform.set_weights([kernel()])
    real, imaginary = parts[..., :rows], parts[..., rows:]
    # a product has eight bits in TFLite, a square has not
    magnitude = ops.sqrt(real * real + imaginary * imaginary + _TINY)
    return layers.Permute((3, 1, 2), dtype="float32")(magnitude)
