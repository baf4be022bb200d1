"""The networks that name beats, as the page tells of them."""

from dataclasses import asdict
from typing import Any

from ecg_device.classifier import Library
from ecg_device.classifier.bundle import CARD
from ecg_device.classifier.card import Card, read_card
from ecg_device.classifier.library import Entry
from ecg_device.errors import ModelError


def listed() -> list[dict[str, Any]]:
    """All bundles of the library; one that cannot be used says why."""
    library = Library()
    active = library.active()
    return [_told(entry, entry.folder == active) for entry in library.entries()]


def _told(entry: Entry, active: bool) -> dict[str, Any]:
    told = {"name": entry.name, "shipped": entry.shipped, "active": active}
    try:
        card = read_card(entry.folder / CARD)
    except ModelError as error:
        return {**told, "error": error.what}
    return {**told, "error": None, **_card(card)}


def _card(card: Card) -> dict[str, Any]:
    return {
        "version": card.version,
        "network": card.network,
        "labels": list(card.labels),
        "aami": dict(card.aami),
        "quantization": card.quantization,
        "bytes": card.bytes,
        "sha256": card.sha256,
        "limits": card.limits,
        "metrics": [asdict(metric) for metric in card.metrics],
    }
