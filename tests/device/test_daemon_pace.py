"""The pace of a replay: as a real source, by the clock, and ready to stop."""

from collections.abc import Iterator

import numpy as np
import pytest

from ecg_device.signals import Block
from ecg_device.sources.pace import paced

RATE_HZ = 100.0


class FakeTime:
    """A clock that only moves when somebody sleeps, or is slow."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def blocks(*spans: tuple[int, int]) -> Iterator[Block]:
    return (Block(start, np.zeros(stop - start)) for start, stop in spans)


@pytest.mark.parametrize("speed", [0.5, 1.0, 20.0])
def test_a_block_comes_when_its_last_sample_would_have(speed: float) -> None:
    """At speed v, sample n of a source at rate f is there n / f / v seconds after the start."""
    time = FakeTime()
    spans = [(0, 4), (4, 8), (8, 250), (250, 254)]
    stream = paced(blocks(*spans), RATE_HZ, speed, clock=time.clock, sleep=time.sleep)
    arrived = [time.now - 1000.0 for _ in stream]
    expected = [stop / RATE_HZ / speed for _, stop in spans]
    assert arrived == pytest.approx(expected)


def test_a_gap_takes_as_long_as_it_lasted() -> None:
    """Samples that never came still take their time: the next block is not early."""
    time = FakeTime()
    source = blocks((0, 10), (110, 120))
    assert len(list(paced(source, RATE_HZ, 1.0, clock=time.clock, sleep=time.sleep))) == 2
    assert time.now == pytest.approx(1001.2)


def test_a_slow_consumer_does_not_shift_the_schedule() -> None:
    """Half a second lost on the first block is won back, as with a converter that goes on."""
    time = FakeTime()
    for number, _ in enumerate(
        paced(blocks((0, 10), (10, 20), (20, 90)), RATE_HZ, 1.0, clock=time.clock, sleep=time.sleep)
    ):
        if number == 0:
            time.now += 0.5
    assert time.now == pytest.approx(1000.9)


def test_speed_zero_never_sleeps() -> None:
    """As fast as possible means no waiting at all."""
    time = FakeTime()
    assert len(list(paced(blocks((0, 500), (500, 900)), RATE_HZ, 0.0, sleep=time.sleep))) == 2
    assert time.slept == []


def test_a_request_to_stop_is_heard_within_a_moment() -> None:
    """A block that is due in an hour does not keep the appliance from stopping now."""
    time = FakeTime()
    stream = paced(
        blocks((0, 360_000)),
        RATE_HZ,
        1.0,
        lambda: time.now > 1001.0,
        clock=time.clock,
        sleep=time.sleep,
    )
    assert list(stream) == []
    assert time.now <= 1001.2
