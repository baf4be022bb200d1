"""A beat's name: the network's logits, made into probabilities, and these into a symbol or `Q`."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_device.classifier.card import Card
from ecg_device.errors import ModelError
from ecg_device.runtime import Model
from ecg_device.signals import Name, Reason
from ecg_device.views import BeatView

Float32Array = NDArray[np.float32]


class Classifier:
    """A bundle in use: call it with a view of a beat and it says what the beat is.

    It never raises on a beat: where the model fails, or gives what is no number, the beat is `Q`
    for that reason. One caller at a time: a model works in buffers of its own.
    """

    def __init__(self, model: Model, card: Card) -> None:
        self.model = model
        self.card = card

    def __call__(self, view: BeatView) -> Name:
        try:
            probabilities = self.probabilities(view)
        except ModelError:
            return Name("Q", None, Reason.MODEL_FAILED)
        best = int(np.argmax(probabilities))
        confidence = float(probabilities[best])
        if confidence < self.card.threshold:
            return Name("Q", confidence, Reason.LOW_CONFIDENCE)
        return Name(self.card.labels[best], confidence)

    def probabilities(self, view: BeatView) -> NDArray[np.float64]:
        """How likely each of the card's labels is; a ModelError where the model gives no number."""
        return softmax(self.logits(view.window, view.context), self.card.temperature)

    def all_probabilities(
        self, windows: NDArray[Any], contexts: NDArray[Any]
    ) -> NDArray[np.float64]:
        """The probabilities (n, labels) of many beats, for an evaluation."""
        rows = self._rows(zip(windows, contexts, strict=True))
        return softmax(rows, self.card.temperature)

    def logits(self, window: NDArray[Any], context: NDArray[Any] | None) -> Float32Array:
        """What the network itself says, a number for each label."""
        logits = self.outputs(window, context)["logits"].reshape(-1)
        if not np.isfinite(logits).all():
            raise ModelError(
                f"{self.model.name} gave what is no number",
                expected="a finite logit for each label",
                received=" ".join(map(str, logits)),
                remedy="go back to another bundle: ecg-device model rollback",
            )
        return logits

    def outputs(
        self, window: NDArray[Any], context: NDArray[Any] | None
    ) -> dict[str, Float32Array]:
        """All that the network gives for a beat: `logits`, and `map` where it has one."""
        given = {"window": window}
        if "context" in self.card.inputs and context is not None:
            given["context"] = context
        shaped = {
            name: np.reshape(values, self.card.inputs[name]) for name, values in given.items()
        }
        return self.model.run(shaped)

    def _rows(self, examples: Iterable[tuple[NDArray[Any], NDArray[Any]]]) -> Float32Array:
        rows = [self.logits(window, context) for window, context in examples]
        return np.array(rows, np.float32).reshape(-1, len(self.card.labels))


def softmax(logits: NDArray[Any], temperature: float) -> NDArray[np.float64]:
    """Probabilities over the last axis; a higher temperature is less sure of itself."""
    scaled = np.asarray(logits, np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
