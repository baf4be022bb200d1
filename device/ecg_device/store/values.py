"""What is handed to the store, and what it says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ecg_device.signals import FloatArray, LeadBits, SignalInfo

CHUNK_S = 0.85
"""How much signal one transaction holds.

A sample waits for its chunk to be full (0.85 s), for the block that fills it (0.09 s at most) and
for the commit (measured: README). Killed at any moment, the daemon so loses less than 1 s.
"""


class StoredBeat(NamedTuple):
    """A beat with its name, at its R in source samples."""

    sample: int
    symbol: str
    confidence: float | None
    reason: str
    amplitude_mv: float


class StoredEvent(NamedTuple):
    """What changed at `sample` and was known at `decided`, both in source samples.

    `kind` is quality, rhythm, alarm, technical, clock or model. The first two and `model` say
    what holds until the next one of their kind. The detail of a rhythm has `aux` and `name`.
    """

    sample: int
    decided: int
    kind: str
    text: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What is known of a session before its first sample."""

    signal: SignalInfo
    model: str | None
    software: str
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """A stretch of signal with all that was found meanwhile: stored together or not at all.

    Beats, events and rates may carry earlier sample numbers than `start`.
    """

    start: int
    mv: FloatArray  # NaN: that sample is missing
    leads: LeadBits | None
    taken_ns: int  # monotonic clock at the last sample
    wall_ns: int  # wall clock at the last sample, as it was set then
    late: int = 0  # samples that came later than they should
    beats: tuple[StoredBeat, ...] = ()
    events: tuple[StoredEvent, ...] = ()
    rates: tuple[tuple[int, float | None], ...] = ()  # (sample, bpm), one a second
    usable: int = 0  # samples in state ok

    @property
    def stop(self) -> int:
        return self.start + len(self.mv)

    @property
    def present(self) -> int:
        """How many samples are not missing."""
        return int(np.count_nonzero(~np.isnan(self.mv)))


@dataclass(frozen=True, slots=True, eq=False)
class KeptRecording:
    """An ECG that was taken, with its own copy of the signal: no session's end loses it."""

    session: int | None
    start: int
    taken_wall_ns: int  # wall clock at its first sample
    info: SignalInfo
    mv: FloatArray
    beats: tuple[StoredBeat, ...] = ()
    events: tuple[StoredEvent, ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StorageStatus:
    """How storing goes. `reason` is one line for people; empty where all is well."""

    storing: bool
    reason: str
    lost: int  # samples that could not be kept since the writer began
    waiting: int  # chunks not yet committed
    used_bytes: int
    quota_bytes: int
    free_bytes: int | None  # on the disk; None: not known
