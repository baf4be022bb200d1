"""Contact: OFF while no ECG can be there, SETTLING until the front end has recovered, then OK.

Judged every 50 ms from what is certain: the leads-off comparators, samples at the rails, missing
samples, a line without any life. A lost sample or two are no reason, a frame full of them is. A
rail is one when it is held for longer than a QRS can stay beyond it: tall R waves clip.
Until that is known, the report tells that it is being held.
"""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from ecg_device.signals import (
    WORKING_RATE_HZ,
    FloatArray,
    LeadBits,
    LeadState,
    Quality,
    Reason,
    SignalState,
    Span,
)

MISSING = 4  # flags of a sample, beside the two bits of LeadState
SATURATED = 8

FRAME = WORKING_RATE_HZ // 20  # samples judged together
_MOST_MISSING = 0.25  # share of a frame
_MOST_SATURATED = 0.9
_RAIL_FRAMES = 4  # at a rail on end: 194 ms at least, when even a wide QRS of 200 ms is back
_HELD_FRAMES = 2  # so long after its beginning most clipped waves are over
_STILL_MV = 0.004  # about one step of a 10-bit converter behind a gain of 1100
_FLAT_FRAMES = 40  # two seconds of stillness: any amplifier on a body is livelier
_SETTLED_FRAMES = 20  # at least so long after contact is back
_SETTLED_MV = 0.15  # by so much may the baseline's half-second median still move
_PATIENCE_FRAMES = 60  # by then a wandering line counts as settled: noise is judged elsewhere

_REASONS = {
    LeadState.RA_OFF: Reason.RA_OFF,
    LeadState.LA_OFF: Reason.LA_OFF,
    LeadState.CABLE_OFF: Reason.CABLE_OFF,
    MISSING: Reason.GAP,
    SATURATED: Reason.SATURATED,
}


@dataclass(frozen=True, slots=True)
class ContactReport:
    """What whole frames have shown: changes of state, and the spans where nothing may be read.

    `held` says at which working samples it became known that a rail is, or is no longer, held
    while that may still be a wave.
    """

    changes: list[Quality]
    unusable: list[Span]
    held: list[tuple[int, bool]] = field(default_factory=list)


class Contact:
    """The state machine, fed with working samples and a byte of flags for each."""

    def __init__(self) -> None:
        self._mv = np.zeros(0)
        self._flags = np.zeros(0, dtype=np.uint8)
        self._frame = 0  # the next frame's number
        self._state = SignalState.SETTLING
        self._reason = Reason.STARTING
        self._good_frames = 0  # since the last reason to be off
        self._still_frames = 0
        self._rail_frames = 0
        self._held = False
        self._levels: deque[float] = deque(maxlen=_SETTLED_FRAMES)
        self._report = ContactReport([Quality(0, 0, self._state, self._reason)], [])

    def feed(self, mv: FloatArray, flags: LeadBits) -> ContactReport:
        """Judge all whole frames; the samples of an unfinished one wait."""
        mv = np.concatenate((self._mv, mv))
        flags = np.concatenate((self._flags, flags))
        used = len(mv) // FRAME * FRAME
        self._mv, self._flags = mv[used:], flags[used:]
        self._judge(mv[:used].reshape(-1, FRAME), flags[:used].reshape(-1, FRAME))
        report, self._report = self._report, ContactReport([], [])
        return report

    def _judge(self, mv: FloatArray, flags: LeadBits) -> None:
        faults = _faults(flags)
        still = np.ptp(mv, axis=1) <= _STILL_MV if len(mv) else np.zeros(0, dtype=np.bool_)
        telling = np.flatnonzero((faults != 0) | still)
        at = 0
        while at < len(mv):
            if self._state is SignalState.OK:  # nothing to do until a frame tells something
                later = telling[np.searchsorted(telling, at) :]
                silent = (int(later[0]) if len(later) else len(mv)) - at
                if silent:
                    self._tell_held(False)
                    self._still_frames = self._rail_frames = 0
                self._frame += silent
                at += silent
                if at == len(mv):
                    break
            self._step(int(faults[at]), bool(still[at]), mv[at])
            at += 1

    def _step(self, fault: int, still: bool, mv: FloatArray) -> None:
        """Judge one frame; OK holds only from the next one on."""
        was_ok = self._state is SignalState.OK
        self._still_frames = self._still_frames + 1 if still else 0
        self._rail_frames = self._rail_frames + 1 if fault == SATURATED else 0
        may_be_a_wave = self._may_be_a_wave(fault)
        self._tell_held(may_be_a_wave and self._rail_frames >= _HELD_FRAMES)
        if may_be_a_wave:
            pass  # no reason to be off, nor a sign of being settled
        elif fault:
            self._enter(SignalState.OFF, _REASONS[fault])
        elif self._still_frames >= _FLAT_FRAMES:
            self._enter(SignalState.OFF, Reason.FLAT)
        elif self._state is not SignalState.OK and not still:
            self._settle(mv)
        if not (was_ok and self._state is SignalState.OK):
            self._add_span(self._frame * FRAME)
        self._frame += 1

    def _may_be_a_wave(self, fault: int) -> bool:
        """Whether a frame at a rail may yet turn out to be a beat's top; in OFF it is the fault."""
        short = self._rail_frames < _RAIL_FRAMES
        return fault == SATURATED and short and self._state is not SignalState.OFF

    def _tell_held(self, held: bool) -> None:
        if held is not self._held:
            self._held = held
            self._report.held.append((self._frame * FRAME + FRAME - 1, held))

    def _settle(self, mv: FloatArray) -> None:
        """Count good frames and watch the baseline until it has come to rest."""
        if self._state is SignalState.OFF:
            self._enter(SignalState.SETTLING, Reason.SETTLING)
        self._good_frames += 1
        self._levels.append(float(np.median(mv)))
        if self._good_frames < _SETTLED_FRAMES:
            return
        half = _SETTLED_FRAMES // 2
        levels = list(self._levels)
        moved = abs(float(np.median(levels[half:]) - np.median(levels[:half])))
        if moved < _SETTLED_MV or self._good_frames >= _PATIENCE_FRAMES:
            self._enter(SignalState.OK, Reason.NONE)

    def _enter(self, state: SignalState, reason: Reason) -> None:
        if state is SignalState.OFF:
            self._good_frames = 0
            self._levels.clear()
        if (state, reason) == (self._state, self._reason):
            return
        self._state, self._reason = state, reason
        start = self._frame * FRAME
        decided = start + FRAME - 1
        at = start + FRAME if state is SignalState.OK else start
        self._report.changes.append(Quality(at, decided, state, reason))

    def _add_span(self, start: int) -> None:
        spans = self._report.unusable
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], start + FRAME)
        else:
            spans.append((start, start + FRAME))


def _faults(flags: LeadBits) -> np.ndarray:
    """For each frame the fault that it shows: a LeadState, MISSING, SATURATED, or 0."""
    if not flags.any():
        return np.zeros(len(flags), dtype=np.uint8)
    leads = np.bitwise_or.reduce(flags & LeadState.CABLE_OFF, axis=1)
    missing = ((flags & MISSING) != 0).mean(axis=1) >= _MOST_MISSING
    saturated = ((flags & SATURATED) != 0).mean(axis=1) >= _MOST_SATURATED
    return np.where(leads, leads, np.where(missing, MISSING, np.where(saturated, SATURATED, 0)))
