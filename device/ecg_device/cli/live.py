"""A live signal as lines of text: beats, states, rhythms, and a summary at the end."""

from collections.abc import Callable, Iterable, Iterator

from ecg_device import __version__
from ecg_device.analysis import wording
from ecg_device.analysis.burden import VentricularMinute
from ecg_device.analysis.tally import Tally
from ecg_device.cli.progress import clock_time
from ecg_device.signals import (
    WORKING_RATE_HZ,
    Classification,
    Event,
    HeartRate,
    Quality,
    Reason,
    Rhythm,
    SignalInfo,
)


class LiveText:
    """Words each event; what is simulated says so on every line.

    A beat is stamped with its R, a change with the moment it was known. Where a model names the
    beats, each comes with the number of ventricular ones in the minute up to it.
    """

    def __init__(
        self,
        info: SignalInfo,
        model: Callable[[], str | None] = lambda: None,
        *,
        every_beat: bool = True,
    ) -> None:
        self._info, self._every_beat = info, every_beat
        self._model = model  # what the model in use is called; it may change
        self._named_by: str | None = None
        self._ventricular = VentricularMinute()
        self._mark = "SIMULATED  " if info.simulated else ""
        self._last_beat: int | None = None
        self._bpm: float | None = None
        self._signal = Reason.NONE  # why it cannot be read: said once, not again as a rhythm
        self._why_unnamed = Reason.NONE

    def opening(self) -> str:
        info = self._info
        self._named_by = self._model()
        return (
            f"{self._mark}{info.name}, lead {info.lead}, {info.rate_hz:g} Hz, "
            f"{_model_words(self._named_by)}, ecg-device {__version__}. "
            "Not a medical device. Ctrl-C stops."
        )

    def lines(self, events: Iterable[Event]) -> Iterator[str]:
        """A line for every beat and every change; heart rates come with the beats."""
        for event in events:
            match event:
                case HeartRate():
                    self._bpm = event.bpm
                case Classification():
                    if self._named_by != (now := self._model()):
                        self._named_by = now
                        yield self._line(event.decided, f"model    {_model_words(now)}")
                    if self._every_beat:
                        yield self._line(event.beat.sample, self._beat(event))
                case Quality():
                    self._last_beat = None  # an interval across a break is no RR interval
                    self._signal = event.reason
                    yield self._line(event.decided, f"signal   {quality_words(event)}")
                case Rhythm() if not event.reason or event.reason != self._signal:
                    yield self._line(event.decided, f"rhythm   {_with_evidence(event)}")

    def summary(self, tally: Tally) -> Iterator[str]:
        """What was seen in all, in a few lines."""
        seconds = tally.signal.stop / self._info.rate_hz
        usable = tally.states.usable / max(1, tally.states.lasted.total())
        yield f"{self._mark}summary: {clock_time(seconds)} of signal, {usable:.1%} usable"
        yield f"{self._mark}  beats       {_beats(tally)}"
        yield f"{self._mark}  heart rate  {_rates(tally)}"
        for words, samples in tally.rhythms.lasted.most_common():
            share = samples / WORKING_RATE_HZ / seconds
            yield f"{self._mark}  rhythm      {words}, {share:.1%} of the time"

    def _line(self, sample: int, text: str) -> str:
        return f"{self._mark}{signal_time(sample)}  {text}"

    def _beat(self, named: Classification) -> str:
        sample, before = named.beat.sample, self._last_beat
        rr = "-----" if before is None else f"{(sample - before) / WORKING_RATE_HZ:5.3f}"
        rate = "---" if self._bpm is None else f"{self._bpm:3.0f}"
        is_news = named.reason and named.reason != self._why_unnamed  # not with every beat
        reason = f"   ({named.reason})" if is_news else ""
        pvcs = self._ventricular.add(named)
        burden = f"   PVC {pvcs}/min" if self._named_by else ""
        self._last_beat, self._why_unnamed = sample, named.reason
        return f"beat {named.symbol}   RR {rr} s   HR {rate} bpm{burden}{reason}"


def signal_time(sample: int) -> str:
    """Time since the signal began, as 00:01:02.345."""
    ms = round(sample * 1000 / WORKING_RATE_HZ)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _model_words(model: str | None) -> str:
    return f"beats named by {model}" if model else "beats not named"


def quality_words(quality: Quality) -> str:
    return wording.answer("ok", quality.reason)


def _with_evidence(rhythm: Rhythm) -> str:
    came_late = rhythm.decided - rhythm.sample >= WORKING_RATE_HZ
    since = f", since {signal_time(rhythm.sample)}" if came_late else ""
    return (
        wording.rhythm(rhythm.name, rhythm.reason)
        + since
        + "".join(f"; {said}" for said in rhythm.evidence)
    )


def _beats(tally: Tally) -> str:
    labels = ", ".join(f"{symbol} {count}" for symbol, count in sorted(tally.labels.items()))
    return f"{tally.beats}" + (f" ({labels})" if labels else "")


def _rates(tally: Tally) -> str:
    rates = tally.rates
    if not rates.shown:
        return "none could be given"
    return f"{rates.mean:.0f} bpm on average, from {rates.lowest:.0f} to {rates.highest:.0f}"
