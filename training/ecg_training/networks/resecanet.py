"""ResECANet, the thesis's Model 1: a residual 1D network with efficient channel attention.

From the thesis: a window of 259 samples; a convolution of 15 samples and 64 filters; three
residual blocks of pointwise convolutions, each followed by channel attention, with convolutions
of 7 samples and 64, 128 and 256 filters between; features of two depths side by side; the
greatest value over time; two dense layers of 512; six classes. Batch 64, Adam at 4e-4.

Departures:
- Channel attention is that of the ECA paper (Wang et al., CVPR 2020): a convolution along the
  channels gives each its own gate. The thesis's runs along an axis of length one, so that all
  channels share one gate, from far more weights. 876,870 parameters so become 875,857.
- The convolutions run over (time, 1) in two dimensions. That is the same arithmetic and the same
  weights, and exports without a change of shape around every layer.
- Logits instead of a softmax.
- The first layer computes in float32 also where the others are trained with fewer bits: a P
  wave would be lost in the rounding of the raw window.
The slides leave open where the network halves time and what joins the two depths: here a maximum
of two precedes each block, and the last block's output goes beside the last convolution's through
a pointwise convolution. This agrees with the number of parameters to the last one.
"""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

POINTWISE = 3  # convolutions of a residual block


def build(classes: int, context: int = 0, *, width: float = 1.0) -> "keras.Model":
    """`width` scales all filters; `context` is not used."""
    import keras
    from keras import layers

    first, *later, dense = (max(round(n * width), 1) for n in (64, 64, 128, 256, 512))
    window = keras.Input((259, 1), name="window")
    x = layers.Reshape((259, 1, 1), dtype="float32")(window)
    x = _convolution(x, first, 15, dtype="float32")
    for filters in later:
        x = layers.MaxPooling2D((2, 1))(x)
        x = skip = _residual_block(x)
        x = _convolution(x, filters, 7)
    skip = layers.Conv2D(skip.shape[-1], 1)(skip)
    x = layers.Concatenate(name="features")([x, skip])
    x = layers.GlobalMaxPooling2D()(x)
    x = layers.Dense(dense, activation="relu")(x)
    x = layers.Dense(dense, activation="relu")(x)
    return keras.Model(window, layers.Dense(classes, dtype="float32", name="logits")(x))


def _convolution(
    x: "keras.KerasTensor", filters: int, length: int, dtype: str | None = None
) -> "keras.KerasTensor":
    from keras import layers

    x = layers.Conv2D(filters, (length, 1), padding="same", dtype=dtype)(x)
    x = layers.BatchNormalization(momentum=0.9, dtype=dtype)(x)
    return layers.ReLU()(x)


def _residual_block(x: "keras.KerasTensor") -> "keras.KerasTensor":
    from keras import layers

    y = x
    for _ in range(POINTWISE):
        y = _convolution(y, x.shape[-1], 1)
    return _channel_attention(layers.Add()([x, y]))


def _channel_attention(x: "keras.KerasTensor") -> "keras.KerasTensor":
    """A gate for every channel, from its mean over time and its neighbours'."""
    from keras import layers

    channels = x.shape[-1]
    gate = layers.GlobalAveragePooling2D()(x)
    gate = layers.Reshape((channels, 1, 1))(gate)
    gate = layers.Conv2D(1, (_reach(channels), 1), padding="same", use_bias=False)(gate)
    gate = layers.Activation("sigmoid")(gate)
    return layers.Multiply()([x, layers.Reshape((1, 1, channels))(gate)])


def _reach(channels: int) -> int:
    """How many neighbouring channels a gate looks at: the ECA paper's rule, made odd."""
    reach = int(abs(math.log2(channels) / 2 + 0.5))
    return reach if reach % 2 else reach + 1
