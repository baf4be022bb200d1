"""What a synthetic signal really holds, in source sample numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrueBeat:
    """A beat annotation: the QRS peak as sampled, and its WFDB symbol.

    `[` and `]` enclose ventricular fibrillation and `!` marks each of its waves; these are not
    beats. `seen` is False where electrode, rail or a lost sample hides it.
    """

    sample: int
    symbol: str
    seen: bool = True

    @property
    def is_beat(self) -> bool:
        return self.symbol not in "[]!"


@dataclass(frozen=True, slots=True)
class TrueRhythm:
    """From `sample` on the rhythm is `aux` (a WFDB rhythm string)."""

    sample: int
    aux: str


@dataclass(frozen=True, slots=True)
class TrueFault:
    """A fault over `start <= sample < stop`; `stop` None: to the end of the signal.

    `kind` is the scenario's word, or `settling` after a lead-off or a saturation. `detail` is the
    electrode, the rail, or how lost samples are shown.
    """

    start: int
    stop: int | None
    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """Annotations in order of their samples, and how many samples were lost."""

    beats: tuple[TrueBeat, ...] = ()
    rhythms: tuple[TrueRhythm, ...] = ()
    faults: tuple[TrueFault, ...] = ()
    lost_samples: int = 0

    @property
    def r_samples(self) -> tuple[int, ...]:
        """Every heartbeat's sample, whether it can be seen or not."""
        return tuple(beat.sample for beat in self.beats if beat.is_beat)

    def since(self, sample: int) -> "Truth":
        """The beats, rhythm changes and faults that begin at `sample` or later."""
        return Truth(
            tuple(beat for beat in self.beats if beat.sample >= sample),
            tuple(rhythm for rhythm in self.rhythms if rhythm.sample >= sample),
            tuple(fault for fault in self.faults if fault.start >= sample),
            self.lost_samples,
        )
