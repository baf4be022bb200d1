"""The pipeline's events as the store and the page take them: in the source's sample numbers."""

from ecg_device.analysis import wording
from ecg_device.recordings import Finished
from ecg_device.signals import Classification, Quality, Rhythm, source_sample
from ecg_device.store import KeptRecording, StoredBeat, StoredEvent


def beat(named: Classification, rate_hz: float) -> StoredBeat:
    return StoredBeat(
        source_sample(named.beat.sample, rate_hz),
        named.symbol,
        named.confidence,
        str(named.reason),
        named.beat.amplitude_mv,
    )


def quality(event: Quality, rate_hz: float) -> StoredEvent:
    return StoredEvent(
        source_sample(event.sample, rate_hz),
        source_sample(event.decided, rate_hz),
        "quality",
        wording.answer("ok", event.reason),
        {"state": str(event.state), "reason": str(event.reason)},
    )


def rhythm(event: Rhythm, rate_hz: float) -> StoredEvent:
    detail = {
        "aux": event.aux,
        "name": event.name,
        "evidence": list(event.evidence),
        "reason": str(event.reason),
    }
    return StoredEvent(
        source_sample(event.sample, rate_hz),
        source_sample(event.decided, rate_hz),
        "rhythm",
        wording.rhythm(event.name, event.reason),
        detail,
    )


def recording(finished: Finished, session: int | None, wall_ns: int) -> KeptRecording:
    """An ECG that was taken, as it is kept."""
    take, rate_hz = finished.take, finished.take.info.rate_hz
    states = [quality(event, rate_hz) for event in take.qualities]
    rhythms = [rhythm(event, rate_hz) for event in take.rhythms]
    return KeptRecording(
        session=session,
        start=take.start,
        taken_wall_ns=wall_ns,
        info=take.info,
        mv=take.mv,
        beats=tuple(beat(named, rate_hz) for named in take.beats),
        events=tuple(sorted(states + rhythms, key=lambda event: event.sample)),
        result=finished.result.as_json(),
    )


def live_beat(kept: StoredBeat) -> dict[str, object]:
    return {
        "sample": kept.sample,
        "symbol": kept.symbol,
        "confidence": None if kept.confidence is None else round(kept.confidence, 3),
        "reason": kept.reason,
    }


def live_event(kept: StoredEvent) -> dict[str, object]:
    return {
        "sample": kept.sample,
        "decided": kept.decided,
        "kind": kept.kind,
        "text": kept.text,
    }
