"""Alarms driven by hand, in seconds of a signal at the working rate."""

from collections.abc import Callable

import pytest

from ecg_device.alarms import Alarm, Alarms, Limits
from ecg_device.signals import (
    Beat,
    Classification,
    HeartRate,
    Quality,
    Reason,
    Rhythm,
    SignalState,
)

RATE_HZ = 360


class Ward:
    """What the pipeline would say, moment by moment; the wall clock runs with the signal."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.alarms = Alarms(limits or Limits(), float(RATE_HZ))
        self.now_s = 0.0
        self.quality()

    def to(self, at_s: float) -> "Ward":
        self.now_s = at_s
        self.alarms.tick(round(at_s * RATE_HZ), at_s, round(1000 * at_s))
        return self

    def quality(self, state: SignalState = SignalState.OK, reason: Reason = Reason.NONE) -> None:
        now = round(self.now_s * RATE_HZ)
        self.alarms.feed(Quality(now, now, state, reason), self.now_s)

    def rate(self, bpm: float | None) -> None:
        """The rate of the next second."""
        self.now_s += 1.0
        now = round(self.now_s * RATE_HZ)
        self.alarms.feed(HeartRate(now, bpm, 8), self.now_s)
        self.to(self.now_s)

    def rhythm(self, since_s: float, aux: str, name: str = "") -> None:
        now = round(self.now_s * RATE_HZ)
        event = Rhythm(round(since_s * RATE_HZ), now, aux, name or aux)
        self.alarms.feed(event, self.now_s)

    def beat(self, at_s: float, symbol: str = "N", reason: Reason = Reason.NONE) -> None:
        sample = round(at_s * RATE_HZ)
        event = Classification(Beat(sample, sample, 1.0, 1.0), sample + 170, symbol, 1.0, reason)
        self.alarms.feed(event, self.now_s)

    def beats(self, start_s: float, count: int, every_s: float, symbol: str = "N") -> float:
        """Beats at a steady pace; when the last one was."""
        for n in range(count):
            self.beat(start_s + n * every_s, symbol)
        return start_s + (count - 1) * every_s

    @property
    def kinds(self) -> list[str]:
        """What holds now, the most urgent first."""
        return [alarm.kind for alarm in self.alarms.active() if alarm.holds]

    def one(self, kind: str) -> Alarm:
        return next(alarm for alarm in self.alarms.active() if alarm.kind == kind)


@pytest.fixture
def ward() -> Callable[..., Ward]:
    return Ward
