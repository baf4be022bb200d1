"""What happened, folded into numbers as it happens: the same few numbers after a minute or a week.

The live summary and the report of a recording both come from here.
"""

import math
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from ecg_device.analysis import wording
from ecg_device.signals import (
    WORKING_RATE_HZ,
    Block,
    Classification,
    Event,
    HeartRate,
    Quality,
    Reason,
    Rhythm,
    SignalState,
)


@dataclass(slots=True)
class RateTally:
    """The heart rates shown: the mean is over time, as one rate comes out a second."""

    shown: int = 0
    lowest: float = math.inf
    highest: float = -math.inf
    total: float = 0.0
    withheld: Counter[Reason] = field(default_factory=Counter)

    def add(self, rate: HeartRate) -> None:
        if rate.bpm is None:
            self.withheld[rate.reason] += 1
            return
        self.shown += 1
        self.total += rate.bpm
        self.lowest = min(self.lowest, rate.bpm)
        self.highest = max(self.highest, rate.bpm)

    @property
    def mean(self) -> float:
        return self.total / self.shown if self.shown else math.nan


@dataclass(slots=True)
class GapTally:
    """Source samples that never came, as NaN or as a jump of the numbers; one gap is one run."""

    stop: int = 0  # source samples so far, the missing ones included
    missing: int = 0
    gaps: int = 0
    _open: bool = False

    def add(self, block: Block) -> None:
        jump = block.start - self.stop
        if len(block.mv) and math.isfinite(block.mv.sum()):  # nearly always: none is missing
            self.gaps += int(jump > 0 and not self._open)
            self.missing += jump
            self._open, self.stop = False, block.stop
            return
        absent = ~np.isfinite(block.mv)
        before = np.concatenate(([self._open or jump > 0], absent))[:-1]
        self.gaps += int(jump > 0 and not self._open) + int(np.count_nonzero(absent & ~before))
        self.missing += jump + int(np.count_nonzero(absent))
        self._open = bool(absent[-1]) if len(absent) else self._open or jump > 0
        self.stop = block.stop


@dataclass(slots=True)
class StateTally:
    """How long the signal was in each state, in working samples, and how often it came to it."""

    lasted: Counter[tuple[SignalState, Reason]] = field(default_factory=Counter)
    times: Counter[tuple[SignalState, Reason]] = field(default_factory=Counter)
    _state: tuple[SignalState, Reason] = (SignalState.SETTLING, Reason.STARTING)
    _since: int = 0

    def add(self, quality: Quality) -> None:
        state = (quality.state, quality.reason)
        if state != self._state:
            self.close(quality.sample)
            self._state = state

    def close(self, sample: int) -> None:
        """Count the present state up to `sample`."""
        if sample > self._since:
            self.lasted[self._state] += sample - self._since
            self.times[self._state] += 1
            self._since = sample

    @property
    def usable(self) -> int:
        """Working samples in which beats, rates and labels were let out."""
        return sum(n for (state, _), n in self.lasted.items() if state is SignalState.OK)


@dataclass(slots=True)
class RhythmTally:
    """How long each rhythm lasted, in working samples, by the words a user reads."""

    lasted: Counter[str] = field(default_factory=Counter)
    _name: str | None = None
    _since: int = 0

    def add(self, rhythm: Rhythm) -> None:
        self.close(rhythm.sample)
        self._name, self._since = wording.rhythm(rhythm.name, rhythm.reason), rhythm.sample

    def close(self, sample: int) -> None:
        if self._name is not None and sample > self._since:
            self.lasted[self._name] += sample - self._since
            self._since = sample


@dataclass(slots=True)
class Tally:
    """Everything counted about one signal; feed it blocks and events, then `close` it once."""

    signal: GapTally = field(default_factory=GapTally)
    states: StateTally = field(default_factory=StateTally)
    rates: RateTally = field(default_factory=RateTally)
    rhythms: RhythmTally = field(default_factory=RhythmTally)
    labels: Counter[str] = field(default_factory=Counter)
    unnamed: Counter[Reason] = field(default_factory=Counter)  # why beats have no label
    sure: Counter[str] = field(default_factory=Counter)  # beats that came with a confidence ...
    certainty: dict[str, float] = field(default_factory=dict)  # ... and the sum of it

    def add(self, event: Event) -> None:
        match event:
            case Classification():
                self._add_beat(event)
            case HeartRate():
                self.rates.add(event)
            case Quality():
                self.states.add(event)
            case Rhythm():
                self.rhythms.add(event)

    def confidence(self) -> dict[str, float]:
        """The mean confidence in each label, where the classifier gave one."""
        return {symbol: self.certainty[symbol] / n for symbol, n in sorted(self.sure.items())}

    def _add_beat(self, beat: Classification) -> None:
        self.labels[beat.symbol] += 1
        if beat.reason:
            self.unnamed[beat.reason] += 1
        if beat.confidence is not None:
            self.sure[beat.symbol] += 1
            self.certainty[beat.symbol] = self.certainty.get(beat.symbol, 0.0) + beat.confidence

    def close(self, rate_hz: float) -> None:
        """Count what still holds up to the end of the signal."""
        end = round(self.signal.stop * WORKING_RATE_HZ / rate_hz)
        self.states.close(end)
        self.rhythms.close(end)

    @property
    def beats(self) -> int:
        return self.labels.total()
