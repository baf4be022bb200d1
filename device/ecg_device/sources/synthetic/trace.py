"""The heart drawn on a sampled line, with the sample number of every annotation."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ecg_device.signals import FloatArray
from ecg_device.sources.synthetic.heartbeat import Heartbeat, Mark
from ecg_device.sources.synthetic.morphology import (
    draw,
    draw_spike,
    fiducial_s,
    reach_s,
    shape_of,
)
from ecg_device.sources.synthetic.rhythms import heart
from ecg_device.sources.synthetic.scenario import Scenario

_AHEAD_S = 0.5  # no wave begins earlier than this before its R
_TAIL_S = 2.5  # and none that has begun ends later than this after the chunk


class Annotation(NamedTuple):
    """A WFDB symbol or rhythm string and the sample it belongs to."""

    sample: int
    text: str


class HeartTrace:
    """The ECG at the electrodes, free of noise, in consecutive chunks."""

    def __init__(self, scenario: Scenario, seed: int, rate_hz: float) -> None:
        self._scenario, self._rate_hz = scenario, rate_hz
        self._events: Iterator[Heartbeat | Mark] = heart(scenario, seed)
        self._next = next(self._events, None)
        self._start = 0
        self._begun = np.zeros(math.ceil(_TAIL_S * rate_hz))  # what earlier beats leave to come
        self._annotations: list[Annotation] = []

    def take(self, n: int) -> tuple[FloatArray, list[Annotation]]:
        """The next `n` samples and the annotations among them."""
        stop = self._start + n
        line = np.concatenate([self._begun, np.zeros(n)])
        for event in self._events_before(stop / self._rate_hz + _AHEAD_S):
            if isinstance(event, Heartbeat):
                self._draw(event, line)
            self._annotate(event)
        due = [item for item in self._annotations if item.sample < stop]
        self._annotations = [item for item in self._annotations if item.sample >= stop]
        self._start, self._begun = stop, line[n:]
        return line[:n], sorted(due, key=lambda item: item.sample)

    def _events_before(self, at_s: float) -> Iterator[Heartbeat | Mark]:
        while self._next is not None and self._next.at_s < at_s:
            yield self._next
            self._next = next(self._events, None)

    def _draw(self, beat: Heartbeat, line: FloatArray) -> None:
        shape = shape_of(self._scenario.patient, beat.ventricle, beat.atrium)
        low_s, high_s = reach_s(shape, beat.rr_s)
        low_s = min([low_s, *(spike.at_s - 0.01 for spike in beat.spikes)])
        first = max(math.ceil((beat.at_s + low_s) * self._rate_hz), self._start)
        stop = min(math.floor((beat.at_s + high_s) * self._rate_hz) + 1, self._start + len(line))
        t_s = np.arange(first, stop) / self._rate_hz - beat.at_s
        drawn = self._gain(beat) * draw(shape.qrs + shape.other, beat.rr_s, t_s)
        for spike in beat.spikes:
            drawn += draw_spike(spike, t_s, self._rate_hz)
        line[first - self._start : stop - self._start] += drawn

    def _gain(self, beat: Heartbeat) -> float:
        """The heart turns a little with the breath, and its electrical axis with it."""
        patient = self._scenario.patient
        breath = math.cos(2 * math.pi * patient.respiration_hz * beat.at_s + 1)
        return beat.gain * (1 + patient.respiration_share * breath)

    def _annotate(self, event: Heartbeat | Mark) -> None:
        if isinstance(event, Mark):
            self._annotations.append(Annotation(round(event.at_s * self._rate_hz), event.text))
        elif event.symbol:
            shape = shape_of(self._scenario.patient, event.ventricle, event.atrium)
            peak_s = event.at_s + fiducial_s(shape, self._rate_hz, self._scenario.front_end)
            self._annotations.append(Annotation(round(peak_s * self._rate_hz), event.symbol))
