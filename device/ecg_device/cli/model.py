"""`ecg-device model`: the bundles on a terminal."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from ecg_device.classifier import Library, deviation, open_bundle
from ecg_device.classifier.bundle import CARD, CARD_TEXT
from ecg_device.classifier.card import Card, Metric, read_card
from ecg_device.classifier.install import activate, install, rollback
from ecg_device.classifier.library import Entry
from ecg_device.cli.failures import complain
from ecg_device.errors import ModelError

_HEADLINES = 2  # metrics in a row of the list
_MOST_TELLING = "macro-F1"  # a common class does not hide the others in it, as in an accuracy


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; 1 if a bundle that was to be verified is not sound."""
    library = Library()
    match arguments.action:
        case "list":
            _list(library, arguments.json)
        case "show":
            _show(library.find(arguments.name), arguments.json)
        case "verify":
            return _verify(library, arguments.name)
        case "install":
            name = install(library, arguments.folder).name
            print(f"installed {name}; to use it: ecg-device model activate {name}")
        case "activate":
            print(f"in use: {_called(activate(library, arguments.name))}")
        case "rollback":
            print(f"in use again: {_called(rollback(library))}")
    return 0


def headline(metric: Metric) -> str:
    """A metric in a few words: `inter-patient macro-F1 0.87 (0.84-0.89)`."""
    known = metric.low is not None and metric.high is not None
    interval = f" ({metric.low:.2f}-{metric.high:.2f})" if known else ""
    condition = "" if metric.condition == "clean" else f", {metric.condition}"
    return f"{metric.protocol} {metric.metric} {metric.value:.2f}{interval}{condition}"


def _list(library: Library, as_json: bool) -> None:
    active = library.active()
    rows = [(entry, entry.folder == active, _card_or_why(entry)) for entry in library.entries()]
    if as_json:
        print(json.dumps([_as_json(*row) for row in rows], indent=1))
        return
    if not rows:
        print("no models: beats go unnamed")
    names = [library.shortest(entry) for entry, *_ in rows]
    width = max(map(len, names), default=0)
    for name, (entry, is_active, card) in zip(names, rows, strict=True):
        start = f"{'*' if is_active else ' '} {name:<{width}}  {_origin(entry):<9}"
        print(f"{start}  {_described(card)}".rstrip())


def _described(card: Card | ModelError) -> str:
    if isinstance(card, ModelError):
        return f"unusable: {card}"
    shown = "; ".join(headline(metric) for metric in _telling(card)[:_HEADLINES])
    return f"{_kilobytes(card.bytes):>8}  {' '.join(card.labels):<11}  {shown}"


def _telling(card: Card) -> list[Metric]:
    """The metrics in their order, the most telling kind first."""
    return sorted(card.metrics, key=lambda metric: not metric.metric.startswith(_MOST_TELLING))


def _as_json(entry: Entry, active: bool, card: Card | ModelError) -> dict[str, object]:
    row: dict[str, object] = {"name": entry.name, "key": entry.key, "folder": str(entry.folder)}
    row |= {"active": active, "shipped": entry.shipped}
    if isinstance(card, ModelError):
        return row | {"error": str(card)}
    metrics = [asdict(metric) for metric in card.metrics]
    row |= {"labels": card.labels, "bytes": card.bytes, "sha256": card.sha256}
    return row | {"quantization": card.quantization, "version": card.version, "metrics": metrics}


def _card_or_why(entry: Entry) -> Card | ModelError:
    try:
        return read_card(entry.folder / CARD)
    except ModelError as error:
        return error


def _show(entry: Entry, as_json: bool) -> None:
    """The card as it was written, once it has been read without complaint."""
    read_card(entry.folder / CARD)
    text = entry.folder / CARD_TEXT
    shown = text if text.is_file() and not as_json else entry.folder / CARD
    sys.stdout.write(shown.read_text(encoding="utf-8", errors="replace"))


def _verify(library: Library, name: str | None) -> int:
    folders = _to_verify(library, name)
    if not folders:
        print("no models to verify")
    failed = 0
    for label, folder in folders:
        try:
            print(f"{label}: {_tested(folder)}", flush=True)
        except ModelError as error:
            failed += 1
            complain(f"{label}: {error}")
    return 1 if failed else 0


def _to_verify(library: Library, name: str | None) -> list[tuple[str, Path]]:
    if name is None:
        return [(_called(entry), entry.folder) for entry in library.entries()]
    try:
        entry = library.find(name)
        return [(_called(entry), entry.folder)]
    except ModelError:
        if not Path(name).is_dir():
            raise
        return [(name, Path(name))]


def _tested(folder: Path) -> str:
    """What a sound bundle's test says; a ModelError from one that is not."""
    from ecg_device.runtime import runtime_name

    classifier = open_bundle(folder)
    card = classifier.card
    return (
        f"sound; {card.quantization}, {_kilobytes(card.bytes)}, {len(card.golden)} golden beats "
        f"within {deviation(classifier):.2g} (allowed {card.tolerance:.2g}) in {runtime_name()}"
    )


def _called(entry: Entry) -> str:
    return f"{entry.name} ({_origin(entry)})"


def _origin(entry: Entry) -> str:
    return "shipped" if entry.shipped else "installed"


def _kilobytes(count: int) -> str:
    return f"{count / 1024:.1f} KB" if count < 10240 else f"{count / 1024:.0f} KB"
