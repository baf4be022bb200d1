"""One opening of a source, from its first block to its last: what is made of each, in order."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from ecg_device.alarms import Alarm, Alarms
from ecg_device.analysis.tally import Tally
from ecg_device.classifier import Classifier
from ecg_device.daemon import translation
from ecg_device.daemon.batches import Batches
from ecg_device.daemon.chunks import NS_PER_S, Chunks, wall_ns_of
from ecg_device.daemon.condition import Condition
from ecg_device.daemon.sampling import Sampling
from ecg_device.pipeline import Pipeline
from ecg_device.recordings import Finished, Taker
from ecg_device.signals import (
    Block,
    Classification,
    Event,
    HeartRate,
    Quality,
    Rhythm,
    SignalInfo,
    source_sample,
)
from ecg_device.sources.wire import Taken
from ecg_device.store import Chunk, StoredBeat, StoredEvent


class Watch:
    """The signal goes in, and to each of those who make something of it, one after the other."""

    def __init__(
        self,
        info: SignalInfo,
        kind: str,
        *,
        alarms: Alarms,
        batches: Batches,
        keep: Callable[[Chunk], None],
        finished: Callable[[Finished], None],
    ) -> None:
        self.info = info
        self.tally = Tally()
        self.taker = Taker(info)
        self.condition = Condition(info, kind)
        self._pipeline, self._sampling = Pipeline(info), Sampling()
        self._alarms, self.batches = alarms, batches
        self._chunks, self._keep = Chunks(info.rate_hz), keep
        self._finished = finished

    def feed(self, taken: Taken, namer: Classifier | None) -> list[Event]:
        """A block; what the pipeline makes of it."""
        self._pipeline.namer = namer
        self.tally.signal.add(taken.block)
        self._sampling.add(taken)
        self.condition.see(taken.block)
        self.batches.add(taken)
        events = self._pipeline.feed(taken.block)
        self._spread(events)
        self._alarm(taken)
        self._take(taken.block, events)
        self._put(self._chunks.add(taken, self.condition.usable))
        return events

    def finish(self) -> list[Event]:
        """The signal is over: what was still waiting."""
        events = self._pipeline.finish()
        self._spread(events)
        self._take(Block(self.tally.signal.stop, np.empty(0)), events)
        self._hand_over(self.taker.finish())
        self._put(self._chunks.rest())
        self.tally.close(self.info.rate_hz)
        return events

    def note(self, kind: str, text: str, detail: dict[str, object] | None = None) -> None:
        """Something that happened to the appliance, kept and shown where the signal stands."""
        now = self.tally.signal.stop
        self._tell(StoredEvent(now, now, kind, text, detail or {}))

    def ns_since(self, sample: int) -> int:
        """How long ago a sample was, as the signal counts."""
        return round((self.tally.signal.stop - sample) / self.info.rate_hz * NS_PER_S)

    def report(self, named: bool) -> dict[str, object]:
        """What the page shows of the heart."""
        heart = self.condition.report(self._pipeline.af(), named)
        return {**heart, "sampling": self._sampling.report(self.tally.signal.missing)}

    def _spread(self, events: Sequence[Event]) -> None:
        now_s = time.monotonic()
        for event in events:
            self.tally.add(event)
            self.condition.hear(event)
            self._alarms.feed(event, now_s)
            self._translate(event)

    def _translate(self, event: Event) -> None:
        rate_hz = self.info.rate_hz
        match event:
            case Classification():
                beat: StoredBeat = translation.beat(event, rate_hz)
                self._chunks.beat(beat)
                self.batches.beat(beat)
            case HeartRate():
                self._chunks.rate(source_sample(event.sample, rate_hz), event.bpm)
            case Quality():
                self._tell(translation.quality(event, rate_hz))
            case Rhythm():
                self._tell(translation.rhythm(event, rate_hz))

    def _alarm(self, taken: Taken) -> None:
        wall_ms = wall_ns_of(taken.taken_ns) // 1_000_000
        self._alarms.tick(taken.block.stop, time.monotonic(), wall_ms)
        for alarm, change in self._alarms.changes():
            self._tell(self._alarm_event(alarm, change))

    def _alarm_event(self, alarm: Alarm, change: str) -> StoredEvent:
        detail: dict[str, object] = {
            "id": alarm.id,
            "kind": alarm.kind,
            "priority": str(alarm.priority),
            "change": change,
        }
        now = self.tally.signal.stop
        return StoredEvent(now, now, "alarm", f"{alarm.text}: {change}", detail)

    def _take(self, block: Block, events: Sequence[Event]) -> None:
        self._hand_over(self.taker.feed(block, events))

    def _hand_over(self, finished: Finished | None) -> None:
        if finished is not None:
            self._finished(finished)

    def _tell(self, event: StoredEvent) -> None:
        self._chunks.event(event)
        self.batches.event(event)

    def _put(self, chunks: list[Chunk]) -> None:
        for chunk in chunks:
            self._keep(chunk)
