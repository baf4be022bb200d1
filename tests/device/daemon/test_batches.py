"""The live messages: what was sampled, exactly, in few enough messages."""

import json
import math

import numpy as np
import pytest

from ecg_device.daemon.batches import LONGEST_S, Batches
from ecg_device.live import Broadcast
from ecg_device.signals import Block
from ecg_device.sources.wire import Taken
from ecg_device.store import StoredBeat

RATE_HZ = 250.0


def heard(broadcast: Broadcast) -> list[dict]:
    news = next(broadcast.follow(0, heartbeat_s=0.01)) or []
    return [json.loads(message.data) for message in news]


def taken(start: int, mv, leads=None, late: int = 0) -> Taken:
    return Taken(Block(start, np.asarray(mv, float), leads), 0, late)


@pytest.fixture
def broadcast() -> Broadcast:
    return Broadcast()


def test_samples_are_whole_microvolts_and_missing_ones_null(broadcast: Broadcast) -> None:
    """0.7654 mV is 765 uV; NaN, and what a jump of the numbers leaves out, are null."""
    batches = Batches(broadcast, RATE_HZ, epoch=3)
    batches.add(taken(100, [0.7654, math.nan, -1.5]))
    batches.add(taken(105, [0.0], np.array([1], np.uint8), late=1))
    batches.publish(session=7)
    (message,) = heard(broadcast)
    assert message["uv"] == [765, None, -1500, None, None, 0]
    assert (message["start"], message["epoch"], message["session"]) == (100, 3, 7)
    assert (message["leads"], message["late"], message["seq"]) == (1, 1, 0)


def test_nothing_is_told_twice(broadcast: Broadcast) -> None:
    """What one message told, the next one does not."""
    batches = Batches(broadcast, RATE_HZ, epoch=1)
    batches.add(taken(0, [1.0]))
    batches.beat(StoredBeat(0, "V", 0.91234, "", 1.0))
    batches.publish(None)
    assert not batches.waits()
    batches.add(taken(1, [2.0]))
    batches.publish(None)
    first, second = heard(broadcast)
    assert first["beats"] == [{"sample": 0, "symbol": "V", "confidence": 0.912, "reason": ""}]
    assert (second["start"], second["uv"], second["beats"]) == (1, [2000], [])


def test_a_signal_far_above_real_time_is_thinned_to_its_newest_part(broadcast: Broadcast) -> None:
    """A minute at once: only the last seconds are shown, at their own numbers."""
    batches = Batches(broadcast, RATE_HZ, epoch=1)
    for start in range(0, 15_000, 1000):
        batches.add(taken(start, np.arange(start, start + 1000) / 1000))
    batches.publish(None)
    (message,) = heard(broadcast)
    assert len(message["uv"]) == LONGEST_S * RATE_HZ
    assert message["uv"][-1] == 14_999
    assert message["start"] == 15_000 - len(message["uv"]) == message["uv"][0]


def test_messages_keep_their_distance(broadcast: Broadcast) -> None:
    """Right after a message none is due, however much has come."""
    batches = Batches(broadcast, RATE_HZ, epoch=1)
    batches.add(taken(0, [1.0]))
    assert batches.due()
    batches.publish(None)
    batches.add(taken(1, [1.0]))
    assert batches.waits() and not batches.due()
