"""When a paced block counts as late, and what is said while none is due."""

from collections.abc import Iterator

import numpy as np
import pytest

from ecg_device.signals import Block
from ecg_device.sources.ahead import ahead
from ecg_device.sources.pace import at_pace
from ecg_device.sources.wire import Taken

RATE_HZ = 100.0
BLOCK_S = 0.1


class FakeTime:
    """A clock that moves when somebody sleeps, or is slow."""

    def __init__(self) -> None:
        self.now = 1000.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def blocks(*spans: tuple[int, int]) -> Iterator[Block]:
    return (Block(start, np.zeros(stop - start)) for start, stop in spans)


def played(time: FakeTime, source: Iterator[Block], speed: float = 1.0) -> Iterator[Taken | None]:
    return at_pace(source, RATE_HZ, speed, BLOCK_S, clock=time.clock, sleep=time.sleep)


@pytest.mark.parametrize("speed", [0.5, 1.0, 4.0])
def test_a_block_is_taken_when_its_last_sample_is_due(speed: float) -> None:
    """Sample n of a signal at rate f and speed v is over n / f / v seconds after the start."""
    time = FakeTime()
    taken = [one for one in played(time, blocks((0, 10), (10, 20), (20, 25)), speed) if one]
    due_s = [stop / RATE_HZ / speed for stop in (10, 20, 25)]
    assert [one.taken_ns / 1e9 - 1000 for one in taken] == pytest.approx(due_s)
    assert [one.late for one in taken] == [0, 0, 0]


@pytest.mark.parametrize(
    ("delay_s", "late"), [(0.0, 0), (0.009, 0), (0.015, 1), (0.055, 5), (0.095, 9), (0.3, 10)]
)
def test_late_are_the_samples_out_more_than_a_block_after_their_time(
    delay_s: float, late: int
) -> None:
    """In a block of ten, its k-th sample waits for (9 - k) others: 10 ms each, 100 allowed."""
    time = FakeTime()
    stream = played(time, blocks((0, 10), (10, 20), (20, 30)))
    next(stream)
    time.now += 0.1 + delay_s  # the sampler was not given the processor
    assert next(stream).late == late


def test_lateness_is_made_up_for() -> None:
    """After half a second without the processor the schedule is the old one again."""
    time = FakeTime()
    counts = []
    for number, one in enumerate(played(time, blocks(*((k, k + 10) for k in range(0, 200, 10))))):
        counts.append(one.late)
        if number == 4:
            time.now += 0.5
    assert sum(counts[:5]) == 0 and sum(counts[5:9]) > 0 and sum(counts[10:]) == 0
    assert time.now == pytest.approx(1002.0)


def test_a_long_wait_is_not_taken_for_death() -> None:
    """Over a gap of ten seconds a sign of life comes at least every half second."""
    time = FakeTime()
    heard, last = [], time.now
    for one in played(time, blocks((0, 10), (1010, 1020))):
        heard.append(time.now - last)
        last = time.now
        kind = one
    assert max(heard) <= 0.5 + 1e-9
    assert kind.block.start == 1010 and time.now == pytest.approx(1010.2)


def test_without_a_pace_nothing_waits_and_nothing_is_late() -> None:
    """Speed 0: as fast as it is read."""
    time = FakeTime()
    assert [one.late for one in played(time, blocks((0, 10), (10, 5000)), speed=0)] == [0, 0]
    assert time.now == 1000.0


@pytest.mark.parametrize("count", [1, 3, 100])
def test_reading_ahead_changes_nothing(count: int) -> None:
    """The same blocks in the same order, however many are fetched at once."""
    expected = list(blocks(*((k, k + 7) for k in range(0, 140, 7))))
    assert list(ahead(iter(expected), count)) == expected
    assert list(ahead(iter([]), count)) == []


def test_what_breaks_a_source_comes_after_its_last_sound_part() -> None:
    """An error met by the thread that reads ahead is raised where the signal is used."""

    def breaking() -> Iterator[Block]:
        yield from blocks((0, 5), (5, 10))
        raise OSError("the card is gone")

    stream = ahead(breaking(), 2)
    assert [next(stream).start, next(stream).start] == [0, 5]
    with pytest.raises(OSError, match="gone"):
        next(stream)
