"""A bundle to be evaluated: where it is, on which records that is fair, what it says of beats."""

from collections.abc import Sequence
from pathlib import Path

from ecg_device.classifier import Card, Library
from ecg_device.classifier.bundle import CARD
from ecg_device.classifier.card import read_card
from ecg_training import protocols
from ecg_training.beat_groups import Grouping, by_aami, by_label
from ecg_training.beatsets import BeatSet
from ecg_training.evaluate.namers import opened
from ecg_training.evaluate.predictions import Predictions
from ecg_training.protocols import Protocol
from ecg_training.protocols.patients import inter_patient


def find(name: str) -> Path:
    """The folder of a bundle: named itself, or by the name the bundle is shipped under."""
    folder = Path(name)
    return folder if (folder / CARD).is_file() else Library().find(name).folder


def card_of(folder: Path) -> Card:
    """A bundle's card, without opening its model."""
    return read_card(folder / CARD)


def grouping_of(card: Card, by: str) -> Grouping:
    """EC57's groups by the card's own mapping, or its labels."""
    return by_aami(card.aami) if by == "aami" else by_label(card.labels)


def trained_by(card: Card) -> Protocol:
    """The protocol that a bundle was trained by."""
    return protocols.find(str(card.training.get("protocol", "")))


def held_back(by: Protocol) -> tuple[str, ...]:
    """The records whose patients a bundle never saw; none where every patient was in some part."""
    return inter_patient().test if by.name == "inter-patient" else ()


def caveat(by: Protocol, records: Sequence[str]) -> str:
    """What a title must say of patients who were trained on; nothing when there is none."""
    seen = [name for name in records if name not in held_back(by)]
    return f", {len(seen)} OF {len(records)} RECORDS NOT HELD BACK IN TRAINING" if seen else ""


def predict(bundle: Path, beats: BeatSet) -> Predictions:
    """What a bundle says of beats, in the runtime at hand; nothing is withheld."""
    classifier = opened(bundle)
    return Predictions(
        classifier.card.labels,
        classifier.all_probabilities(beats.windows, beats.context),
        beats.symbols,
        beats.records,
    )
