"""How long the network that is in use takes for one beat, alone on this machine."""

import time

from ecg_device.analysis.model import find_bundle
from ecg_device.bench.figures import Spread, spread
from ecg_device.classifier import open_bundle
from ecg_device.runtime import runtime_name

_WARM, _BEATS = 50, 1000


def naming_ms(wanted: str | None = None) -> tuple[str, Spread] | None:
    """The model's name and runtime, and its milliseconds a beat; None: no model is in use."""
    folder = find_bundle(wanted)
    if folder is None:
        return None
    classifier = open_bundle(folder)
    examples = classifier.card.golden
    took = []
    for at in range(_WARM + _BEATS):
        example = examples[at % len(examples)]
        began = time.perf_counter()
        classifier.logits(example.window, example.context)
        took.append(1000.0 * (time.perf_counter() - began))
    return f"{classifier.card.name}, {runtime_name()}", spread(took[_WARM:])
