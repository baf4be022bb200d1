"""One recording as it was taken: the signal, and what the pipeline said of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from ecg_device.signals import (
    WORKING_RATE_HZ,
    Classification,
    FloatArray,
    LeadBits,
    Quality,
    Rhythm,
    SignalInfo,
    SignalState,
    Span,
)

_State = TypeVar("_State", Quality, Rhythm)


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """`start` and `stop` count source samples; the events, as everywhere, working samples.

    The first quality and the first rhythm are those that held when the recording began.
    """

    info: SignalInfo
    seconds: int
    start: int
    stop: int
    mv: FloatArray  # NaN: missing
    leads: LeadBits | None
    qualities: tuple[Quality, ...]
    rhythms: tuple[Rhythm, ...]
    beats: tuple[Classification, ...]
    model: str | None = None  # what named the beats

    @property
    def span(self) -> Span:
        """The recording in working samples."""
        return self.working(self.start), self.working(self.stop)

    def working(self, sample: int) -> int:
        """The working sample of a source sample."""
        return round(sample * WORKING_RATE_HZ / self.info.rate_hz)

    def good(self) -> list[Span]:
        """Where the signal could be judged."""
        lasting = _lasting(self.qualities, self.span)
        return [span for quality, span in lasting if quality.state is SignalState.OK]

    def bad(self) -> dict[str, int]:
        """For how long it could not be, by reason; the longest first."""
        lasted: dict[str, int] = {}
        for quality, (start, stop) in _lasting(self.qualities, self.span):
            if quality.state is not SignalState.OK:
                reason = str(quality.reason)
                lasted[reason] = lasted.get(reason, 0) + stop - start
        return dict(sorted(lasted.items(), key=lambda item: -item[1]))

    def episodes(self) -> list[tuple[Rhythm, float]]:
        """The rhythms in their order, each with the seconds it lasted while the signal was good."""
        good = self.good()
        episodes = []
        for rhythm, (start, stop) in _lasting(self.rhythms, self.span):
            lasted = sum(max(0, min(stop, high) - max(start, low)) for low, high in good)
            episodes.append((rhythm, lasted / WORKING_RATE_HZ))
        return episodes

    def stretches(self) -> list[list[Classification]]:
        """The beats, cut where the signal was not good in between."""
        return [
            [beat for beat in self.beats if low <= beat.beat.sample < high]
            for low, high in self.good()
        ]

    def rr_s(self) -> list[float]:
        """The intervals between beats, none of them over bad signal."""
        return [
            (after.beat.sample - before.beat.sample) / WORKING_RATE_HZ
            for beats in self.stretches()
            for before, after in pairwise(beats)
        ]

    @property
    def usable(self) -> float:
        """The share of the recording that could be judged."""
        start, stop = self.span
        good = sum(high - low for low, high in self.good())
        return good / (stop - start) if stop > start else 0.0


def _lasting(states: Iterable[_State], span: Span) -> Iterator[tuple[_State, Span]]:
    """Each state with the part of `span` in which it held."""
    ordered = sorted(states, key=lambda state: state.sample)
    for at, state in enumerate(ordered):
        following = ordered[at + 1].sample if at + 1 < len(ordered) else span[1]
        start, stop = max(state.sample, span[0]), min(following, span[1])
        if start < stop:
            yield state, (start, stop)
