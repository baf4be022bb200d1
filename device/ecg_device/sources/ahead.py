"""Blocks read ahead of their time."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from ecg_device.signals import Block


def ahead(blocks: Iterable[Block], count: int) -> Iterator[Block]:
    """The same blocks; while `count` of them are given out, a thread fetches as many more.

    Ten seconds of a synthetic signal are rendered at once, and a memory card may take a second
    over a read: neither makes a block late.
    """
    waiting = iter(blocks)

    def fetch() -> list[Block]:
        return list(islice(waiting, count))

    with ThreadPoolExecutor(1, "ahead") as thread:
        coming = thread.submit(fetch)
        while part := coming.result():
            coming = thread.submit(fetch)
            yield from part
