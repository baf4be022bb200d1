"""What every reader gives: one lead of a recording, delivered in blocks.

A `Recording` has the shape of a `Source`, so a file and a live converter look the same to the
pipeline. It holds no samples: each call of `blocks` reads the file anew.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

import numpy as np

from ecg_device.errors import FormatError
from ecg_device.signals import Block, SignalInfo

BLOCK_SECONDS = 60
SIMULATED_NOTE = "SIMULATED"  # in comments of files whose signal did not come from a person


class Recording(Protocol):
    """One lead of a file, in millivolts; NaN where a sample is missing."""

    @property
    def info(self) -> SignalInfo: ...

    @property
    def leads(self) -> tuple[str, ...]:
        """The names of all leads of the file, in its order."""
        ...

    def blocks(self, size: int | None = None) -> Iterator[Block]:
        """The lead from its beginning, `size` samples at a time (None: a minute).

        Raises FormatError on the way when the file proves damaged, at the very end when its
        checksum is wrong: publish nothing before the last block has come.
        """
        ...


def reblock(chunks: Iterable[Block], size: int) -> Iterator[Block]:
    """Cut and join chunks to blocks of `size`; a shorter one only before a gap and at the end."""
    if size < 1:
        raise FormatError("a block size is wrong", expected="1 or more", received=str(size))
    held: list[Block] = []
    count = 0
    for chunk in chunks:
        if held and chunk.start != held[-1].stop:
            yield _join(held)
            held, count = [], 0
        held.append(chunk)
        count += len(chunk.mv)
        if count >= size:
            whole, rest = _join(held), count % size
            for at in range(0, count - rest, size):
                yield _part(whole, at, at + size)
            held = [_part(whole, count - rest, count)] if rest else []
            count = rest
    if count:
        yield _join(held)


def minute_of(info: SignalInfo) -> int:
    """Samples in a block when nobody asked for a size."""
    return max(1, round(info.rate_hz * BLOCK_SECONDS))


def _join(parts: list[Block]) -> Block:
    if len(parts) == 1:
        return parts[0]
    leads = [part.leads for part in parts if part.leads is not None]
    return Block(
        parts[0].start,
        np.concatenate([part.mv for part in parts]),
        np.concatenate(leads) if leads else None,
    )


def _part(block: Block, begin: int, end: int) -> Block:
    leads = None if block.leads is None else block.leads[begin:end]
    return Block(block.start + begin, block.mv[begin:end], leads)
