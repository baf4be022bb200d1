"""What was stored of a stretch, as annotations of a record that begins with it.

`analysis.marks` does the same for what the pipeline says: here its events are made anew from
what was kept of them. They count in source samples already, and nothing is converted.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ecg_device.analysis.marks import Marks
from ecg_device.formats import Annotation
from ecg_device.signals import (
    WORKING_RATE_HZ,
    Beat,
    Classification,
    Event,
    Quality,
    Reason,
    Rhythm,
    SignalState,
)

Row = Mapping[str, Any]
_UNCOUNTED = 0.0  # what an annotation has no room for
_KEPT_AS_IS = WORKING_RATE_HZ


def annotations(
    beats: Iterable[Row], events: Iterable[Row], first: int, simulated: bool
) -> Iterator[Annotation]:
    """Beats, rhythms and signal quality from sample `first` on, which becomes 0."""
    marks = Marks(0, _KEPT_AS_IS, simulated)
    for row in beats:
        marks.add(_beat(row, row["sample"] - first))
    for row in events:
        event = _event(row, max(0, row["sample"] - first))
        if event is not None:
            marks.add(event)
    return marks.annotations()


def _beat(row: Row, sample: int) -> Classification:
    beat = Beat(sample, sample, _UNCOUNTED, _UNCOUNTED)
    return Classification(beat, sample, row["symbol"], row["confidence"])


def _event(row: Row, sample: int) -> Event | None:
    detail = row["detail"]
    match row["kind"]:
        case "rhythm":
            reason = Reason(detail["reason"])
            return Rhythm(sample, sample, detail["aux"], detail["name"], (), reason)
        case "quality":
            return Quality(sample, sample, SignalState(detail["state"]), Reason(detail["reason"]))
    return None
