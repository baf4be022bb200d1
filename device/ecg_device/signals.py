"""The values that flow through the appliance.

Two clocks, both counted in samples, never in seconds:

* a *source sample number* counts what the source should have delivered at its own rate
  (a missing sample keeps its number), so it indexes the user's file or the ADC's stream;
* a *working sample* counts at 360 Hz. Everything from the resampler to the rhythm uses it.

Working sample 0 and source sample 0 are the same instant, so the two differ by the ratio of
the rates alone (`source_sample`).
"""

from dataclasses import dataclass
from enum import IntFlag, StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WORKING_RATE_HZ = 360

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
LeadBits = NDArray[np.uint8]
Span = tuple[int, int]  # [start, stop) in working samples


def source_sample(working: int, source_rate_hz: float) -> int:
    """The source's number for a working sample, within half a source sample."""
    return round(working * source_rate_hz / WORKING_RATE_HZ)


class LeadState(IntFlag):
    """Which electrode the AD8232 reports as off: LO- is RA, LO+ is LA, both is RL or the cable."""

    ATTACHED = 0
    RA_OFF = 1
    LA_OFF = 2
    CABLE_OFF = RA_OFF | LA_OFF


@dataclass(frozen=True, slots=True)
class SignalInfo:
    """What is known of a signal before its first sample."""

    name: str
    rate_hz: float
    lead: str = "ECG"
    simulated: bool = False
    rails_mv: tuple[float, float] | None = None  # where the front end saturates; None: unknown
    samples: int | None = None  # length in source samples; None: a live stream
    band_hz: tuple[float, float] | None = None  # what the front end lets through; None: unknown


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Consecutive samples of one source. A jump of `start` over the last `stop` is a gap."""

    start: int  # source sample number of mv[0]
    mv: FloatArray  # NaN: that sample is missing
    leads: LeadBits | None = None  # LeadState per sample; None: the source has no such pins

    @property
    def stop(self) -> int:
        return self.start + len(self.mv)


class SignalState(StrEnum):
    """Whether the signal may be trusted. Only OK lets beats, rates and labels out."""

    OFF = "off"  # lead off, rails, flat line, gap: no ECG is there
    SETTLING = "settling"  # contact is back, the front end is not yet
    OK = "ok"
    NOISY = "noisy"  # an ECG may be there, but beats cannot be told from noise


class Reason(StrEnum):
    """Why something is unknown. The text is what a user reads."""

    NONE = ""
    RA_OFF = "electrode RA off"
    LA_OFF = "electrode LA off"
    CABLE_OFF = "electrode RL or cable off"
    SATURATED = "signal at its limits"
    FLAT = "flat line: no signal"
    GAP = "samples missing"
    SETTLING = "settling after contact"
    STARTING = "starting: too little signal yet"
    NOISE = "too much noise"
    NO_MODEL = "no model installed"
    MODEL_FAILED = "the model gave no answer"
    LOW_CONFIDENCE = "low confidence"
    CUT = "too near where the signal begins or ends"
    FEW_BEATS = "too few beats"
    NO_BEATS = "no beat for some time"
    ARTEFACTS = "too many irregular or rejected beats"


@dataclass(frozen=True, slots=True)
class Quality:
    """The signal's state from `sample` on until the next one; known at working sample `decided`."""

    sample: int
    decided: int
    state: SignalState
    reason: Reason = Reason.NONE


class Beat(NamedTuple):
    """A QRS complex: its R fiducial, final at working sample `decided` (at most 250 ms later)."""

    sample: int
    decided: int
    amplitude_mv: float  # of the band-passed R wave, signed
    agreement: float  # correlation with the running beat template, -1..1; 0 while none is known


class Judged(NamedTuple):
    """A candidate for a beat and what the detector made of it at working sample `decided`."""

    decided: int
    score: float  # log odds of being a beat: positive was taken for one
    strength: float  # logarithm of its size
    agreement: float  # as in Beat


@dataclass(frozen=True, slots=True)
class Classification:
    """A beat and its name: a WFDB symbol, 'Q' with a reason where it is unknown.

    The beat is final at `beat.decided`, its name at working sample `decided`, 472 ms after R.
    """

    beat: Beat
    decided: int
    symbol: str
    confidence: float | None = None
    reason: Reason = Reason.NONE


class Name(NamedTuple):
    """What a classifier makes of a beat: a WFDB symbol, 'Q' with a reason where it cannot say."""

    symbol: str
    confidence: float | None = None
    reason: Reason = Reason.NONE


@dataclass(frozen=True, slots=True)
class HeartRate:
    """The rate shown at working sample `sample`; no number without a reason to believe it."""

    sample: int
    bpm: float | None
    intervals: int = 0  # how many RR intervals it was averaged over
    reason: Reason = Reason.NONE


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A rhythm that holds from `sample` on (known at `decided`), with what speaks for it.

    `aux` is one of the WFDB rhythm strings '(N', '(SBR', '(SVTA', '(AFIB', '(B', '(T', '(AB',
    '(VT', '(IVR', '(P', '(ASYS'; where it is unknown, 'INCONCLUSIVE' with the reason.
    """

    sample: int
    decided: int
    aux: str
    name: str  # words for people: "sinus rhythm", "atrial fibrillation likely"
    evidence: tuple[str, ...] = ()
    reason: Reason = Reason.NONE


Event = Quality | Classification | HeartRate | Rhythm
