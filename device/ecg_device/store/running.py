"""The session being written, as it was last committed: each commit makes a new one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ecg_device.store.scale import uv_per_lsb
from ecg_device.store.values import Chunk, SessionInfo, StoredEvent

CARRIED = ("quality", "rhythm", "model")  # kinds that hold until the next one
NS_PER_S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The rhythm that holds, and from where on."""

    aux: str
    name: str
    since: int


@dataclass(frozen=True, slots=True)
class Running:
    """A session and where it stands."""

    id: int
    info: SessionInfo
    origin_taken_ns: int
    origin_wall_ns: int
    first: int
    stop: int
    bytes: int = 0
    step_us: int = 0  # how far the wall clock was set since the session began
    rhythm: Rhythm | None = None
    holding: Mapping[str, StoredEvent] = field(default_factory=dict)  # the last of each kind
    before: int | None = None  # the session that this one continues

    @property
    def rate_hz(self) -> float:
        return self.info.signal.rate_hz

    @property
    def uv_per_lsb(self) -> float:
        return uv_per_lsb(self.info.signal)

    @property
    def seconds(self) -> float:
        return (self.stop - self.first) / self.rate_hz

    def taken_us(self, chunk: Chunk) -> int:
        return (chunk.taken_ns - self.origin_taken_ns) // 1000

    def step_at(self, chunk: Chunk) -> int:
        wall_us = (chunk.wall_ns - self.origin_wall_ns) // 1000
        return wall_us - self.taken_us(chunk)


def origins(info: SessionInfo, chunk: Chunk) -> tuple[int, int]:
    """Both clocks at the first sample of a session's first chunk."""
    length_ns = round(len(chunk.mv) / info.signal.rate_hz * NS_PER_S)
    return chunk.taken_ns - length_ns, chunk.wall_ns - length_ns


def holding_after(
    holding: Mapping[str, StoredEvent], events: tuple[StoredEvent, ...]
) -> dict[str, StoredEvent]:
    """What holds once these events have come."""
    return {**holding, **{event.kind: event for event in events if event.kind in CARRIED}}


def carried(holding: Mapping[str, StoredEvent], sample: int) -> tuple[StoredEvent, ...]:
    """What held before, said again from `sample` on, for a session or after a gap to begin with."""
    return tuple(
        event._replace(sample=max(event.sample, sample), decided=max(event.decided, sample))
        for event in holding.values()
    )
