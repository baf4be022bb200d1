"""The rhythm as it unfolds: beats, their names, changes and seconds in; rates and rhythms out."""

from collections import deque

import numpy as np

from ecg_device.rhythm.patterns import WITHIN, find_pattern
from ecg_device.rhythm.prevailing import Prevailing
from ecg_device.rhythm.pulse import Pulse
from ecg_device.rhythm.rate import SPAN_S, Rate, average_rate
from ecg_device.rhythm.stretch import Stretch
from ecg_device.rhythm.variability import Hrv, hrv
from ecg_device.rhythm.verdict import Announcer, Pace, Verdict, unknown
from ecg_device.signals import (
    WORKING_RATE_HZ,
    Beat,
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
HRV_S = 300.0  # the variability is that of the last five minutes


class RhythmTracker:
    """A pure state machine: the same calls in the same order give the same events.

    Calls come in order of decision time: `beat` for each beat as soon as it is found, `named` for
    each of them when it has its name, `quality` for each change of the signal's state, `tick` once
    a second. The rate and the silence since the last beat wait for no name; what the rhythm is
    called does. Only a state of OK lets anything out but the reason, and each change of state ends
    the series of intervals: none spans it. Only the rate, a mean, may be taken on both sides of a
    stretch of noise. Until the first `quality` the signal counts as starting. Memory is bounded.
    """

    def __init__(self) -> None:
        self._quality = Quality(0, 0, SignalState.SETTLING, Reason.STARTING)
        self._announcer = Announcer()
        self._pulse = Pulse(0)
        self._recent: deque[tuple[float, float]] = deque()  # end, length (s), over breaks as well
        self._nn: deque[tuple[float, float, bool]] = deque()  # end, length (s), normal
        self._stretch, self._prevailing = Stretch(0), Prevailing()
        self._opinion = unknown(0, Reason.STARTING)
        self._passing_until = 0  # up to here a run, a couplet or a pause was seen
        self._off_s = 0.0  # when the electrodes were last not in contact

    def beat(self, beat: Beat) -> list[Event]:
        """A beat, not named yet; the end of the asystole before it, if there was one."""
        if self._quality.state is not SignalState.OK:
            return []
        ends_asystole = self._ends_asystole(beat.sample)
        if ends_asystole:
            self._start_anew(beat.sample, Reason.STARTING)
        if self._pulse.add(beat.sample):
            self._remember_for_the_rate(beat.sample / WORKING_RATE_HZ)
        return list(self._announcer.hear(self._opinion, beat.decided)) if ends_asystole else []

    def named(self, c: Classification) -> list[Event]:
        """The name of the next beat; the rhythm it changes, if it does."""
        if self._quality.state is not SignalState.OK:
            return []
        before = self._stretch.intervals
        if not self._stretch.add(c):
            return []
        if self._stretch.intervals > before:
            self._remember_interval()
            self._prevailing.follow(self._stretch)
            self._opinion = self._judge()
        return list(self._announcer.hear(self._opinion, c.decided))

    def quality(self, q: Quality) -> list[Event]:
        """A new state of the signal."""
        self._quality = q
        if q.state in (SignalState.OFF, SignalState.SETTLING):
            self._off_s = q.sample / WORKING_RATE_HZ
        self._start_anew(q.sample, Reason.STARTING if q.state is SignalState.OK else q.reason)
        return list(self._announcer.hear(self._opinion, q.decided))

    def tick(self, sample: int) -> list[Event]:
        """A second has passed: the rate to show, and the rhythm if it changed."""
        silent_s = self._silence_s(sample)
        events: list[Event] = [self._shown_rate(sample, silent_s)]
        opinion = self._asystole(silent_s) if self._is_asystole(silent_s) else self._opinion
        events += self._announcer.hear(opinion, sample)
        return events

    def af(self) -> tuple[float | None, Reason]:
        """The likelihood of AF at the latest look at the intervals, or why there is none."""
        if self._quality.state is not SignalState.OK:
            return None, self._quality.reason
        evidence = self._prevailing.evidence
        if evidence is None:
            return None, Reason.FEW_BEATS
        return evidence.likelihood, evidence.reason

    def variability(self) -> Hrv:
        """Heart rate variability of the last five minutes, or why there is none."""
        columns = list(zip(*self._nn, strict=True)) or [(), (), ()]
        return hrv(np.array(columns[0]), np.array(columns[1]), np.array(columns[2], np.bool_))

    def _start_anew(self, sample: int, reason: Reason) -> None:
        """No interval reaches back over this sample."""
        self._pulse = Pulse(sample)
        self._stretch, self._prevailing = Stretch(sample), Prevailing()
        self._opinion = unknown(sample, reason)

    def _ends_asystole(self, sample: int) -> bool:
        last = self._pulse.last_beat
        return last is not None and sample - last > ASYSTOLE_S * WORKING_RATE_HZ

    def _judge(self) -> Verdict:
        """The pattern the last beats make, if they make one, else the rhythm underneath."""
        underneath = self._prevailing.verdict(self._stretch)
        pattern = find_pattern(
            self._stretch, self._prevailing.timing_counts, self._prevailing.fibrillating
        )
        if pattern is None:
            return underneath._replace(since=max(underneath.since, self._passing_until))
        if pattern.pace is Pace.MOMENTARY:
            self._passing_until = self._stretch.samples[-1]
        if pattern.aux == WITHIN:
            return pattern._replace(aux=underneath.aux, reason=underneath.reason)
        return pattern

    def _remember_interval(self) -> None:
        stretch = self._stretch
        end_s = stretch.samples[-1] / WORKING_RATE_HZ
        self._nn.append((end_s, stretch.rr_s[-1], stretch.normal))
        while self._nn[0][0] < end_s - HRV_S:
            self._nn.popleft()

    def _remember_for_the_rate(self, end_s: float) -> None:
        self._recent.append((end_s, self._pulse.rr_s[-1]))
        while self._recent[0][0] <= end_s - SPAN_S:
            self._recent.popleft()

    def _silence_s(self, sample: int) -> float:
        """Seconds without a QRS, less what may still be undecided."""
        return (sample - self._pulse.silent_since) / WORKING_RATE_HZ - DECISION_S

    def _is_asystole(self, silent_s: float) -> bool:
        if self._quality.state is not SignalState.OK:
            return False
        return silent_s >= (FIRST_BEAT_S if self._pulse.last_beat is None else ASYSTOLE_S)

    def _shown_rate(self, sample: int, silent_s: float) -> HeartRate:
        if self._quality.state is not SignalState.OK:
            return HeartRate(sample, None, 0, self._quality.reason)
        if self._is_asystole(silent_s):
            return HeartRate(sample, None, 0, Reason.NO_BEATS)
        rate = self._pulse.rate_at(sample) or self._bridged_rate(sample)
        if rate is None:
            return HeartRate(sample, None, 0, Reason.STARTING)
        return HeartRate(sample, rate.bpm, rate.intervals)

    def _bridged_rate(self, sample: int) -> Rate | None:
        """The rate over the last intervals on both sides of noise, until one side has enough."""
        if not self._pulse.rr_s:
            return None
        oldest_s = max(sample / WORKING_RATE_HZ - SPAN_S, self._off_s)
        inside = [rr_s for end_s, rr_s in self._recent if end_s - rr_s >= oldest_s]
        return average_rate(inside[::-1])

    def _asystole(self, silent_s: float) -> Verdict:
        said = (f"no QRS for {silent_s:.1f} s while the signal is good",)
        since = self._pulse.silent_since
        name = "asystole, or a rhythm without QRS complexes"  # coarse VF has none either
        return Verdict(since, "(ASYS", name, lambda: said, pace=Pace.MOMENTARY)
