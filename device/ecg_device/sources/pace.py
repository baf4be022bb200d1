"""Holding a recorded or simulated signal back to the pace of a real one."""

import time
from collections.abc import Callable, Iterable, Iterator

from ecg_device.signals import Block

LONGEST_SLEEP_S = 0.1  # so that a request to stop is heard in time at any speed


def paced(
    blocks: Iterable[Block],
    rate_hz: float,
    speed: float,
    stopped: Callable[[], bool] = lambda: False,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Block]:
    """Pass each block on when its last sample would have been taken, until `stopped()`.

    Every deadline counts from the first block, so errors do not add up; a consumer that fell
    behind gets what it missed at once, as from a converter. Speed 0 does not wait at all.
    """
    begun = clock()
    for block in blocks:
        due = begun + block.stop / rate_hz / speed if speed else begun
        while not stopped() and (early := due - clock()) > 0:
            sleep(min(early, LONGEST_SLEEP_S))
        if stopped():
            return
        yield block
