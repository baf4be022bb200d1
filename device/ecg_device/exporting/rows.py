"""Beats and events of a stretch, however many, a page of rows at a time."""

from collections.abc import Iterator
from typing import Any

from ecg_device.store import Reader

Row = dict[str, Any]
_PAGE = 5000
_HELD = ("quality", "rhythm")  # kinds that hold until the next of their kind


def beats(reader: Reader, session: int, first: int, stop: int) -> Iterator[Row]:
    """In the order of time."""
    more = True
    while more:
        page = reader.beats(session, first, stop, limit=_PAGE)
        yield from page["beats"]
        more = page["more"]
        first = page["beats"][-1]["sample"] + 1 if more else stop


def states(reader: Reader, session: int, first: int, stop: int) -> Iterator[Row]:
    """What held when the stretch began, then each change of it; in the order of time."""
    held: dict[str, Row] = {}
    for row in _events(reader, session, 0, stop):
        if row["sample"] >= first:
            yield from held.values()
            held.clear()
            yield row
        else:
            held[row["kind"]] = row
    yield from held.values()


def _events(reader: Reader, session: int, first: int, stop: int) -> Iterator[Row]:
    """Several may lie at one sample: a page ends before the last one's, which comes again."""
    while True:
        page = reader.events(session, first, stop, kinds=_HELD, limit=_PAGE)
        rows = page["events"]
        if not page["more"]:
            yield from rows
            return
        last = rows[-1]["sample"]
        whole = [row for row in rows if row["sample"] < last]
        yield from whole or rows
        first = last if whole else last + 1
