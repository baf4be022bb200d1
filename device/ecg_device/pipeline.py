"""The flow, in one place: blocks of a source in, events out.

    Block -> intake (missing, rails) -> resampler (360 Hz) -> contact --> beats -> gate -> rhythm
                                                               |- unusable -'|- judged -'    |
                                                               '----------> naming --- names-'

Events leave in the order in which they were decided; how the source cuts its blocks never
changes one of them. The rhythm hears of a beat twice: at once, for the rate and for the silence
since, and of its name when the view that a classifier needs is complete, 472 ms after R. That is
so without a classifier as well: to install one changes names, never what comes when.
"""

from collections.abc import Iterable, Iterator
from operator import itemgetter

from ecg_device.beats import BeatDetector
from ecg_device.intake import Intake
from ecg_device.naming import Naming
from ecg_device.quality import Contact, ContactReport, Gate
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
    SignalState,
)
from ecg_device.views import Namer

_RAIL, _CHANGE, _JUDGED, _BEAT, _SECOND = range(5)  # what comes first of what is decided together
_What = Quality | Beat | Judged | bool | None
_Finding = tuple[int, int, _What]  # decided, kind, what


class Pipeline:
    """One signal's way from samples to rhythm; `namer` says what the beats are called."""

    def __init__(self, info: SignalInfo, namer: Namer | None = None) -> None:
        self._intake = Intake(info)
        self._resampler = Resampler(info.rate_hz)
        self._flags = FlagResampler(info.rate_hz)
        self._contact = Contact()
        self._detector = BeatDetector()
        self._gate = Gate()
        self._naming = Naming(namer)
        self._rhythm = RhythmTracker()
        self._working = 0  # working samples taken so far
        self._second = WORKING_RATE_HZ  # the next second's end

    @property
    def namer(self) -> Namer | None:
        """Who names a beat when its view is complete; may be replaced between two feeds."""
        return self._naming.namer

    @namer.setter
    def namer(self, namer: Namer | None) -> None:
        self._naming.namer = namer

    def feed(self, block: Block) -> list[Event]:
        """Take a block; return what it has decided."""
        events: list[Event] = []
        for mv, flags in self._intake.feed(block):
            events += self._advance(self._resampler.feed(mv), self._flags.feed(flags))
        return events

    def finish(self) -> list[Event]:
        """The end of the signal: return what was still waiting."""
        events = self._advance(self._resampler.finish(), self._flags.finish())
        events += self._settle(None, self._detector.finish())
        return events + self._tell(self._naming.finish())

    def af(self) -> tuple[float | None, Reason]:
        """How likely atrial fibrillation is now, or why that is not known."""
        return self._rhythm.af()

    def variability(self) -> Hrv:
        """Heart rate variability of the last five minutes, or why there is none."""
        return self._rhythm.variability()

    def _advance(self, mv: FloatArray, flags: LeadBits) -> list[Event]:
        contact = self._contact.feed(mv, flags)
        beats = self._detector.feed(mv, contact.unusable)
        self._naming.feed(mv)
        self._working += len(mv)
        return self._settle(contact, beats)

    def _settle(self, contact: ContactReport | None, beats: list[Beat]) -> list[Event]:
        """Bring what was found into the order of its decision, and conclude."""
        findings: list[_Finding] = []
        if contact is not None:
            findings += [(decided, _RAIL, held) for decided, held in contact.held]
            findings += [(q.decided, _CHANGE, q) for q in contact.changes]
        findings += [(judged.decided, _JUDGED, judged) for judged in self._detector.judged]
        findings += [(beat.decided, _BEAT, beat) for beat in beats]
        findings += [(at, _SECOND, None) for at in self._seconds()]
        findings.sort(key=itemgetter(0, 1))
        events: list[Event] = []
        for decided, _, what in findings:
            events += self._name_until(decided)
            events += self._conclude(decided, what)
        return events + self._name_until(self._working - 1)

    def _seconds(self) -> Iterator[int]:
        """The ends of seconds that have come by."""
        while self._second < self._working:
            yield self._second
            self._second += WORKING_RATE_HZ

    def _conclude(self, decided: int, what: _What) -> list[Event]:
        """Take findings in order; say what follows."""
        if isinstance(what, Beat):
            return self._take(what)
        if isinstance(what, bool):
            self._gate.rail(what)
            return []
        if isinstance(what, Judged):
            self._gate.candidate(what)
            return []
        if isinstance(what, Quality):
            self._naming.contact(what)
            return self._pass_on(self._gate.contact(what))
        return [*self._pass_on(self._gate.second(decided)), *self._rhythm.tick(decided)]

    def _pass_on(self, changes: list[Quality]) -> list[Event]:
        """A new state of the signal; where it is no longer good, no name is waited for."""
        events: list[Event] = []
        for change in changes:
            if change.state is not SignalState.OK:
                events += self._tell(self._naming.give_up(change))
            events += [change, *self._rhythm.quality(change)]
        return events

    def _take(self, beat: Beat) -> list[Event]:
        """A new beat: the rhythm hears of it now, its name comes later."""
        let_out = self._gate.lets_out(beat)
        self._naming.wait(beat, let_out)
        return self._rhythm.beat(beat) if let_out else []

    def _name_until(self, sample: int) -> list[Event]:
        return self._tell(self._naming.name_until(sample))

    def _tell(self, named: Iterable[Classification]) -> list[Event]:
        events: list[Event] = []
        for classification in named:
            events += [classification, *self._rhythm.named(classification)]
        return events
