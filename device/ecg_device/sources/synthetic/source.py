"""The synthetic source: a scenario as a stream of blocks, or rendered as a whole."""

from collections.abc import Iterator

import numpy as np

from ecg_device.errors import SourceError
from ecg_device.signals import Block, BoolArray, FloatArray, LeadBits, SignalInfo
from ecg_device.sources.synthetic import front_end
from ecg_device.sources.synthetic.scenario import Scenario
from ecg_device.sources.synthetic.stream import Chunk, chunks
from ecg_device.sources.synthetic.truth import Truth

TRUTH_MEMORY_S = 3600.0  # of an endless run; a finite one keeps all


class SyntheticSource:
    """A simulated patient at an AD8232. The same seed and scenario give the same samples.

    Lost samples are NaN, or, where a dropout is `shown_as = "gap"`, left out: the next block's
    `start` jumps over them.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int = 0,
        rate_hz: float = 360.0,
        block_s: float = 0.04,
    ) -> None:
        _check(seed, rate_hz, block_s)
        self._scenario, self._seed, self._rate_hz = scenario, seed, float(rate_hz)
        self._block = max(round(block_s * rate_hz), 1)
        self._memory = _Memory(round(TRUTH_MEMORY_S * rate_hz) if scenario.repeat else None)

    @property
    def info(self) -> SignalInfo:
        samples = round(self._scenario.duration_s * self._rate_hz)
        return SignalInfo(
            name=self._scenario.name,
            rate_hz=self._rate_hz,
            simulated=True,
            rails_mv=(-front_end.RAIL_MV, front_end.RAIL_MV),
            samples=None if self._scenario.repeat else samples,
            band_hz=front_end.BAND_HZ if self._scenario.front_end else None,
        )

    @property
    def truth(self) -> Truth:
        """The truth about the samples delivered; of an endless run, what began in the last hour.

        `truth.since(sample)` gives what is new to a reader who asks again and again.
        """
        return self._memory.truth()

    def blocks(self) -> Iterator[Block]:
        """The signal from its beginning; each call starts anew."""
        self._memory.clear()
        position = 0
        for mv, leads, gap in self._slices():
            stop = position + len(mv)
            self._memory.deliver(mv)
            for low, high in _runs(~gap):
                yield Block(position + low, mv[low:high], leads[low:high])
            position = stop

    def _slices(self) -> Iterator[tuple[FloatArray, LeadBits, BoolArray]]:
        """Chunks regrouped into slices of the block's length, the last one shorter."""
        waiting: list[tuple[FloatArray, LeadBits, BoolArray]] = []
        ready = 0
        for chunk in chunks(self._scenario, self._seed, self._rate_hz):
            self._memory.add(chunk)
            waiting.append((chunk.mv, chunk.leads, chunk.gap))
            ready += len(chunk.mv)
            if ready < self._block:
                continue
            mv, leads, gap = (np.concatenate(part) for part in zip(*waiting, strict=True))
            for low in range(0, ready - self._block + 1, self._block):
                part = slice(low, low + self._block)
                yield mv[part], leads[part], gap[part]
            rest = slice(ready - ready % self._block, ready)
            waiting, ready = [(mv[rest], leads[rest], gap[rest])], ready % self._block
        if ready:
            mv, leads, gap = (np.concatenate(part) for part in zip(*waiting, strict=True))
            yield mv, leads, gap


def render(
    scenario: Scenario, seed: int = 0, rate_hz: float = 360.0
) -> tuple[FloatArray, LeadBits, Truth]:
    """One lap of a scenario: millivolts (NaN where lost), leads-off bits, and the whole truth."""
    _check(seed, rate_hz, 1.0)
    total = round(scenario.duration_s * rate_hz)
    memory, parts, made = _Memory(None), [], 0
    for chunk in chunks(scenario, seed, float(rate_hz)):
        parts.append(chunk)
        memory.add(chunk)
        made += len(chunk.mv)
        if made >= total:
            break
    mv = np.concatenate([chunk.mv for chunk in parts])[:total]
    memory.deliver(mv)
    return mv, np.concatenate([chunk.leads for chunk in parts])[:total], memory.truth()


class _Memory:
    """The truth chunk by chunk, no older than it may become."""

    def __init__(self, keep: int | None) -> None:
        self._keep = keep
        self.clear()

    def clear(self) -> None:
        self._delivered = self._lost = 0
        self._made = 0
        self._parts: list[tuple[int, Truth]] = []

    def add(self, chunk: Chunk) -> None:
        self._made += len(chunk.mv)
        self._parts.append((self._made, chunk.truth))
        if self._keep is not None:
            oldest = self._made - self._keep
            self._parts = [(stop, part) for stop, part in self._parts if stop > oldest]

    def deliver(self, mv: FloatArray) -> None:
        """These samples are the reader's now, and with them their truth."""
        self._delivered += len(mv)
        self._lost += int(np.count_nonzero(np.isnan(mv)))

    def truth(self) -> Truth:
        parts = [part for _, part in self._parts]
        stop = self._delivered
        return Truth(
            tuple(beat for part in parts for beat in part.beats if beat.sample < stop),
            tuple(rhythm for part in parts for rhythm in part.rhythms if rhythm.sample < stop),
            tuple(fault for part in parts for fault in part.faults if fault.start < stop),
            self._lost,
        )


def _runs(kept: BoolArray) -> Iterator[tuple[int, int]]:
    """Where the stretches of True begin and end."""
    if kept.all():
        yield 0, len(kept)
        return
    edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _check(seed: int, rate_hz: float, block_s: float) -> None:
    if seed < 0:
        raise SourceError("synthetic seed", expected="zero or more", received=str(seed))
    if not 100 <= rate_hz <= 1000:
        raise SourceError("synthetic rate", expected="100 to 1000 Hz", received=f"{rate_hz:g} Hz")
    if not 0 < block_s <= 3600:
        raise SourceError("synthetic block", expected="0 to 3600 s", received=f"{block_s:g} s")
