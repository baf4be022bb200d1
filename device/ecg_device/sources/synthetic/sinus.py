"""The sinus node with ectopic beats between its own."""

from collections.abc import Iterator
from itertools import cycle

import numpy as np

from ecg_device.sources.synthetic.heartbeat import (
    CONDUCTED_SYMBOLS,
    Beats,
    Carry,
    Heartbeat,
    Stretch,
    adapted_rr_s,
    conducted,
    ectopic_ventricular,
)
from ecg_device.sources.synthetic.scenario import Sinus
from ecg_device.sources.synthetic.tachogram import SinusNode

_REFRACTORY = 0.45  # of a cycle: a sinus impulse this soon after a ventricular beat is blocked


def sinus_beats(
    segment: Sinus, node: SinusNode, stretch: Stretch, carry: Carry, rng: np.random.Generator
) -> Beats:
    """Beat after beat until the stretch is over."""
    rhythm = _SinusRhythm(segment, node, stretch, carry, rng)
    for letter in _script(segment, rng):
        before = rhythm.carry
        beat = rhythm.beat(letter)
        if beat.at_s >= stretch.stop_s:
            return before
        yield beat
    raise AssertionError("a script has no end")


class _SinusRhythm:
    """Three origins of a beat, and what each does to the sinus node's clock."""

    def __init__(
        self,
        segment: Sinus,
        node: SinusNode,
        stretch: Stretch,
        carry: Carry,
        rng: np.random.Generator,
    ) -> None:
        self._segment, self._node, self._rng = segment, node, rng
        self._start_s = stretch.start_s
        self._last_s, self._due_s = carry.last_s, max(carry.due_s, stretch.start_s)
        self._rr_s = carry.rr_s

    @property
    def carry(self) -> Carry:
        return Carry(self._last_s, self._due_s)

    def beat(self, letter: str) -> Heartbeat:
        cycle_s = self._node.interval_s(self._last_s)
        early = self._segment.coupling * (1 + 0.015 * self._rng.standard_normal())
        premature_s = max(self._last_s + early * cycle_s, self._start_s)
        if letter in "VW":
            beat = self._ventricular(premature_s, letter, cycle_s)
        elif letter == "A":
            beat = self._atrial(premature_s)
        else:
            beat = self._sinus()
        self._last_s = beat.at_s
        return beat

    def _ventricular(self, at_s: float, focus: str, cycle_s: float) -> Heartbeat:
        """Leaves the node's clock alone, so that the pause after it is compensatory."""
        beat = ectopic_ventricular(at_s, focus, cycle_s, self._rng)
        while self._due_s < at_s + _REFRACTORY * cycle_s:
            self._due_s += self._node.interval_s(self._due_s)
        return beat

    def _atrial(self, at_s: float) -> Heartbeat:
        """Resets the node: the pause after it is hardly longer than a cycle."""
        conduction = self._segment.conduction
        beat = conducted(at_s, "A", conduction, "ectopic", self._rr_s, self._rng)
        self._due_s = at_s + 1.08 * self._node.interval_s(at_s)
        return beat

    def _sinus(self) -> Heartbeat:
        at_s, conduction = self._due_s, self._segment.conduction
        self._rr_s = adapted_rr_s(self._rr_s, at_s - self._last_s)
        self._due_s = at_s + self._node.interval_s(at_s)
        symbol = CONDUCTED_SYMBOLS[conduction]
        return conducted(at_s, symbol, conduction, "sinus", self._rr_s, self._rng)


def _script(segment: Sinus, rng: np.random.Generator) -> Iterator[str]:
    """Which beat comes next: the pattern, with single ectopic beats in place of its N."""
    for number, letter in enumerate(cycle(segment.pattern), start=1):
        chance = float(rng.random())
        if letter != "N":
            yield letter
        elif _turn(number, segment.pvc_every) or chance < segment.pvc_probability:
            yield "V"
        elif _turn(number, segment.pac_every) or chance > 1 - segment.pac_probability:
            yield "A"
        else:
            yield "N"


def _turn(number: int, every: int) -> bool:
    return every > 0 and number % every == 0
