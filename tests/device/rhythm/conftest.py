"""A heart that beats when a test says so, and the tracker listening to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from ecg_device.rhythm import RhythmTracker
from ecg_device.signals import (
    WORKING_RATE_HZ,
    Beat,
    Classification,
    Event,
    HeartRate,
    Quality,
    Reason,
    Rhythm,
    SignalState,
)

DECISION_S = 0.25
NAMED_S = 0.472  # when a classifier has seen enough of a beat


@dataclass
class Played:
    """What the tracker said."""

    tracker: RhythmTracker
    events: list[Event] = field(default_factory=list)

    @property
    def rates(self) -> list[HeartRate]:
        return [event for event in self.events if isinstance(event, HeartRate)]

    @property
    def rhythms(self) -> list[Rhythm]:
        return [event for event in self.events if isinstance(event, Rhythm)]

    @property
    def names(self) -> list[str]:
        return [rhythm.name for rhythm in self.rhythms]

    def bpm_at(self, second: int) -> float | None:
        return next(r.bpm for r in self.rates if r.sample == second * WORKING_RATE_HZ)


Play = Callable[..., Played]


def heart_beat(at_s: float, symbol: str, agreement: float) -> Classification:
    sample = round(at_s * WORKING_RATE_HZ)
    found, named = (sample + round(s * WORKING_RATE_HZ) for s in (DECISION_S, NAMED_S))
    reason = Reason.NO_MODEL if symbol == "Q" else Reason.NONE
    return Classification(Beat(sample, found, 1.0, agreement), named, symbol, None, reason)


@pytest.fixture
def play() -> Play:
    """Play intervals (s) with a symbol and a template agreement for each beat, ticks between."""

    def run(
        rr_s: Sequence[float],
        symbols: Sequence[str] = (),
        agreements: Sequence[float] = (),
        silence_s: float = 0.0,
        changes: Sequence[Quality] = (),
    ) -> Played:
        times = [0.5]
        for length in rr_s:
            times.append(times[-1] + length)
        symbols = list(symbols) or ["Q"] * len(times)
        agreements = list(agreements) or [1.0] * len(times)
        calls: list[tuple[int, int, object]] = [(0, 0, Quality(0, 0, SignalState.OK))]
        for time_s, symbol, agreement in zip(times, symbols, agreements, strict=True):
            named = heart_beat(time_s, symbol, agreement)
            calls += [(named.beat.decided, 1, named.beat), (named.decided, 2, named)]
        calls += [(quality.decided, 0, quality) for quality in changes]
        last_s = int(times[-1] + NAMED_S + silence_s) + 1
        calls += [(s * WORKING_RATE_HZ, 3, None) for s in range(1, last_s + 1)]
        return _played(sorted(calls, key=lambda call: call[:2]))

    return run


def _played(calls: list[tuple[int, int, object]]) -> Played:
    played = Played(RhythmTracker())
    for at, _, what in calls:
        if isinstance(what, Quality):
            played.events += played.tracker.quality(what)
        elif isinstance(what, Beat):
            played.events += played.tracker.beat(what)
        elif isinstance(what, Classification):
            played.events += played.tracker.named(what)
        else:
            played.events += played.tracker.tick(at)
    return played
