"""Taking an ECG: contact first, then seconds of signal, then the last beats' names."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ecg_device.errors import ConfigError
from ecg_device.recordings.advice import advice
from ecg_device.recordings.judging import judge
from ecg_device.recordings.result import Result
from ecg_device.recordings.take import Take
from ecg_device.signals import (
    WORKING_RATE_HZ,
    Block,
    Classification,
    Event,
    Quality,
    Reason,
    Rhythm,
    SignalInfo,
    SignalState,
)

LENGTHS_S = (10, 30)
GOOD_S = 1.0  # contact has held so long when a recording begins
PATIENCE_S = 20.0  # and is waited for so long
NAMED_S = 0.6  # the last beat is named so long after the recording's end


class Phase(StrEnum):
    """How far a recording is."""

    IDLE = "idle"
    CONTACT = "contact"
    RECORDING = "recording"
    NAMING = "naming"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """A recording that is complete, and what it shows."""

    take: Take
    result: Result


NOTHING_TAKEN: dict[str, object] = {  # as viewers get it before there ever was a signal
    "phase": str(Phase.IDLE),
    "seconds": 0,
    "elapsed_s": 0.0,
    "remaining_s": 0.0,
    "reason": "",
    "advice": "",
    "recording": None,
}


class Taker:
    """Takes one recording at a time from a signal that flows by.

    Blocks and the pipeline's events (in working samples, as they are) go in all the time. `model`
    is what names the beats, told in the result.
    """

    def __init__(self, info: SignalInfo) -> None:
        self.model: str | None = None
        self._info = info
        self._phase, self._seconds = Phase.IDLE, 0
        self._reason, self._recording = "", None  # type: str, int | None
        self._quality = Quality(0, 0, SignalState.SETTLING, Reason.STARTING)
        self._rhythm = Rhythm(0, 0, "INCONCLUSIVE", str(Reason.STARTING), (), Reason.STARTING)
        self._position = self._asked_at = self._start = 0  # source samples
        self._blocks: list[Block] = []
        self._events: list[Event] = []

    def ask(self, seconds: int) -> None:
        """Begin one of 10 or 30 s as soon as the contact is good."""
        if seconds not in LENGTHS_S or isinstance(seconds, bool):
            raise ConfigError(
                "length of a recording", expected="10 or 30 seconds", received=repr(seconds)[:40]
            )
        if self.busy:
            raise ConfigError(
                "a recording is being taken",
                remedy="wait until it is done, or cancel it",
            )
        self._phase, self._seconds = Phase.CONTACT, seconds
        self._reason, self._recording = "", None
        self._asked_at = self._position

    def cancel(self) -> None:
        """Give up what is being taken; nothing is kept."""
        if self.busy:
            self._phase = Phase.IDLE
            self._forget()

    def fail(self, reason: str) -> None:
        """The signal went away: what is being taken cannot be finished."""
        if self.busy:
            self._phase, self._reason = Phase.FAILED, reason
            self._forget()

    def kept(self, recording: int) -> None:
        """The recording just finished has this number in the store."""
        self._recording = recording

    @property
    def busy(self) -> bool:
        return self._phase in (Phase.CONTACT, Phase.RECORDING, Phase.NAMING)

    def feed(self, block: Block, events: Iterable[Event]) -> Finished | None:
        """The next block and what the pipeline made of it; the recording when it is complete."""
        self._position = max(self._position, block.stop)
        if self._phase in (Phase.RECORDING, Phase.NAMING):
            return self._record(block, events)
        for event in events:
            self._remember(event)
        if self._phase is Phase.CONTACT:
            self._check_contact()
        return None

    def finish(self) -> Finished | None:
        """The signal is over: a recording that lacks only names is finished without them."""
        if self._phase is Phase.NAMING:
            return self._finished()
        self.fail("the signal ended")
        return None

    def state(self) -> dict[str, object]:
        """As viewers get it."""
        elapsed_s = self._elapsed_s()
        reason = self._reason
        if self._phase is Phase.CONTACT:
            reason = str(self._quality.reason)
        return {
            "phase": str(self._phase),
            "seconds": self._seconds,
            "elapsed_s": round(elapsed_s, 1),
            "remaining_s": round(max(0.0, self._seconds - elapsed_s), 1) if self.busy else 0.0,
            "reason": reason,
            "advice": advice(reason),
            "recording": self._recording,
        }

    @property
    def _stop(self) -> int:
        """The source sample at which the recording ends."""
        return self._start + round(self._seconds * self._info.rate_hz)

    def _elapsed_s(self) -> float:
        if self._phase in (Phase.NAMING, Phase.DONE):
            return float(self._seconds)
        if self._phase is not Phase.RECORDING:
            return 0.0
        return min((self._position - self._start) / self._info.rate_hz, float(self._seconds))

    def _remember(self, event: Event) -> None:
        """The state of things, for the beginning of a recording."""
        if isinstance(event, Quality):
            self._quality = event
        elif isinstance(event, Rhythm):
            self._rhythm = event

    def _check_contact(self) -> None:
        now_s = self._position / self._info.rate_hz
        good_s = now_s - self._quality.sample / WORKING_RATE_HZ
        if self._quality.state is SignalState.OK and good_s >= GOOD_S:
            self._phase, self._start = Phase.RECORDING, self._position
            self._forget()
            self._events += [self._quality, self._rhythm]
        elif now_s - self._asked_at / self._info.rate_hz > PATIENCE_S:
            self.fail(str(self._quality.reason or Reason.SETTLING))

    def _record(self, block: Block, events: Iterable[Event]) -> Finished | None:
        if block.start < self._stop:
            self._blocks.append(block)
        for event in events:
            self._remember(event)
            self._events.append(event)
        if block.stop >= self._stop:
            self._phase = Phase.NAMING
        if block.stop < self._stop + NAMED_S * self._info.rate_hz:
            return None
        return self._finished()

    def _finished(self) -> Finished:
        take = self._take()
        self._phase = Phase.DONE
        self._forget()
        return Finished(take, judge(take))

    def _take(self) -> Take:
        mv = np.full(self._stop - self._start, np.nan)
        leads = None
        for block in self._blocks:
            low, high = block.start - self._start, min(block.stop, self._stop) - self._start
            mv[low:high] = block.mv[: high - low]
            if block.leads is not None:
                leads = np.zeros(len(mv), np.uint8) if leads is None else leads
                leads[low:high] = block.leads[: high - low]
        start, stop = (round(at * WORKING_RATE_HZ / self._info.rate_hz) for at in self._ends)
        heard = [event for event in self._events if _sample(event) < stop]
        return Take(
            info=self._info,
            seconds=self._seconds,
            start=self._start,
            stop=self._stop,
            mv=mv,
            leads=leads,
            qualities=tuple(event for event in heard if isinstance(event, Quality)),
            rhythms=tuple(event for event in heard if isinstance(event, Rhythm)),
            beats=tuple(
                event
                for event in heard
                if isinstance(event, Classification) and event.beat.sample >= start
            ),
            model=self.model,
        )

    @property
    def _ends(self) -> tuple[int, int]:
        return self._start, self._stop

    def _forget(self) -> None:
        self._blocks, self._events = [], []


def _sample(event: Event) -> int:
    return event.beat.sample if isinstance(event, Classification) else event.sample
