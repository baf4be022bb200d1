"""The rhythm as it unfolds: beats, quality changes and seconds in, rates and rhythms out."""

from collections import deque

from ecg_device.rhythm.rate import HISTORY, Rate, heart_rate
from ecg_device.rhythm.verdict import UNKNOWN, Announcer, Verdict
from ecg_device.signals import (
    WORKING_RATE_HZ,
    Classification,
    Event,
    HeartRate,
    Quality,
    Reason,
    SignalState,
)

ASYSTOLE_S = 4.0  # without a QRS: asystole, and the last rate is no longer shown
FIRST_BEAT_S = 8.0  # the same before the first beat of a stretch: the detector is still learning
DECISION_S = 0.25  # a beat may be known so much later than it happened


class RhythmTracker:
    """A pure state machine: the same calls in the same order give the same events.

    Calls come in order of decision time. Before the first `quality` nothing is let out.
    """

    def __init__(self) -> None:
        self._quality = Quality(0, 0, SignalState.SETTLING, Reason.STARTING)
        self._announcer = Announcer()
        self._start = 0
        self._last_beat: int | None = None
        self._rr_s: deque[float] = deque(maxlen=HISTORY)
        self._rate: Rate | None = None

    def beat(self, c: Classification) -> list[Event]:
        """A named beat; the rhythm it changes, if it does."""
        if self._quality.state is not SignalState.OK or c.beat.sample < self._quality.sample:
            return []
        if self._last_beat is not None:
            if c.beat.sample <= self._last_beat:
                return []
            self._rr_s.append((c.beat.sample - self._last_beat) / WORKING_RATE_HZ)
            self._rate = heart_rate(list(self._rr_s))
        self._last_beat = c.beat.sample
        return list(self._announcer.hear(self._verdict(), c.beat.decided))

    def quality(self, q: Quality) -> list[Event]:
        """A new signal state: every change breaks the series of intervals."""
        self._quality = q
        self._break(q.sample)
        return list(self._announcer.hear(self._verdict(), q.decided))

    def tick(self, sample: int) -> list[Event]:
        """A second has passed: the rate to show, and the rhythm if it changed."""
        silent = self._silence_s(sample)
        events: list[Event] = [self._shown_rate(sample, silent)]
        events += self._announcer.hear(self._verdict(silent), sample)
        return events

    def _break(self, sample: int) -> None:
        self._start = sample
        self._last_beat = None
        self._rr_s.clear()
        self._rate = None

    def _silence_s(self, sample: int) -> float:
        """Seconds without a QRS beyond what may still be undecided."""
        since = self._start if self._last_beat is None else self._last_beat
        return (sample - since) / WORKING_RATE_HZ - DECISION_S

    def _is_asystole(self, silent_s: float) -> bool:
        return silent_s >= (FIRST_BEAT_S if self._last_beat is None else ASYSTOLE_S)

    def _shown_rate(self, sample: int, silent_s: float) -> HeartRate:
        if self._quality.state is not SignalState.OK:
            return HeartRate(sample, None, 0, self._quality.reason)
        if self._is_asystole(silent_s):
            return HeartRate(sample, None, 0, Reason.FEW_BEATS)
        if self._rate is None:
            return HeartRate(sample, None, 0, Reason.STARTING)
        return HeartRate(sample, self._rate.bpm, self._rate.intervals)

    def _verdict(self, silent_s: float = 0.0) -> Verdict:
        if self._quality.state is not SignalState.OK:
            reason = self._quality.reason
            return Verdict(self._start, UNKNOWN, str(reason), (), reason, urgent=True)
        if self._is_asystole(silent_s):
            since = self._start if self._last_beat is None else self._last_beat
            said = f"no QRS for {silent_s:.0f} s while the signal is good"
            return Verdict(since, "(ASYS", "asystole: no QRS", (said,), urgent=True)
        if self._rate is None:
            starting = Reason.STARTING
            return Verdict(self._start, UNKNOWN, str(starting), (), starting, urgent=True)
        said = f"{self._rate.bpm:.0f} bpm over {self._rate.intervals} intervals"
        if self._rate.bpm < 50:
            return Verdict(self._last_beat or 0, "(SBR", "bradycardia", (said,))
        name = "tachycardia" if self._rate.bpm > 100 else "regular rhythm"
        return Verdict(self._last_beat or 0, "(N", name, (said,))
