"""When each fault begins and ends, in samples, lap after lap."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from ecg_device.sources.synthetic.scenario import AtrialFibrillation, Fault, Scenario

Cause = Fault | AtrialFibrillation


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A cause (a fault, or the atria fibrillating) at work from `start` until before `stop`."""

    cause: Cause
    start: int
    stop: int | None
    key: tuple[int, ...]  # of its own random numbers

    def rng(self, seed: int) -> np.random.Generator:
        return np.random.default_rng([seed, *self.key])

    def within(self, first: int, stop: int) -> tuple[int, int]:
        """Its part of [first, stop), counted from `first`; empty where the two are equal."""
        low = min(max(self.start, first), stop)
        high = stop if self.stop is None else min(max(self.stop, low), stop)
        return low - first, high - first


def occurrences(scenario: Scenario, rate_hz: float) -> Iterator[Occurrence]:
    """All of them in the order they begin; without end where the scenario repeats."""
    for lap in count() if scenario.repeat else range(1):
        found = [*_faults(scenario, rate_hz, lap), *_fibrillations(scenario, rate_hz, lap)]
        if not found and not scenario.faults:
            return
        yield from sorted(found, key=lambda occurrence: occurrence.start)


def _faults(scenario: Scenario, rate_hz: float, lap: int) -> Iterator[Occurrence]:
    offset_s = lap * scenario.duration_s
    for number, fault in enumerate(scenario.faults):
        lasting = fault.duration_s is None and fault.start_s == 0
        if lasting and lap > 0:
            continue
        length_s = fault.duration_s or scenario.duration_s - fault.start_s
        start_s = offset_s + fault.start_s
        stop = round((start_s + length_s) * rate_hz)
        endless = lasting and scenario.repeat
        key = (2, lap, number)
        yield Occurrence(fault, round(start_s * rate_hz), None if endless else stop, key)


def _fibrillations(scenario: Scenario, rate_hz: float, lap: int) -> Iterator[Occurrence]:
    start_s = lap * scenario.duration_s
    for number, segment in enumerate(scenario.segments):
        stop_s = start_s + segment.duration_s
        if isinstance(segment, AtrialFibrillation):
            start, stop = round(start_s * rate_hz), round(stop_s * rate_hz)
            yield Occurrence(segment, start, stop, (3, lap, number))
        start_s = stop_s
