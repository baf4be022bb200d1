"""What electrodes and converter do to the front end's output: off, at a rail, settling, lost."""

import math
from typing import NamedTuple

import numpy as np

from ecg_device.signals import BoolArray, FloatArray, LeadBits
from ecg_device.sources.synthetic import front_end
from ecg_device.sources.synthetic.occurrences import Occurrence
from ecg_device.sources.synthetic.scenario import Dropout, LeadOff, Saturation

_FORGOTTEN = 12  # time constants after which a transient is nothing (1e-5 mV)


class Output(NamedTuple):
    """The output pin after the contacts: millivolts, leads-off bits, and where no heart shows."""

    mv: FloatArray
    leads: LeadBits
    hidden: BoolArray


class Contacts:
    """The electrodes' state over time, applied to the band-limited signal."""

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._known: list[Occurrence] = []

    def add(self, occurrence: Occurrence) -> None:
        self._known.append(occurrence)

    def apply(self, mv: FloatArray, first: int) -> Output:
        """The output for the samples that begin with number `first`."""
        output = Output(mv.copy(), np.zeros(len(mv), np.uint8), np.zeros(len(mv), bool))
        self._known = [known for known in self._known if not self._is_over(known, first)]
        for occurrence in self._known:
            self._settle(occurrence, output, first)
        for occurrence in self._known:
            self._detach(occurrence, output, first)
        return output._replace(mv=front_end.clip(output.mv))

    def _is_over(self, occurrence: Occurrence, first: int) -> bool:
        if occurrence.stop is None:
            return False
        ring_s = front_end.RESTORE_S + _FORGOTTEN * front_end.SETTLING_TIME_CONSTANT_S
        return first > occurrence.stop + math.ceil(ring_s * self._rate_hz)

    def _detach(self, occurrence: Occurrence, output: Output, first: int) -> None:
        low, high = occurrence.within(first, first + len(output.mv))
        samples = np.arange(first + low, first + high)
        output.mv[low:high] = _rest_mv(occurrence, samples, self._rate_hz)
        output.hidden[low:high] = True
        if isinstance(occurrence.cause, LeadOff):
            output.leads[low:high] |= np.uint8(front_end.LEADS[occurrence.cause.electrode])

    def _settle(self, occurrence: Occurrence, output: Output, first: int) -> None:
        if occurrence.stop is None or occurrence.stop >= first + len(output.mv):
            return
        low = max(occurrence.stop - first, 0)
        samples = np.arange(first + low, first + len(output.mv))
        since_s = (samples - occurrence.stop) / self._rate_hz
        last_mv = float(_rest_mv(occurrence, np.array([occurrence.stop - 1]), self._rate_hz)[0])
        rail_mv = math.copysign(front_end.RAIL_MV, last_mv)
        output.mv[low:] += front_end.settling(since_s, rail_mv)
        output.hidden[low:] |= since_s < front_end.RESTORE_S


def _rest_mv(occurrence: Occurrence, samples: np.ndarray, rate_hz: float) -> FloatArray:
    """Where the output stands during a fault."""
    cause = occurrence.cause
    if isinstance(cause, Saturation):
        rail_mv = front_end.RAIL_MV if cause.rail == "high" else -front_end.RAIL_MV
        return np.full(len(samples), rail_mv)
    assert isinstance(cause, LeadOff)
    if cause.electrode in front_end.REST_MV:
        return np.full(len(samples), front_end.REST_MV[cause.electrode])
    return front_end.clip(front_end.floating((samples - occurrence.start) / rate_hz))


def is_contact(occurrence: Occurrence) -> bool:
    return isinstance(occurrence.cause, LeadOff | Saturation)


class Losses:
    """The samples one dropout fault loses: bursts of one length with chance between them."""

    def __init__(self, occurrence: Occurrence, seed: int, rate_hz: float) -> None:
        assert isinstance(occurrence.cause, Dropout)
        self.occurrence, self.fault = occurrence, occurrence.cause
        self._rng = occurrence.rng(seed)
        self._burst = max(round(self.fault.burst_ms / 1000 * rate_hz), 1)
        self._from = occurrence.start + self._kept()

    def mask(self, first: int, n: int) -> BoolArray:
        """Which of the samples that begin with number `first` are lost."""
        lost = np.zeros(n, bool)
        while self.fault.share > 0 and self._from < first + n:
            lost[max(self._from - first, 0) : max(self._from + self._burst - first, 0)] = True
            if self._from + self._burst > first + n:
                break  # the burst goes on in the next chunk
            self._from += self._burst + self._kept()
        low, high = self.occurrence.within(first, first + n)
        lost[:low] = lost[high:] = False
        return lost

    def _kept(self) -> int:
        """How many samples arrive before the next burst; the mean gives the fault's share."""
        if self.fault.share == 0:
            return 0
        mean = self._burst * (1 - self.fault.share) / self.fault.share
        return int(self._rng.geometric(1 / (1 + mean))) - 1


def is_loss(occurrence: Occurrence) -> bool:
    return isinstance(occurrence.cause, Dropout)
