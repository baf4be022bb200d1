"""What `analyze` found in one recording, as the values that `NAME.json` holds.

The classes below are the schema: field by field, in this order, is what stands in the file.
Times are in seconds from the start of the record, `*_sample` in its own sample numbers, end not
included. A value that cannot be given is null, and a `reason` beside it says why.
"""

import json
from dataclasses import asdict, dataclass

from ecg_device import __version__
from ecg_device.analysis.tally import GapTally, RateTally, StateTally, Tally
from ecg_device.classifier import Card
from ecg_device.rhythm import Hrv
from ecg_device.signals import WORKING_RATE_HZ, Reason, Rhythm, SignalState, source_sample

SCHEMA = 1  # raised whenever a field changes its meaning or goes away


@dataclass(frozen=True, slots=True)
class Software:
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Model:
    """Who named the beats; where nobody did, a reason."""

    name: str | None
    version: str | None
    sha256: str | None
    labels: tuple[str, ...] | None  # all that it can give, Q apart
    reason: str | None


@dataclass(frozen=True, slots=True)
class Record:
    name: str
    lead: str
    lead_number: int  # from 0
    rate_hz: float
    samples: int  # the missing ones included
    duration_s: float
    simulated: bool  # the record itself says that no patient wore the electrodes


@dataclass(frozen=True, slots=True)
class Gaps:
    count: int
    samples: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Inconclusive:
    """A state in which nothing is let out: how often the signal came to it, how long in all."""

    state: str
    reason: str
    times: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Signal:
    usable_share: float  # 0..1 of the duration
    usable_s: float
    inconclusive: tuple[Inconclusive, ...]  # the longest first


@dataclass(frozen=True, slots=True)
class Rates:
    """Heart rates as a monitor shows them, once a second; the mean is over time."""

    min_bpm: float | None
    mean_bpm: float | None
    max_bpm: float | None
    shown_share: float  # of the seconds: how often there was a rate to show
    reason: str | None


@dataclass(frozen=True, slots=True)
class Variability:
    """Heart rate variability of the last five minutes with beats; ms, ms squared, percent."""

    over_s: float  # what it was taken over: five minutes, or all there was
    intervals: int  # normal-to-normal ones, used
    sdnn_ms: float | None
    rmssd_ms: float | None
    pnn50: float | None
    lf_ms2: float | None
    hf_ms2: float | None
    lf_hf: float | None
    reason: str | None  # why there is none at all
    spectrum_reason: str | None  # why there is no lf and hf


@dataclass(frozen=True, slots=True)
class Beats:
    count: int
    labels: dict[str, int]  # WFDB symbol: how many
    unnamed: dict[str, int]  # reason: how many beats have no label because of it
    confidence: dict[str, float]  # WFDB symbol: mean probability that the model gave it


@dataclass(frozen=True, slots=True)
class Episode:
    start_sample: int
    end_sample: int
    start_s: float
    end_s: float
    aux: str  # the WFDB rhythm string
    name: str
    evidence: tuple[str, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class Report:
    schema: int
    software: Software
    model: Model
    record: Record
    signal: Signal
    gaps: Gaps
    heart_rate: Rates
    hrv: Variability
    beats: Beats
    rhythms: tuple[Episode, ...]

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=2, allow_nan=False) + "\n"


def model_of(card: Card | None) -> Model:
    """What a report says of the model with this card."""
    if card is None:
        return Model(None, None, None, None, str(Reason.NO_MODEL))
    return Model(card.name, card.version, card.sha256, card.labels, None)


def compose(
    record: Record, model: Model, tally: Tally, variability: Hrv, rhythms: list[Rhythm]
) -> Report:
    """The report of a recording whose tally is closed."""
    return Report(
        schema=SCHEMA,
        software=Software("ecg-device", __version__),
        model=model,
        record=record,
        signal=_signal(tally.states),
        gaps=_gaps(tally.signal, record.rate_hz),
        heart_rate=_rates(tally.rates),
        hrv=_variability(variability),
        beats=_beats(tally),
        rhythms=_episodes(rhythms, record),
    )


def _signal(states: StateTally) -> Signal:
    unusable = [
        Inconclusive(str(state), str(reason), states.times[state, reason], _seconds(samples))
        for (state, reason), samples in states.lasted.most_common()
        if state is not SignalState.OK
    ]
    share = round(states.usable / max(1, states.lasted.total()), 4)
    return Signal(share, _seconds(states.usable), tuple(unusable))


def _gaps(signal: GapTally, rate_hz: float) -> Gaps:
    return Gaps(signal.gaps, signal.missing, round(signal.missing / rate_hz, 3))


def _rates(rates: RateTally) -> Rates:
    if not rates.shown:
        common = rates.withheld.most_common(1)
        return Rates(None, None, None, 0.0, str(common[0][0] if common else Reason.FEW_BEATS))
    low, mean, high = (round(bpm, 1) for bpm in (rates.lowest, rates.mean, rates.highest))
    share = rates.shown / (rates.shown + rates.withheld.total())
    return Rates(low, mean, high, round(share, 4), None)


def _variability(hrv: Hrv) -> Variability:
    return Variability(
        round(hrv.over_s, 3),
        hrv.intervals,
        sdnn_ms=_hundredths(hrv.sdnn_ms),
        rmssd_ms=_hundredths(hrv.rmssd_ms),
        pnn50=_hundredths(hrv.pnn50),
        lf_ms2=_hundredths(hrv.lf_ms2),
        hf_ms2=_hundredths(hrv.hf_ms2),
        lf_hf=_hundredths(hrv.lf_hf),
        reason=str(hrv.reason) or None,
        spectrum_reason=str(hrv.spectrum_reason) or None,
    )


def _beats(tally: Tally) -> Beats:
    labels = dict(sorted(tally.labels.items()))
    unnamed = {str(reason): count for reason, count in tally.unnamed.most_common()}
    confidence = {symbol: round(mean, 3) for symbol, mean in tally.confidence().items()}
    return Beats(tally.beats, labels, unnamed, confidence)


def _episodes(rhythms: list[Rhythm], record: Record) -> tuple[Episode, ...]:
    starts = [source_sample(rhythm.sample, record.rate_hz) for rhythm in rhythms]
    ends = [*starts[1:], record.samples]
    return tuple(
        Episode(
            start_sample=start,
            end_sample=end,
            start_s=round(start / record.rate_hz, 3),
            end_s=round(end / record.rate_hz, 3),
            aux=rhythm.aux,
            name=rhythm.name,
            evidence=rhythm.evidence,
            reason=str(rhythm.reason) or None,
        )
        for rhythm, start, end in zip(rhythms, starts, ends, strict=True)
    )


def _hundredths(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


def _seconds(working_samples: int) -> float:
    return round(working_samples / WORKING_RATE_HZ, 3)
