"""Events become WFDB annotations in the record's own sample numbers.

A beat stands at its R with its symbol, a rhythm change is `+` with its name in the aux text, a
change of signal quality is `~`: its subtype holds the bits of the MIT-BIH records (1 << lead for
a noisy lead, with 1 << (lead + 4) for an unreadable one, -1 where the lead has no bit) and its
aux text says the state and the reason. A simulated record begins with a comment that says so.

WFDB has room for one annotation per sample of a lead. A beat keeps its sample; a note that falls
on a taken one moves ahead to the nearest free one, as the notes of the MIT-BIH records stand
ahead of the beat they begin with.
"""

import heapq
import itertools
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_device.analysis.wording import answer
from ecg_device.formats.annotations import Annotation
from ecg_device.formats.recording import SIMULATED_NOTE
from ecg_device.signals import (
    Classification,
    Event,
    Quality,
    Rhythm,
    SignalState,
    source_sample,
)

NOTE_SYMBOL = '"'  # WFDB's comment
_LARGEST_SUBTYPE = 127  # a signed byte


@dataclass(frozen=True, slots=True)
class _Note:
    sample: int
    symbol: str
    subtype: int = 0
    aux: str = ""


class Marks:
    """The annotations of one lead, kept small: a day holds some hundred thousand beats."""

    def __init__(self, lead: int, rate_hz: float, simulated: bool = False) -> None:
        self._lead = lead
        self._rate_hz = rate_hz
        self._beats = array("q")
        self._symbols: list[str] = []  # references to a handful of shared strings
        self._notes = [_Note(0, NOTE_SYMBOL, aux=SIMULATED_NOTE)] if simulated else []

    def add(self, event: Event) -> None:
        match event:
            case Classification():
                self._beats.append(self._number(event.beat.sample))
                self._symbols.append(event.symbol)
            case Quality():
                subtype = quality_subtype(event.state, self._lead)
                words = f"{event.state}: {event.reason}" if event.reason else event.state
                self._note(event.sample, "~", words, subtype)
            case Rhythm():
                self._note(event.sample, "+", answer(event.aux, event.reason))

    def annotations(self) -> Iterator[Annotation]:
        """All of them in the order of time, no two at one sample."""
        samples = np.array(self._beats, dtype=np.int64)
        order = np.argsort(samples, kind="stable")
        beats = (_Note(int(samples[at]), self._symbols[at]) for at in order)
        notes = _placed(self._notes, samples[order])
        for note in heapq.merge(beats, notes, key=_time):
            yield Annotation(note.sample, note.symbol, note.aux, note.subtype, self._lead)

    def _number(self, working: int) -> int:
        return source_sample(working, self._rate_hz)

    def _note(self, working: int, symbol: str, aux: str, subtype: int = 0) -> None:
        self._notes.append(_Note(self._number(working), symbol, subtype, aux))


def quality_subtype(state: SignalState, lead: int) -> int:
    """The subtype of a `~`: which lead is noisy or unreadable; 0 where it is clean."""
    if state is SignalState.OK:
        return 0
    noisy, unreadable = 1 << lead, 1 << (lead + 4)
    subtype = noisy if state is SignalState.NOISY else noisy | unreadable
    return subtype if subtype <= _LARGEST_SUBTYPE else -1


def _time(note: _Note) -> int:
    return note.sample


def _placed(notes: Iterable[_Note], beats: NDArray[np.int64]) -> list[_Note]:
    """The notes on samples of their own: ahead of what is in the way, behind it only at 0."""
    placed: list[_Note] = []
    taken: set[int] = set()
    for note in sorted(notes, key=_time)[::-1]:
        candidates = itertools.chain(range(note.sample, -1, -1), itertools.count(note.sample + 1))
        free = next(n for n in candidates if n not in taken and not _holds(beats, n))
        taken.add(free)
        placed.append(replace(note, sample=free))
    return sorted(placed, key=_time)


def _holds(beats: NDArray[np.int64], sample: int) -> bool:
    at = np.searchsorted(beats, sample)
    return bool(at < len(beats) and beats[at] == sample)
