"""Beats waiting for their names: a classifier sees 472 ms of the signal after R.

Each beat found is described once, in the order of R, let out by the gate or not, for it is part
of what was before the next one. Only those let out are named. Without a namer nothing looks at
the beats, so nothing is described: a namer installed then begins to know the patient from there.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ecg_device.signals import (
    Beat,
    Classification,
    FloatArray,
    Name,
    Quality,
    Reason,
    SignalState,
)
from ecg_device.views import AFTER, BEFORE, LENGTH, BeatView, Context, Namer, scale, smooth

_NO_MODEL = Name("Q", reason=Reason.NO_MODEL)
_CUT = Name("Q", reason=Reason.CUT)


@dataclass(slots=True)
class _Waiting:
    beat: Beat
    let_out: bool  # and has no name yet

    @property
    def due(self) -> int:
        """The working sample with which its view is complete."""
        return max(self.beat.decided, self.beat.sample + AFTER)


class Naming:
    """Keeps just enough of the signal to cut a view of every beat that waits."""

    def __init__(self, namer: Namer | None = None) -> None:
        self._namer = namer
        self._context = Context()
        self._signal = np.zeros(0)
        self._working = 0  # samples taken so far; the last of them are `_signal`
        self._waiting: deque[_Waiting] = deque()
        self._readable_from: int | None = None  # None: no contact now

    @property
    def namer(self) -> Namer | None:
        """Who names the beats whose views are complete from now on."""
        return self._namer

    @namer.setter
    def namer(self, namer: Namer | None) -> None:
        if self._namer is None:
            self._context = Context()
        self._namer = namer

    def feed(self, mv: FloatArray) -> None:
        """Take samples; of those before, as many are kept as a view holds."""
        self._signal = np.concatenate((self._signal[-LENGTH:], mv))
        self._working += len(mv)

    def contact(self, change: Quality) -> None:
        """Contact was lost or is back: no view reaches over this, and no interval."""
        if change.state is SignalState.OK:
            self._readable_from = change.sample
            self._context.broken()
        else:
            self._readable_from = None

    def wait(self, beat: Beat, let_out: bool) -> None:
        """Take the next beat; it is to be named where the gate let it out."""
        self._waiting.append(_Waiting(beat, let_out))

    def name_until(self, sample: int) -> Iterator[Classification]:
        """The names of the beats whose views are complete at a working sample."""
        while self._waiting and self._waiting[0].due <= sample:
            yield from self._name(self._waiting.popleft())

    def give_up(self, change: Quality) -> list[Classification]:
        """The signal is no longer good: what waits for a name goes out without one, at once."""
        given_up = [waiting for waiting in self._waiting if waiting.let_out]
        for waiting in given_up:
            waiting.let_out = False
        return [
            Classification(waiting.beat, change.decided, "Q", reason=change.reason)
            for waiting in given_up
        ]

    def finish(self) -> Iterator[Classification]:
        """The end of the signal: nothing is waited for any more."""
        while self._waiting:
            yield from self._name(self._waiting.popleft())

    def _name(self, waiting: _Waiting) -> Iterator[Classification]:
        """Describe a beat; where it was let out, name it."""
        beat, decided = waiting.beat, min(waiting.due, self._working)
        view = self._view(beat) if self._namer else None
        if waiting.let_out:
            yield Classification(beat, decided, *self._called(view))

    def _called(self, view: BeatView | None) -> Name:
        if self._namer is None:
            return _NO_MODEL
        return _CUT if view is None else self._namer(view)

    def _view(self, beat: Beat) -> BeatView | None:
        """What a classifier sees of a beat; None where the signal does not cover it."""
        start, stop = beat.sample - BEFORE, beat.sample + AFTER
        if self._readable_from is None or start < self._readable_from or stop > self._working:
            return None
        at = start - (self._working - len(self._signal))
        window = smooth(self._signal[at : at + LENGTH])
        return BeatView(beat, scale(window), self._context.describe(beat, window))
