"""Bundles: a network with its card, opened, checked, self-tested, and asked what a beat is.

fields <- card      card.json as values, each checked
naming              Classifier: a view of a beat -> its name, or Q and why
bundle              open_bundle: a folder -> Classifier, or a ModelError
library <- install  which bundles there are, which one is in use
"""

from ecg_device.classifier.bundle import deviation, open_bundle
from ecg_device.classifier.card import Card, Golden, Metric
from ecg_device.classifier.library import Library, default_bundle
from ecg_device.classifier.naming import Classifier, softmax

__all__ = [
    "Card",
    "Classifier",
    "Golden",
    "Library",
    "Metric",
    "default_bundle",
    "deviation",
    "open_bundle",
    "softmax",
]
