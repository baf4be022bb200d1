"""What the pipeline says of the heart, held against the limits."""

from collections import deque
from collections.abc import Iterator

from ecg_device.alarms.alarm import Finding
from ecg_device.alarms.limits import Limits
from ecg_device.analysis.burden import VentricularMinute
from ecg_device.signals import (
    WORKING_RATE_HZ,
    Classification,
    Event,
    HeartRate,
    Quality,
    Reason,
    Rhythm,
    SignalState,
)

CONFIRM = 2  # rates a second apart beyond a limit before it is an alarm
MARGIN_BPM = 3.0  # and so far back within it before it is none
PVC_MARGIN = 0.8  # share of the limit at which the count of ventricular beats is back
VT_BEATS = 5  # a shorter run is told as a run
VT_BPM = 100.0  # from where on the pipeline calls a run tachycardia
KNOWN_AFTER_S = 0.6  # a beat has its name by then: only longer silence is known to be one


class _Beyond:
    """Whether a rate is beyond a limit, with a second thought and a margin back."""

    def __init__(self, sign: float) -> None:
        self.holds = False
        self.since = 0
        self._sign, self._times = sign, 0

    def see(self, sample: int, bpm: float | None, limit: float | None) -> None:
        if bpm is None or limit is None:
            self.holds, self._times = False, 0
            return
        beyond = self._sign * (round(bpm) - limit)
        if self.holds:
            self.holds = beyond > -MARGIN_BPM
            self._times = 0
            return
        self._times = self._times + 1 if beyond > 0 else 0
        if self._times == 1:
            self.since = sample
        self.holds = self._times >= CONFIRM


class Heart:
    """Follows the events of one opening of a source; says what holds, in working samples."""

    def __init__(self) -> None:
        self.quality = Quality(0, 0, SignalState.SETTLING, Reason.STARTING)
        self._rate = HeartRate(0, None, 0, Reason.STARTING)
        self._rhythm = Rhythm(0, 0, "", "", (), Reason.STARTING)
        self._high, self._low = _Beyond(1.0), _Beyond(-1.0)
        self._very_high, self._very_low = _Beyond(1.0), _Beyond(-1.0)
        self._beats: deque[int] = deque(maxlen=12)
        self._run = 0  # beats of the run that goes on
        self._pause: tuple[int, float] | None = None  # that has just ended: its start, its length
        self._minute, self._ventricular = VentricularMinute(), 0
        self._many = False

    def feed(self, event: Event, limits: Limits) -> None:
        """The next event of the pipeline."""
        match event:
            case Quality():
                self._new_quality(event)
            case HeartRate():
                self._new_rate(event, limits)
            case Rhythm():
                self._rhythm = event
                self._run = sum(sample >= event.sample for sample in self._beats)
            case Classification():
                self._new_beat(event, limits)

    def findings(self, now: int, limits: Limits) -> Iterator[Finding]:
        """What holds at a working sample; nothing unless the signal is good."""
        pause, self._pause = self._pause, None
        if self.quality.state is not SignalState.OK:
            return
        yield from self._silence(now, pause, limits)
        yield from self._runs()
        yield from self._rates(limits)
        yield from self._counted(limits)
        yield from self._fibrillation(now, limits)

    def _new_quality(self, quality: Quality) -> None:
        if quality.state is not SignalState.OK or self.quality.state is not SignalState.OK:
            self._beats.clear()
            self._run, self._pause, self._ventricular = 0, None, 0
        self.quality = quality

    def _new_rate(self, rate: HeartRate, limits: Limits) -> None:
        self._rate = rate
        self._high.see(rate.sample, rate.bpm, limits.rate_high_bpm)
        self._low.see(rate.sample, rate.bpm, limits.rate_low_bpm)
        self._very_high.see(rate.sample, rate.bpm, limits.extreme_high_bpm)
        self._very_low.see(rate.sample, rate.bpm, limits.extreme_low_bpm)

    def _new_beat(self, named: Classification, limits: Limits) -> None:
        sample = named.beat.sample
        self._ventricular = self._minute.add(named)
        if self.quality.state is not SignalState.OK:
            return
        if self._beats and limits.pause_s is not None:
            length_s = (sample - self._beats[-1]) / WORKING_RATE_HZ
            if limits.pause_s < length_s < limits.asystole_s:
                self._pause = self._beats[-1], length_s
        self._beats.append(sample)
        self._run += 1

    def _silence(
        self, now: int, pause: tuple[int, float] | None, limits: Limits
    ) -> Iterator[Finding]:
        if self._rhythm.aux == "(ASYS":
            silent_s = (now - self._rhythm.sample) / WORKING_RATE_HZ
            if silent_s >= limits.asystole_s:
                text = f"Asystole: no QRS for {int(silent_s)} s > {limits.asystole_s:g} s"
                since, whole_s = self._rhythm.sample, float(int(silent_s))
                yield Finding("asystole", text, since, whole_s, limits.asystole_s)
                return
        if limits.pause_s is None:
            return
        if pause is None and self._beats:
            silent_s = (now - self._beats[-1]) / WORKING_RATE_HZ
            if limits.pause_s < silent_s - KNOWN_AFTER_S < limits.asystole_s:
                pause = self._beats[-1], silent_s - KNOWN_AFTER_S
        if pause is not None:
            start, length_s = pause
            text = f"Pause {length_s:.1f} s > {limits.pause_s:g} s"
            yield Finding("pause", text, start, round(length_s, 1), limits.pause_s)

    def _runs(self) -> Iterator[Finding]:
        rhythm = self._rhythm
        if rhythm.aux not in ("(VT", "(IVR"):
            return
        beats = [sample for sample in self._beats if sample >= rhythm.sample]
        if len(beats) < 2:
            return
        bpm = round(60.0 * WORKING_RATE_HZ * (len(beats) - 1) / (beats[-1] - beats[0]))
        text = f"{rhythm.name.capitalize()}: {self._run} beats at {bpm} bpm"
        if rhythm.aux == "(IVR":
            yield Finding("ventricular-rhythm", text, rhythm.sample, float(bpm))
            return
        kind = "ventricular-tachycardia" if self._run >= VT_BEATS else "ventricular-run"
        yield Finding(kind, f"{text} > {VT_BPM:g}", rhythm.sample, float(bpm), VT_BPM)

    def _rates(self, limits: Limits) -> Iterator[Finding]:
        if self._rate.bpm is None:
            return
        bpm = float(round(self._rate.bpm))
        for kind, beyond, limit, sign in (
            ("extreme-rate-high", self._very_high, limits.extreme_high_bpm, ">"),
            ("extreme-rate-low", self._very_low, limits.extreme_low_bpm, "<"),
            ("rate-high", self._high, limits.rate_high_bpm, ">"),
            ("rate-low", self._low, limits.rate_low_bpm, "<"),
        ):
            if beyond.holds and limit is not None:
                is_so = bpm > limit if sign == ">" else bpm < limit
                text = f"HR {bpm:g} {sign} {limit:g}" if is_so else f"HR {bpm:g}, limit {limit:g}"
                yield Finding(kind, text, beyond.since, bpm, limit)

    def _counted(self, limits: Limits) -> Iterator[Finding]:
        limit, count = limits.pvc_per_min, self._ventricular
        self._many = limit is not None and count > limit * (PVC_MARGIN if self._many else 1.0)
        if self._many and limit is not None:
            text = f"Ventricular beats {count}/min > {limit:g}/min"
            since = self._beats[-1] if self._beats else self.quality.sample
            yield Finding("ventricular-beats", text, since, float(count), limit)

    def _fibrillation(self, now: int, limits: Limits) -> Iterator[Finding]:
        rhythm, limit_s = self._rhythm, limits.af_s
        if limit_s is None or rhythm.aux != "(AFIB":
            return
        if now - rhythm.sample > limit_s * WORKING_RATE_HZ:
            text = f"Atrial fibrillation likely > {limit_s:g} s"
            yield Finding("atrial-fibrillation", text, rhythm.sample, None, limit_s)
