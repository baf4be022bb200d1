"""What a viewer received, made into figures. Pure: messages in, numbers out."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ecg_device.bench.viewer import Received

_NS_PER_MS = 1_000_000


class Batch(NamedTuple):
    """A message of signal: what it holds, and when it was taken and received."""

    at_ms: float
    taken_ms: float  # of its last sample
    start: int
    stop: int
    rate_hz: float
    late: int
    missing: int
    beats: tuple[int, ...]  # where the R peaks of the beats named in it are


class Spread(NamedTuple):
    """How a figure is distributed; all NaN where there was nothing to measure."""

    p50: float
    p95: float
    p99: float
    worst: float


@dataclass(frozen=True, slots=True)
class Sampling:
    """How evenly the signal was taken."""

    seconds: float
    rate_hz: float  # nominal
    taken_hz: float  # samples by the clock
    away_ms: Spread  # how far a block's moment is from an even pace, early or late
    late: int
    missing: int

    @property
    def off_percent(self) -> float:
        return 100.0 * (self.taken_hz / self.rate_hz - 1.0)


def batches(messages: Iterable[Received]) -> list[Batch]:
    """The messages that hold signal."""
    return [_batch(message) for message in messages if message.event == "batch"]


def sampling(received: Sequence[Batch]) -> Sampling:
    """From the moments at which the samples were taken, as the appliance stamped them."""
    first, last = received[0], received[-1]
    seconds = (last.taken_ms - first.taken_ms) / 1000.0
    skipped = sum(after.start - before.stop for before, after in pairwise(received))
    even = [first.taken_ms + 1000.0 * (b.stop - first.stop) / first.rate_hz for b in received]
    away = [b.taken_ms - moment for b, moment in zip(received, even, strict=True)]
    middle = spread(away).p50
    return Sampling(
        seconds=seconds,
        rate_hz=first.rate_hz,
        taken_hz=(last.stop - first.stop) / seconds if seconds else math.nan,
        away_ms=spread([abs(each - middle) for each in away]),
        late=sum(b.late for b in received[1:]),
        missing=skipped + sum(b.missing for b in received[1:]),
    )


def label_delays_ms(received: Sequence[Batch]) -> list[float]:
    """From the moment an R peak was taken to the receipt of its name, beat by beat.

    A beat whose R peak came before the first message has no known moment, and is left out.
    """
    delays = []
    for at, batch in enumerate(received):
        for peak in batch.beats:
            before = reversed(received[: at + 1])
            holder = next((b for b in before if b.start <= peak < b.stop), None)
            if holder:
                taken = holder.taken_ms - 1000.0 * (holder.stop - 1 - peak) / holder.rate_hz
                delays.append(batch.at_ms - taken)
    return delays


def spread(values: Sequence[float]) -> Spread:
    """The nearest values at or above each share of them."""
    if not values:
        return Spread(math.nan, math.nan, math.nan, math.nan)
    ordered = sorted(values)
    p50, p95, p99 = (ordered[math.ceil(share * len(ordered)) - 1] for share in (0.5, 0.95, 0.99))
    return Spread(p50, p95, p99, ordered[-1])


def _batch(message: Received) -> Batch:
    value = message.value
    microvolts = value["uv"]
    return Batch(
        at_ms=message.at_ns / _NS_PER_MS,
        taken_ms=value["taken_ms"],
        start=value["start"],
        stop=value["start"] + len(microvolts),
        rate_hz=value["rate_hz"],
        late=value["late"],
        missing=microvolts.count(None),
        beats=tuple(beat["sample"] for beat in value["beats"]),
    )
