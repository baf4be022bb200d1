"""The values of card.json, and the way they are written: a line a key, so that a change shows."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ecg_device import views
from ecg_device.classifier.card import FORMAT
from ecg_device.signals import WORKING_RATE_HZ
from ecg_device.views import Float32Array
from ecg_training.beat_groups import AAMI
from ecg_training.export.converter import Converted

LIMITS = (
    "Not a medical device: made to learn from and to tinker with, never to diagnose, to monitor "
    "or to treat. Trained on half-hour excerpts of one archive of 1975 to 1979 (MIT-BIH), "
    "adults with electrodes on the chest: children, other leads, pacemakers of today and rare "
    "arrhythmias were not seen. A heart unlike those may be named wrongly with high confidence. "
    "It sees one beat and the intervals before it, and tells nothing of ischaemia or of the "
    "shape of the ST segment."
)

_MITDB = "MIT-BIH Arrhythmia Database 1.0.0 (Moody and Mark 2001), ODC-By 1.0"
_CINC2017 = (
    "beats with weak labels of the PhysioNet/CinC Challenge 2017 1.0.0 (Clifford et al. 2017), "
    "ODC-By 1.0, to train only"
)

Values = dict[str, Any]


def card_values(
    name: str,
    config: Mapping[str, Any],
    converted: Converted,
    quantization: str,
    threshold: float,
    metrics: Sequence[Mapping[str, Any]],
) -> Values:
    """All keys of a card but the temperature, the golden examples and their tolerance."""
    context = "context" in converted.inputs
    shapes = {"window": [1, views.LENGTH, 1], "context": [1, len(views.FEATURES)]}
    return {
        "format": FORMAT,
        "name": name,
        "task": "beat",
        "network": config["settings"]["network"],
        "version": str(config.get("commit") or "unknown"),
        "inputs": {key: shape for key, shape in shapes.items() if key != "context" or context},
        **({"features": list(config["features"])} if context else {}),
        "rate_hz": WORKING_RATE_HZ,
        "window": {"before": views.BEFORE, "after": views.AFTER},
        "views": config["views"],
        "labels": list(config["labels"]),
        "aami": {label: AAMI.get(label, label) for label in config["labels"]},
        "quantization": quantization,
        "threshold": threshold,
        "sha256": hashlib.sha256(converted.content).hexdigest(),
        "bytes": len(converted.content),
        "parameters": converted.parameters,
        **({"cam": converted.cam} if converted.cam is not None else {}),
        "exporter": dict(converted.versions),
        "training": training_values(config),
        "metrics": list(metrics),
        "commit": str(config.get("commit") or "unknown"),
        "limits": LIMITS,
    }


def training_values(config: Mapping[str, Any]) -> Values:
    """How the network came about, as far as a reader needs to repeat it."""
    settings = config["settings"]
    data = config["data"]
    return {
        "protocol": settings["protocol"],
        "split": {part: told["records"] for part, told in data.items()},
        "beats": {part: told["symbols"] for part, told in data.items()},
        "seeds": [settings["seed"]],
        "epochs": settings["recipe"]["epochs"],
        "recipe": settings["recipe"],
        "options": settings["options"],
        "backend": settings["backend"],
        "command": config["command"],
        "data": "; ".join([_MITDB, *([_CINC2017] if config.get("weak") else [])]),
        **({"weak": config["weak"]} if config.get("weak") else {}),
        "sha256": {part: told["sha256"] for part, told in data.items()},
    }


def golden_value(
    window: Float32Array, context: Float32Array | None, logits: Float32Array
) -> Values:
    """An example as a card holds it, in the decimals that tell its floats apart."""
    return {
        "window": [round(float(value), 4) for value in window],
        **({} if context is None else {"context": [round(float(v), 4) for v in context]}),
        "logits": [round(float(value), 6) for value in logits],
    }


def written(values: Mapping[str, Any]) -> str:
    """The JSON text; lists of objects have a line for each."""
    lines = [f"{json.dumps(key)}: {_value(value)}" for key, value in values.items()]
    return "{\n " + ",\n ".join(lines) + "\n}\n"


def _value(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n  " + ",\n  ".join(json.dumps(each) for each in value) + "\n ]"
    return json.dumps(value)
