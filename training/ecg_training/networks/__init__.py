"""The networks by name. Each is one file; a library for tensors is loaded only when one is built.

`build` takes a window of 259 values (and, for a network that uses it, the context) and gives
logits, never probabilities: what turns them into probabilities belongs to the bundle's card.
The code keeps to `keras.layers` and `keras.ops`, so that it runs on all of Keras's backends.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ecg_device.errors import ConfigError

if TYPE_CHECKING:
    import keras

NETWORKS = ("resecanet", "vgg16_cwt", "resecanet_s")


def build(name: str, classes: int, context: int = 0, **options: Any) -> "keras.Model":
    """A fresh network; `context` is the number of context features, 0 for none."""
    if name not in NETWORKS:
        raise ConfigError(
            "no such network", expected=" or ".join(NETWORKS), received=name, remedy="choose one"
        )
    module = import_module(f"{__name__}.{name}")
    model: keras.Model = module.build(classes, context, **options)
    return model
