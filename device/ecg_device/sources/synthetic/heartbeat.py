"""The values the rhythms are made of: beats, marks, and what one rhythm leaves to the next."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ecg_device.sources.synthetic.morphology import Atrium, Spike, Ventricle
from ecg_device.sources.synthetic.scenario import Conduction
from ecg_device.sources.synthetic.tachogram import SHORTEST_RR_S

CONDUCTED_SYMBOLS = {"normal": "N", "lbbb": "L", "rbbb": "R"}


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """An excitation of the ventricles with its R wave at `at_s`; no symbol, no annotation."""

    at_s: float
    symbol: str
    ventricle: Ventricle
    atrium: Atrium
    rr_s: float  # the cycle its other waves are scaled to
    gain: float = 1.0
    spikes: tuple[Spike, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """An annotation that draws nothing: a rhythm string, or the ends of fibrillation."""

    at_s: float
    text: str


class Stretch(NamedTuple):
    """Where a segment lies in time."""

    start_s: float
    stop_s: float


class Carry(NamedTuple):
    """What a segment leaves to the next: its last beat, and when another would have come."""

    last_s: float
    due_s: float

    @property
    def rr_s(self) -> float:
        return max(self.due_s - self.last_s, SHORTEST_RR_S)


Beats = Generator[Heartbeat | Mark, None, Carry]


def conducted(
    at_s: float,
    symbol: str,
    conduction: Conduction,
    atrium: Atrium,
    rr_s: float,
    rng: np.random.Generator,
) -> Heartbeat:
    """A beat that came down from the atria."""
    return Heartbeat(at_s, symbol, conduction, atrium, rr_s, 1 + 0.01 * rng.standard_normal())


def ectopic_ventricular(
    at_s: float, focus: str, rr_s: float, rng: np.random.Generator
) -> Heartbeat:
    """A beat from a ventricular focus, `V` or `W`; both are annotated V."""
    ventricle: Ventricle = "pvc" if focus == "V" else "pvc2"
    gain = 1 + 0.03 * rng.standard_normal()
    return Heartbeat(at_s, "V", ventricle, "none", min(rr_s, 1.0), gain)


def adapted_rr_s(rr_s: float, latest_s: float) -> float:
    """The cycle repolarization follows: with some memory, and slow to believe a pause."""
    return 0.4 * rr_s + 0.6 * min(max(latest_s, SHORTEST_RR_S), 1.3 * rr_s)
