"""Holding a recorded or simulated signal back to the pace of a real one."""

import math
import time
from collections.abc import Callable, Iterable, Iterator

from ecg_device.signals import Block
from ecg_device.sources.wire import Taken

ALIVE_EVERY_S = 0.5


def at_pace(
    blocks: Iterable[Block],
    rate_hz: float,
    speed: float,
    block_s: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Taken | None]:
    """Each block when its last sample would have been taken, and None while none is due for long.

    Every deadline counts from the first block, so errors do not add up. A sample is late when it
    comes out more than one block's length after its own time, which a sampler that keeps its
    deadlines never does: it holds a block's first sample back for less. Speed 0 does not wait, and
    nothing is late.
    """
    begun = clock()
    for block in blocks:
        due = begun + block.stop / rate_hz / speed if speed else begun
        while (early := due - clock()) > 0:
            sleep(min(early, ALIVE_EVERY_S))
            if early > ALIVE_EVERY_S:
                yield None
        now = clock()
        played_s = (now - begun) * speed
        yield Taken(block, round(now * 1e9), _late(block, played_s - block_s, rate_hz))


def _late(block: Block, signal_s: float, rate_hz: float) -> int:
    """How many of its samples were due before `signal_s` of signal."""
    on_time = math.ceil(signal_s * rate_hz - 1e-6) - 1  # sample n is due when n + 1 are over
    return min(max(on_time - block.start, 0), len(block.mv))
