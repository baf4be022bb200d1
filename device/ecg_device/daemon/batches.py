"""The live stream as the page takes it: a handful of messages a second, made once for all."""

import json
import time

import numpy as np

from ecg_device.daemon.chunks import wall_ns_of
from ecg_device.daemon.translation import live_beat, live_event
from ecg_device.live import Broadcast
from ecg_device.signals import Block
from ecg_device.sources.wire import Taken
from ecg_device.store import StoredBeat, StoredEvent

PERIOD_S = 0.06  # every block, at 90 ms: 11 messages a second
LONGEST_S = 2.0  # of signal in a message; more comes only far above real time, and is left out


def encoded(message: dict[str, object]) -> bytes:
    return json.dumps(message, separators=(",", ":"), allow_nan=False).encode()


class Batches:
    """Publishes what came since the last message. `epoch` counts the openings of the source."""

    def __init__(self, broadcast: Broadcast, rate_hz: float, epoch: int) -> None:
        self._broadcast = broadcast
        self._rate_hz = rate_hz
        self._epoch = epoch
        self._blocks: list[Block] = []
        self._beats: list[StoredBeat] = []
        self._events: list[StoredEvent] = []
        self._late = 0
        self._taken_ns = 0
        self._next_s = 0.0

    def add(self, taken: Taken) -> None:
        if len(taken.block.mv):
            self._blocks.append(taken.block)
        self._late += taken.late
        self._taken_ns = taken.taken_ns

    def beat(self, beat: StoredBeat) -> None:
        self._beats.append(beat)

    def event(self, event: StoredEvent) -> None:
        self._events.append(event)

    def waits(self) -> bool:
        return bool(self._blocks)

    def due(self) -> bool:
        return self.waits() and time.monotonic() >= self._next_s

    def publish(self, session: int | None) -> None:
        """Send what has come; a gap in the middle of a message is missing samples."""
        self._next_s = time.monotonic() + PERIOD_S
        start, microvolts = self._joined()
        message: dict[str, object] = {
            "seq": self._broadcast.next_seq,
            "epoch": self._epoch,
            "session": session,
            "start": start,
            "rate_hz": self._rate_hz,
            "uv": microvolts,
            "leads": self._leads(),
            "taken_ms": wall_ns_of(self._taken_ns) // 1_000_000,
            "late": self._late,
            "beats": [live_beat(beat) for beat in self._beats],
            "events": [live_event(event) for event in self._events],
        }
        self._broadcast.publish("batch", encoded(message))
        self._blocks, self._beats, self._events, self._late = [], [], [], 0

    def _joined(self) -> tuple[int, list[int | None]]:
        """The newest samples as whole microvolts, None where one is missing."""
        stop = self._blocks[-1].stop
        start = max(self._blocks[0].start, stop - round(LONGEST_S * self._rate_hz))
        joined: list[int | None] = [None] * (stop - start)
        for block in self._blocks:
            mv = block.mv[max(0, start - block.start) :]
            at = max(block.start, start) - start
            joined[at : at + len(mv)] = _microvolts(mv)
        return start, joined

    def _leads(self) -> int | None:
        leads = self._blocks[-1].leads
        return None if leads is None else int(leads[-1])


def _microvolts(mv: np.ndarray) -> list[int | None]:
    values = np.rint(mv * 1000.0)
    if np.isfinite(values).all():
        whole: list[int | None] = values.astype(int).tolist()
        return whole
    return [int(value) if np.isfinite(value) else None for value in values]
