"""Everything put together, chunk by chunk: heart, noise, front end, contacts, losses, truth.

Chunks have one fixed length whatever blocks the reader wants, so that block size cannot change a
sample.
"""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import numpy as np

from ecg_device.signals import BoolArray, FloatArray, LeadBits
from ecg_device.sources.synthetic import front_end
from ecg_device.sources.synthetic.contact import Contacts, Losses, is_contact, is_loss
from ecg_device.sources.synthetic.layers import Layer, is_layer
from ecg_device.sources.synthetic.occurrences import Occurrence, occurrences
from ecg_device.sources.synthetic.scenario import (
    AtrialFibrillation,
    Dropout,
    LeadOff,
    Saturation,
    Scenario,
)
from ecg_device.sources.synthetic.trace import Annotation, HeartTrace
from ecg_device.sources.synthetic.truth import TrueBeat, TrueFault, TrueRhythm, Truth

_CHUNK_S = 10.0


class Chunk(NamedTuple):
    """Consecutive samples and the truth about them. Where `gap`, no sample is delivered at all."""

    mv: FloatArray
    leads: LeadBits
    gap: BoolArray
    truth: Truth


def chunks(scenario: Scenario, seed: int, rate_hz: float) -> Iterator[Chunk]:
    """The whole signal; without end where the scenario repeats."""
    signal = _Signal(scenario, seed, rate_hz)
    length = round(_CHUNK_S * rate_hz)
    total = None if scenario.repeat else round(scenario.duration_s * rate_hz)
    for first in count(0, length):
        if total is not None and first >= total:
            return
        yield signal.take(length if total is None else min(length, total - first))


class _Signal:
    def __init__(self, scenario: Scenario, seed: int, rate_hz: float) -> None:
        self._scenario, self._seed, self._rate_hz = scenario, seed, rate_hz
        self._first = 0
        self._heart = HeartTrace(scenario, seed, rate_hz)
        self._floor_rng = np.random.default_rng([seed, 4])
        self._occurrences = occurrences(scenario, rate_hz)
        self._next = next(self._occurrences, None)
        self._band = front_end.Band(rate_hz) if scenario.front_end else None
        self._contacts = Contacts(rate_hz)
        self._layers: list[Layer] = []
        self._losses: list[Losses] = []

    def take(self, n: int) -> Chunk:
        """The next `n` samples, in the order a heartbeat takes to reach the reader."""
        begun = self._begin(self._first + n)
        mv, annotations = self._heart.take(n)
        mv = mv + self._scenario.floor_mv * self._floor_rng.standard_normal(n)
        for layer in self._layers:
            layer.add_to(mv, self._first)
        if self._band is not None:
            mv = self._band.feed(mv)
        output = self._contacts.apply(mv, self._first)
        lost, gap = self._lose(n)
        output.mv[lost] = np.nan
        truth = self._truth(annotations, begun, output.hidden | lost)
        self._forget(self._first + n)
        self._first += n
        return Chunk(output.mv, output.leads, gap, truth)

    def _begin(self, stop: int) -> list[Occurrence]:
        """Take up what begins before `stop`."""
        begun = []
        while self._next is not None and self._next.start < stop:
            begun.append(self._next)
            self._next = next(self._occurrences, None)
        self._layers += [Layer(o, self._seed, self._rate_hz) for o in begun if is_layer(o)]
        self._losses += [Losses(o, self._seed, self._rate_hz) for o in begun if is_loss(o)]
        for occurrence in filter(is_contact, begun):
            self._contacts.add(occurrence)
        return begun

    def _lose(self, n: int) -> tuple[BoolArray, BoolArray]:
        lost, gap = np.zeros(n, bool), np.zeros(n, bool)
        for losses in self._losses:
            mask = losses.mask(self._first, n)
            lost |= mask
            if losses.fault.shown_as == "gap":
                gap |= mask
        return lost, gap

    def _forget(self, stop: int) -> None:
        self._layers = [layer for layer in self._layers if _lasts(layer.occurrence, stop)]
        self._losses = [losses for losses in self._losses if _lasts(losses.occurrence, stop)]

    def _truth(
        self, annotations: list[Annotation], begun: list[Occurrence], hidden: BoolArray
    ) -> Truth:
        rhythms = [TrueRhythm(*item) for item in annotations if item.text.startswith("(")]
        beats = [
            TrueBeat(item.sample, item.text, not hidden[item.sample - self._first])
            for item in annotations
            if not item.text.startswith("(")
        ]
        faults = [fault for item in begun for fault in _faults(item, self._rate_hz)]
        return Truth(tuple(beats), tuple(rhythms), tuple(faults))


def _lasts(occurrence: Occurrence, stop: int) -> bool:
    return occurrence.stop is None or occurrence.stop > stop


def _faults(occurrence: Occurrence, rate_hz: float) -> Iterator[TrueFault]:
    cause, start, stop = occurrence.cause, occurrence.start, occurrence.stop
    match cause:
        case AtrialFibrillation():
            return
        case LeadOff(electrode=detail) | Saturation(rail=detail):
            yield TrueFault(start, stop, cause.kind, detail)
            if stop is not None:
                settled = stop + round(front_end.settling_s() * rate_hz)
                yield TrueFault(stop, settled, "settling", detail)
        case Dropout(shown_as=detail):
            yield TrueFault(start, stop, cause.kind, detail)
        case _:
            yield TrueFault(start, stop, cause.kind)
