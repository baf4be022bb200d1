"""VGG16 on wavelet maps, the thesis's Model 2.

From the thesis: a map of 38 frequencies by 259 samples, the magnitude of the complex Morlet
transform of a beat's window; VGG16's thirteen convolutions of 3 by 3 with 64 to 512 filters and
a halving after the second, fourth, seventh, tenth and thirteenth; dense layers with a dropout of
0.5 after the first and 0.2 after the others; six classes. Batch 64, Adam at 4e-4.

Departures:
- The transform is the network's first layer (`morlet`), frozen, so that a bundle takes a window
  and training and device cannot differ.
- Batch normalization after the transform and after every halving, and He's initial weights:
  there are no pretrained ones for such maps, and thirteen layers are slow to start from random
  ones. After every convolution it would triple the time of training on a CPU.
- The slides give the dense layers no size: 512 and 512 here.
- Logits instead of a softmax.
- `width` scales the filters. 1 is the study's; the weights trained here have 0.25, a concession
  to two CPU cores: they train eight times as many beats a second at a quarter as at full width.
"""

from typing import TYPE_CHECKING

from ecg_training.networks.morlet import morlet_map

if TYPE_CHECKING:
    import keras

BLOCKS = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))  # convolutions, filters
DENSE = ((512, 0.5), (512, 0.2))  # units, dropout


def build(classes: int, context: int = 0, *, width: float = 1.0) -> "keras.Model":
    """`width` scales the convolutions' filters; `context` is not used."""
    import keras
    from keras import layers

    window = keras.Input((259, 1), name="window")
    x = layers.BatchNormalization(momentum=0.9, dtype="float32")(morlet_map(window))
    for convolutions, filters in BLOCKS:
        for _ in range(convolutions):
            x = _convolution(x, max(round(filters * width), 1))
        x = layers.MaxPooling2D(2)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
    x = layers.Flatten()(x)
    for units, dropout in DENSE:
        x = layers.Dense(units, activation="relu")(x)
        x = layers.Dropout(dropout)(x)
    return keras.Model(window, layers.Dense(classes, dtype="float32", name="logits")(x))


def _convolution(x: "keras.KerasTensor", filters: int) -> "keras.KerasTensor":
    from keras import layers

    convolution = layers.Conv2D(
        filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"
    )
    return convolution(x)
