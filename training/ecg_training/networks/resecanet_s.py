"""ResECANet small: the network that the device runs, after the thesis's Model 1.

From it: residual blocks of a convolution and a pointwise one with efficient channel attention
(Wang et al., CVPR 2020), widening as time shortens. What it does otherwise, and why:
- It takes the context too (how early the beat came, how it compares with the patient's others):
  a supraventricular beat looks normal, only its timing tells. The context meets the waveform
  before the last block, so that the two are weighed together, and once more in the last layer.
- The first convolution, of 15 samples as there, takes every third: `views` leaves nothing above
  40 Hz.
- The mean over time and one dense layer instead of the maximum and two of 512: a class's
  activation map is the feature map times that layer's weights, and costs nothing; nine tenths
  of the thesis's weights are saved.
- Logits instead of a softmax.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

FILTERS = (16, 24, 32, 40)
FIRST_KERNEL, KERNEL = 15, 7
ATTENTION = 3  # neighbouring channels that a gate looks at


def build(
    classes: int, context: int, *, width: float = 1.0, hidden: int = 32, dropout: float = 0.2
) -> "keras.Model":
    """`width` scales all filters; `hidden` units read the context."""
    import keras
    from keras import layers

    first, *later = (max(round(n * width), 1) for n in FILTERS)
    window = keras.Input((259, 1), name="window")
    beside = keras.Input((context,), name="context")
    told = layers.BatchNormalization(momentum=0.95)(beside)  # small ratios, said as loud as waves
    for units in (3 * hidden // 2, hidden):
        told = layers.Dense(units, activation="relu")(told)
    x = layers.Reshape((259, 1, 1))(window)
    x = _convolution(x, first, FIRST_KERNEL, stride=3)
    for depth, filters in enumerate(later, 1):
        x = layers.MaxPooling2D((2, 1), padding="same")(x)
        last = depth == len(later)
        x = _residual_block(_convolution(x, filters, KERNEL, told if last else None), last)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(dropout, seed=1)(layers.Concatenate()([x, told]))
    logits = layers.Dense(classes, dtype="float32", name="logits")(x)
    return keras.Model([window, beside], logits)


def _convolution(
    x: "keras.KerasTensor",
    filters: int,
    length: int,
    told: "keras.KerasTensor | None" = None,
    stride: int = 1,
) -> "keras.KerasTensor":
    """Convolution, normalization, ReLU; what is told shifts each filter at every instant alike."""
    from keras import layers

    x = layers.Conv2D(filters, (length, 1), strides=(stride, 1), padding="same", use_bias=False)(x)
    x = layers.BatchNormalization(momentum=0.95)(x)
    if told is not None:
        x = layers.Add()([x, layers.Reshape((1, 1, filters))(layers.Dense(filters)(told))])
    return layers.ReLU()(x)


def _residual_block(x: "keras.KerasTensor", last: bool) -> "keras.KerasTensor":
    from keras import layers

    y = layers.Conv2D(x.shape[-1], 1, use_bias=False)(x)
    y = _channel_attention(layers.BatchNormalization(momentum=0.95)(y))
    return layers.ReLU(name="map" if last else None)(layers.Add()([x, y]))


def _channel_attention(x: "keras.KerasTensor") -> "keras.KerasTensor":
    """A gate for every channel, from its mean over time and its neighbours'."""
    from keras import layers

    channels = x.shape[-1]
    gate = layers.GlobalAveragePooling2D()(x)
    gate = layers.Reshape((channels, 1, 1))(gate)
    gate = layers.Conv2D(1, (ATTENTION, 1), padding="same", use_bias=False)(gate)
    gate = layers.Activation("sigmoid")(gate)
    return layers.Multiply()([x, layers.Reshape((1, 1, channels))(gate)])
