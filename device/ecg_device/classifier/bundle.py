"""A folder opened as a classifier, if it is whole and right; else a ModelError says why not.

From the cheap to the dear, and nothing is run before its hash is right:

    card.json      there, well formed, of this software's views, rate and features
    model.tflite   the size and the SHA-256 that the card says
    signature      the inputs, outputs and quantization that the card says
    golden         the logits of the card's examples, in the runtime at hand, within its tolerance
"""

import hashlib
from pathlib import Path

import numpy as np

from ecg_device import views
from ecg_device.classifier.card import Card, read_card
from ecg_device.classifier.naming import Classifier
from ecg_device.errors import ModelError
from ecg_device.runtime import Model, runtime_name
from ecg_device.signals import WORKING_RATE_HZ

MODEL, CARD, CARD_TEXT = "model.tflite", "card.json", "card.md"

_ANEW = "export it anew with this version of ecg-train"


def open_bundle(folder: Path) -> Classifier:
    """The classifier in a folder, after all of the checks above."""
    classifier = open_untested(folder)
    off = deviation(classifier)
    if not off <= classifier.card.tolerance:
        raise ModelError(
            f"{folder}: the model does not answer here as it did when it was exported",
            expected=f"logits within {classifier.card.tolerance:g} of the golden ones",
            received=f"{off:g} off in {runtime_name()}",
            remedy="use the bundle that was there before, and report this one",
        )
    return classifier


def open_untested(folder: Path) -> Classifier:
    """The same without the golden examples: for the export, which has none yet."""
    card = read_card(folder / CARD)
    _check_views(card, folder)
    model = Model(_content(folder / MODEL, card), f"{folder / MODEL}")
    _check_signature(model, card)
    return Classifier(model, card)


def deviation(classifier: Classifier) -> float:
    """The largest distance of a logit from the card's golden one."""
    return max(
        float(np.abs(classifier.logits(golden.window, golden.context) - golden.logits).max())
        for golden in classifier.card.golden
    )


def _check_views(card: Card, folder: Path) -> None:
    if card.views != views.VERSION:
        raise ModelError(
            f"{folder} was made for views {card.views}, this software has {views.VERSION}",
            remedy=_ANEW,
        )
    here = (WORKING_RATE_HZ, views.BEFORE, views.AFTER)
    if (card.rate_hz, card.before, card.after) != here:
        raise ModelError(
            f"{folder} was made for other windows",
            expected="{} Hz, {} samples before R and {} from it on".format(*here),
            received=f"{card.rate_hz} Hz, {card.before} and {card.after}",
            remedy=_ANEW,
        )
    if "context" in card.inputs and card.features != views.FEATURES:
        raise ModelError(
            f"{folder} was made for other features of the context",
            expected=" ".join(views.FEATURES),
            received=" ".join(card.features) or "none",
            remedy=_ANEW,
        )
    wanted = {"window": (1, views.LENGTH, 1), "context": (1, len(views.FEATURES))}
    _same(folder, "the card's inputs do", {name: wanted[name] for name in card.inputs}, card.inputs)


def _content(path: Path, card: Card) -> bytes:
    """The model's file, if it is the one that the card is about."""
    try:
        length = path.stat().st_size
        if length != card.bytes:
            raise ModelError(
                f"{path} is damaged or another model's",
                expected=f"{card.bytes} bytes, as the card says",
                received=f"{length}",
                remedy="get the bundle anew",
            )
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read", received=error.strerror) from error
    found = hashlib.sha256(content).hexdigest()
    if found != card.sha256:
        raise ModelError(
            f"{path} is damaged or another model's",
            expected=f"SHA-256 {card.sha256[:64]}, as the card says",
            received=found,
            remedy="get the bundle anew",
        )
    return content


def _check_signature(model: Model, card: Card) -> None:
    shapes = {name: tensor.shape for name, tensor in model.inputs.items()}
    _same(model.name, "the inputs do", card.inputs, shapes)
    outputs = {name: tensor.shape for name, tensor in model.outputs.items()}
    mapped = outputs.pop("map", None)
    _same(model.name, "the outputs do", {"logits": (1, len(card.labels))}, outputs)
    if card.cam is not None:
        features = None if mapped is None or len(mapped) != 3 else mapped[2]
        _same(model.name, "the features of the map do", len(card.cam), features)
    _same(model.name, "the quantization does", card.quantization, model.quantization)


def _same(where: object, what: str, expected: object, received: object) -> None:
    if expected != received:
        raise ModelError(
            f"{where}: {what} not fit",
            expected=str(expected),
            received=str(received),
            remedy=_ANEW,
        )
