"""The AD8232 as the common heart-rate board wires it: its band, its rails, its leads-off pins.

Two-pole high-pass at 0.48 Hz, two-pole low-pass at 41.1 Hz, rails at +-1.5 mV referred to the
electrodes. Both filters are taken as maximally flat; the boards' resistor tolerances are not
specified.
"""

import math

import numpy as np

from ecg_device.signals import FloatArray, LeadState
from ecg_device.sources.synthetic.sections import Section, Sections, butterworth

RAIL_MV = 1.5
HIGH_PASS_HZ = 0.48
LOW_PASS_HZ = 41.1
BAND_HZ = (HIGH_PASS_HZ, LOW_PASS_HZ)
SETTLING_TIME_CONSTANT_S = math.sqrt(2) / (2 * math.pi * HIGH_PASS_HZ)
RESTORE_S = 0.12  # the fast-restore switch holds the output this long after contact is back
SETTLED_MV = 0.02

# DC leads-off: the detached input is pulled up. +IN is LA, -IN is RA.
LEADS = {
    "RA": LeadState.RA_OFF,
    "LA": LeadState.LA_OFF,
    "RL": LeadState.CABLE_OFF,
    "cable": LeadState.CABLE_OFF,
}
REST_MV = {"RA": -RAIL_MV, "LA": RAIL_MV}  # the others drift


def circuit(rate_hz: float) -> FloatArray:
    """The two filters, discretized, as second-order sections."""
    return np.array(_sections(rate_hz))


def _sections(rate_hz: float) -> tuple[Section, Section]:
    return (
        butterworth("highpass", HIGH_PASS_HZ, rate_hz),
        butterworth("lowpass", LOW_PASS_HZ, rate_hz),
    )


class Band:
    """The circuit's two filters on a stream."""

    def __init__(self, rate_hz: float) -> None:
        self._sections = Sections(*_sections(rate_hz))

    def feed(self, mv: FloatArray) -> FloatArray:
        return self._sections.feed(mv)


def clip(mv: FloatArray) -> FloatArray:
    return np.clip(mv, -RAIL_MV, RAIL_MV)


def settling_s() -> float:
    """How long after contact the transient's envelope exceeds `SETTLED_MV`."""
    ring_mv = math.sqrt(2) * RAIL_MV
    return RESTORE_S + SETTLING_TIME_CONSTANT_S * math.log(ring_mv / SETTLED_MV)


def settling(since_s: FloatArray, start_mv: float) -> FloatArray:
    """What the high-pass adds, `since_s` after contact came back with the output at `start_mv`.

    First fast restore holds the output, far beyond the rail; then the two poles step back:
    exp(-at) (cos at - sin at) with a = 2 pi 0.48 Hz / sqrt 2, which undershoots once.
    """
    at = np.clip(since_s - RESTORE_S, 0.0, None) / SETTLING_TIME_CONSTANT_S
    step = start_mv * np.exp(-at) * (np.cos(at) - np.sin(at))
    return np.asarray(np.where(since_s < RESTORE_S, 4 * start_mv, step))


def floating(t_s: FloatArray, mains_hz: float = 50.0) -> FloatArray:
    """The output without a reference electrode: hum on a drift that wanders into both rails."""
    drift = 1.9 * np.sin(2 * math.pi * 0.11 * t_s + 0.9) + 0.5 * np.sin(2 * math.pi * 0.37 * t_s)
    return np.asarray(drift + 0.45 * np.sin(2 * math.pi * mains_hz * t_s))
