"""What is evaluated: the appliance's own beats, rates and quality flags, as plain arrays.

The only module of the scorer that knows how the product is called.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ecg_device.beats import BeatDetector, detect
from ecg_device.pipeline import Pipeline
from ecg_device.resampler import Resampler
from ecg_device.rhythm.af import af_likelihood
from ecg_device.rhythm.naming import speaks_of_atria
from ecg_device.rhythm.prevailing import AF_LIKELY as AF_THRESHOLD
from ecg_device.signals import (
    WORKING_RATE_HZ,
    Beat,
    Block,
    BoolArray,
    Classification,
    Event,
    FloatArray,
    HeartRate,
    Quality,
    SignalInfo,
    SignalState,
    source_sample,
)
from ecg_device.views import Namer
from ecg_training.findings import Findings
from ecg_training.scoring import IntArray

__all__ = [
    "AF_THRESHOLD",
    "NamedBeats",
    "af_likelihood_of",
    "conducted",
    "detector_alone",
    "detector_streamed",
    "named_beats",
    "our_beats",
    "whole_pipeline",
]


def detector_alone(mv: FloatArray, rate_hz: float) -> Findings:
    """The beat detector over the whole record at once, without the quality gate."""
    return _found(detect(at_working_rate(mv, rate_hz)))


def detector_streamed(mv: FloatArray, rate_hz: float, block_s: float) -> Findings:
    """The same, fed in blocks as it runs on the device."""
    detector, resampler = BeatDetector(), Resampler(rate_hz)
    beats: list[Beat] = []
    for block in _blocks(mv, rate_hz, block_s):
        beats += detector.feed(resampler.feed(block.mv))
    beats += detector.feed(resampler.finish()) + detector.finish()
    return _found(beats)


def _found(beats: Iterable[Beat]) -> Findings:
    final = list(beats)
    return Findings(
        np.array([beat.sample for beat in final], np.int64),
        np.array([beat.decided for beat in final], np.int64),
        np.array([beat.agreement for beat in final], np.float64),
    )


def _blocks(mv: FloatArray, rate_hz: float, block_s: float) -> Iterator[Block]:
    size = max(round(block_s * rate_hz), 1)
    for start in range(0, len(mv), size):
        yield Block(start, mv[start : start + size])


def at_working_rate(mv: FloatArray, rate_hz: float) -> FloatArray:
    """A whole signal at 360 Hz, by the appliance's own resampler."""
    resampler = Resampler(rate_hz)
    return np.concatenate((resampler.feed(mv), resampler.finish()))


def whole_pipeline(mv: FloatArray, rate_hz: float, block_s: float = 10.0) -> Findings:
    """Everything the appliance does with a signal, fed in blocks as a source would."""
    pipeline = Pipeline(SignalInfo("evaluation", rate_hz))
    events = _events(pipeline, mv, rate_hz, block_s)
    return _findings(events, round(len(mv) * WORKING_RATE_HZ / rate_hz))


def _events(pipeline: Pipeline, mv: FloatArray, rate_hz: float, block_s: float) -> list[Event]:
    events: list[Event] = []
    for block in _blocks(mv, rate_hz, block_s):
        events += pipeline.feed(block)
    return events + pipeline.finish()


@dataclass(frozen=True, slots=True, eq=False)
class NamedBeats:
    """Beats in the order of time: where in the record, their symbols, how sure (NaN: untold)."""

    samples: IntArray
    symbols: tuple[str, ...]
    confidence: FloatArray


def named_beats(
    mv: FloatArray, rate_hz: float, namer: Namer, rails_mv: tuple[float, float] | None = None
) -> NamedBeats:
    """The beats that the whole appliance lets out with the names that `namer` gives them.

    `rails_mv` is where the front end saturates, as a device knows it of its own.
    """
    pipeline = Pipeline(SignalInfo("evaluation", rate_hz, rails_mv=rails_mv), namer)
    events = _events(pipeline, mv, rate_hz, 10.0)
    named = [event for event in events if isinstance(event, Classification)]
    named.sort(key=lambda beat: beat.beat.sample)
    return NamedBeats(
        np.array([source_sample(one.beat.sample, rate_hz) for one in named], np.int64),
        tuple(one.symbol for one in named),
        np.array([np.nan if one.confidence is None else one.confidence for one in named]),
    )


def af_likelihood_of(rr_s: FloatArray, atrial: BoolArray) -> float:
    """How likely atrial fibrillation is over these intervals; NaN where there is no opinion.

    `atrial` says of each interval whether both its beats came from the atria.
    """
    likelihood = af_likelihood(rr_s, atrial).likelihood
    return float("nan") if likelihood is None else likelihood


def conducted(symbols: Sequence[str], agreement: FloatArray) -> BoolArray:
    """Which beats the appliance takes to come from the atria, by symbol ('Q': none) or shape."""
    pairs = zip(symbols, agreement.tolist(), strict=True)
    return np.array([speaks_of_atria(symbol, value) for symbol, value in pairs], np.bool_)


def our_beats(found: Findings) -> tuple[IntArray, BoolArray]:
    """Our beats, and which of them look as if they came from the atria."""
    agreement = np.zeros(len(found.beats)) if found.agreement is None else found.agreement
    return found.beats, conducted("Q" * len(found.beats), agreement)


def _findings(events: Iterable[Event], samples: int) -> Findings:
    seen = list(events)
    rates = [event for event in seen if isinstance(event, HeartRate)]
    return replace(
        _found(event.beat for event in seen if isinstance(event, Classification)),
        flagged=_flagged([event for event in seen if isinstance(event, Quality)], samples),
        rate_at=np.array([rate.sample for rate in rates], np.int64),
        rate_bpm=np.array([np.nan if rate.bpm is None else rate.bpm for rate in rates]),
    )


def _flagged(changes: list[Quality], samples: int) -> list[tuple[int, int]]:
    """Where the state was not OK; before its first word the appliance vouches for nothing."""
    starts = [0, *(change.sample for change in changes)]
    usable = [False, *(change.state is SignalState.OK for change in changes)]
    stops = [*starts[1:], samples]
    return [
        (start, stop - 1)
        for start, stop, good in zip(starts, stops, usable, strict=True)
        if not good and stop > start
    ]
