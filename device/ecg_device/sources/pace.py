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
        late_s = now - block_s / speed - begun if speed else 0.0
        late = math.ceil(late_s * rate_hz * speed - 1e-6) - 1 - block.start if speed else 0
        yield Taken(block, round(now * 1e9), min(max(late, 0), len(block.mv)))
