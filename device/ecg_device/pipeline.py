"""The flow, in one place: blocks of a source in, events out.

    Block -> intake (missing, rails) -> resampler (360 Hz) -> contact --> beats -> gate -> rhythm
                                                               '- unusable -'  '- judged -'

Events leave in the order in which they were decided; how the source cuts its blocks never
changes one of them.
"""

from collections.abc import Iterator
from operator import itemgetter

from ecg_device.beats import BeatDetector
from ecg_device.intake import Intake
from ecg_device.quality import Contact, Gate
from ecg_device.resampler import FlagResampler, Resampler
from ecg_device.rhythm import Hrv, RhythmTracker
from ecg_device.signals import (
    WORKING_RATE_HZ,
    Beat,
    Block,
    Classification,
    Event,
    FloatArray,
    Judged,
    LeadBits,
    Quality,
    Reason,
    SignalInfo,
)

_CHANGE, _JUDGED, _BEAT, _SECOND = range(4)  # what comes first of what is decided together
_Finding = tuple[int, int, Quality | Beat | Judged | None]  # decided, kind, what


class Pipeline:
    """One signal's way from samples to rhythm."""

    def __init__(self, info: SignalInfo) -> None:
        self._intake = Intake(info)
        self._resampler = Resampler(info.rate_hz)
        self._flags = FlagResampler(info.rate_hz)
        self._contact = Contact()
        self._detector = BeatDetector()
        self._gate = Gate()
        self._rhythm = RhythmTracker()
        self._working = 0  # working samples taken so far
        self._second = WORKING_RATE_HZ  # the next second's end

    def feed(self, block: Block) -> list[Event]:
        """Take a block; return what it has decided."""
        events: list[Event] = []
        for mv, flags in self._intake.feed(block):
            events += self._advance(self._resampler.feed(mv), self._flags.feed(flags))
        return events

    def finish(self) -> list[Event]:
        """The end of the signal: return what was still waiting."""
        events = self._advance(self._resampler.finish(), self._flags.finish())
        return events + self._settle([], self._detector.finish())

    def variability(self) -> Hrv:
        """Heart rate variability of the last five minutes, or why there is none."""
        return self._rhythm.variability()

    def _advance(self, mv: FloatArray, flags: LeadBits) -> list[Event]:
        contact = self._contact.feed(mv, flags)
        beats = self._detector.feed(mv, contact.unusable)
        self._working += len(mv)
        return self._settle(contact.changes, beats)

    def _settle(self, changes: list[Quality], beats: list[Beat]) -> list[Event]:
        """Bring what was found into the order of its decision, and conclude."""
        findings: list[_Finding] = [(q.decided, _CHANGE, q) for q in changes]
        findings += [(judged.decided, _JUDGED, judged) for judged in self._detector.judged]
        findings += [(beat.decided, _BEAT, beat) for beat in beats]
        findings += [(at, _SECOND, None) for at in self._seconds()]
        findings.sort(key=itemgetter(0, 1))
        events: list[Event] = []
        for finding in findings:
            events += self._conclude(*finding)
        return events

    def _seconds(self) -> Iterator[int]:
        """The ends of seconds that have come by."""
        while self._second < self._working:
            yield self._second
            self._second += WORKING_RATE_HZ

    def _conclude(
        self, decided: int, kind: int, what: Quality | Beat | Judged | None
    ) -> list[Event]:
        """Take findings in order; say what follows."""
        if isinstance(what, Beat):
            return self._name(what)
        if isinstance(what, Judged):
            self._gate.candidate(what)
            return []
        if isinstance(what, Quality):
            return self._pass_on(self._gate.contact(what))
        return [*self._pass_on(self._gate.second(decided)), *self._rhythm.tick(decided)]

    def _pass_on(self, changes: list[Quality]) -> list[Event]:
        events: list[Event] = []
        for change in changes:
            events += [change, *self._rhythm.quality(change)]
        return events

    def _name(self, beat: Beat) -> list[Event]:
        """Until a classifier is there, a beat is a beat and its kind unknown."""
        if not self._gate.lets_out(beat):
            return []
        named = Classification(beat, "Q", reason=Reason.NO_MODEL)
        return [named, *self._rhythm.beat(named)]
