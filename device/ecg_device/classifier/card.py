"""A bundle's card: what its model is, what it takes, how good it is, and what it is not for.

`card.json` is one JSON object. `parse` turns it into values of which each has its type and
agrees with the others; whether they agree with the model is for `bundle` to see.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_device.classifier.fields import Fields
from ecg_device.errors import ModelError

FORMAT = 1  # of card.json itself
SYMBOLS = "NLRBAaJSVrFejnE/fQ?"  # WFDB's codes of beats
AAMI = "NSVFQ"
QUANTIZATIONS = ("int8", "float32")
_LARGEST = 16 << 20  # bytes; a card is some ten thousand
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")

Float32Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Golden:
    """An example with what the model answered when it was exported."""

    window: Float32Array
    context: Float32Array | None
    logits: Float32Array


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that says how good the model is, how it was found, and its 95 % interval."""

    protocol: str
    condition: str
    metric: str
    value: float
    low: float | None
    high: float | None
    command: str


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """What `card.json` says."""

    name: str
    network: str
    version: str
    inputs: Mapping[str, tuple[int, ...]]
    features: tuple[str, ...]  # of the context; empty where the network takes none
    rate_hz: int
    before: int
    after: int
    views: int  # the version of `views` that it was trained on
    labels: tuple[str, ...]  # WFDB symbols, in the order of the logits
    aami: Mapping[str, str]
    quantization: str
    temperature: float  # logits are divided by it before the softmax
    threshold: float  # below this probability a beat is Q
    sha256: str
    bytes: int
    golden: tuple[Golden, ...]
    tolerance: float  # how far a logit may be from the golden one
    cam: Float32Array | None  # (features of the map, labels); None: the model gives no map
    metrics: tuple[Metric, ...]
    exporter: Mapping[str, Any]
    training: Mapping[str, Any]
    commit: str
    limits: str


def read_card(path: Path) -> Card:
    """The card in a file, or a ModelError that says where it is wrong."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read", received=error.strerror) from error
    if len(content) > _LARGEST:
        raise ModelError(f"{path}: too large for a card", expected=f"at most {_LARGEST} bytes")
    return parse(content, str(path))


def parse(content: bytes, origin: str) -> Card:
    try:
        values = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{origin} is no JSON", received=str(error)) from error
    if not isinstance(values, dict):
        raise ModelError(f"{origin} is no card", expected="a JSON object")
    fields = Fields(values, origin)
    fields.one_of("format", (FORMAT,))
    fields.one_of("task", ("beat",))
    return _card(fields)


def _card(fields: Fields) -> Card:
    labels = _labels(fields)
    inputs = _inputs(fields)
    window = fields.inner("window")
    return Card(
        name=_name(fields),
        network=fields.text("network"),
        version=fields.text("version"),
        inputs=inputs,
        features=fields.texts("features") if "context" in inputs else (),
        rate_hz=fields.integer("rate_hz"),
        before=window.integer("before"),
        after=window.integer("after"),
        views=fields.integer("views"),
        labels=labels,
        aami=_aami(fields, labels),
        quantization=fields.one_of("quantization", QUANTIZATIONS),
        temperature=_within(fields, "temperature", 0.01, 100.0),
        threshold=_within(fields, "threshold", 0.0, 0.999),
        sha256=fields.text("sha256"),
        bytes=fields.integer("bytes"),
        golden=_golden(fields, inputs, labels),
        tolerance=_within(fields, "tolerance", 0.0, 10.0),
        cam=fields.table("cam", len(labels)) if fields.has("cam") else None,
        metrics=tuple(_metric(entry) for entry in fields.each("metrics")),
        exporter=fields.mapping("exporter"),
        training=fields.mapping("training"),
        commit=fields.text("commit"),
        limits=fields.text("limits"),
    )


def _name(fields: Fields) -> str:
    """A name that can safely be a folder's."""
    name = fields.text("name")
    if not _NAME.fullmatch(name):
        raise fields.wrong("name", "up to 40 of a-z, 0-9, - and _", name)
    return name


def _within(fields: Fields, key: str, low: float, high: float) -> float:
    value = fields.number(key)
    if not low <= value <= high:
        raise fields.wrong(key, f"a number from {low:g} to {high:g}", value)
    return value


def _labels(fields: Fields) -> tuple[str, ...]:
    labels = fields.texts("labels")
    unknown = [label for label in labels if len(label) != 1 or label not in SYMBOLS]
    if unknown:
        raise fields.wrong("labels", f"WFDB beat codes, of {' '.join(SYMBOLS)}", unknown[0])
    if len(labels) < 2 or len(set(labels)) < len(labels):
        raise fields.wrong("labels", "two or more, each once", " ".join(labels))
    return labels


def _aami(fields: Fields, labels: tuple[str, ...]) -> dict[str, str]:
    given = fields.mapping("aami")
    if set(given) != set(labels):
        raise fields.wrong("aami", f"a group for each of {' '.join(labels)}", " ".join(given))
    groups = fields.inner("aami")
    return {label: groups.one_of(label, tuple(AAMI)) for label in labels}


def _inputs(fields: Fields) -> dict[str, tuple[int, ...]]:
    given = fields.mapping("inputs")
    for name, shape in given.items():
        if not isinstance(shape, list) or not all(type(n) is int and n > 0 for n in shape):
            raise fields.wrong(f"inputs.{name}", "a list of lengths", shape)
    if set(given) not in ({"window"}, {"window", "context"}):
        raise fields.wrong("inputs", "window, or window and context", " ".join(given))
    return {name: tuple(shape) for name, shape in given.items()}


def _golden(
    fields: Fields, inputs: Mapping[str, tuple[int, ...]], labels: Sequence[str]
) -> tuple[Golden, ...]:
    examples = fields.each("golden")
    if not examples:
        raise fields.wrong("golden", "one example or more", "none")
    lengths = {name: int(np.prod(shape)) for name, shape in inputs.items()}
    return tuple(
        Golden(
            example.numbers("window", lengths["window"]),
            example.numbers("context", lengths["context"]) if "context" in lengths else None,
            _golden_logits(example, labels),
        )
        for example in examples
    )


def _golden_logits(example: Fields, labels: Sequence[str]) -> NDArray[np.float32]:
    """The answer, whose likeliest label must be the one that stands beside it.

    Labels in another order would otherwise pass every test, and rename every beat.
    """
    logits = example.numbers("logits", len(labels))
    if example.has("label") and example.text("label") != labels[int(logits.argmax())]:
        raise example.wrong(
            "label", f"{labels[int(logits.argmax())]}, the likeliest", example.text("label")
        )
    return logits


def _metric(entry: Fields) -> Metric:
    return Metric(
        entry.text("protocol"),
        entry.text("condition"),
        entry.text("metric"),
        entry.number("value"),
        entry.number("low") if entry.has("low") else None,
        entry.number("high") if entry.has("high") else None,
        entry.text("command"),
    )
