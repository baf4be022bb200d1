"""The stream cut for the store: every sample once, at its number, whatever the blocks."""

import itertools
import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecg_device.daemon.chunks import Chunks, wall_ns_of
from ecg_device.signals import Block
from ecg_device.sources.wire import Taken
from ecg_device.store import CHUNK_S, Chunk, StoredBeat, StoredEvent

RATE_HZ = 100.0


def cut(chunks: Chunks, blocks: list[Block], usable: bool = True) -> list[Chunk]:
    done = []
    for at, block in enumerate(blocks):
        done += chunks.add(Taken(block, at, 0), usable)
    return done + chunks.rest()


def played(sizes: list[tuple[int, int]]) -> list[Block]:
    """Blocks of so many samples after gaps of so many; each sample's value is its number."""
    blocks, stop = [], 0
    for gap, size in sizes:
        start = stop + gap
        stop = start + size
        blocks.append(Block(start, np.arange(start, stop, dtype=float)))
    return blocks


@given(st.lists(st.tuples(st.sampled_from([0, 0, 0, 1, 40, 500]), st.integers(0, 250))))
def test_every_sample_is_kept_once_at_its_number(sizes: list[tuple[int, int]]) -> None:
    """Put together again, the chunks hold each sample at its own number and nothing else."""
    blocks = played(sizes)
    chunks = cut(Chunks(RATE_HZ), blocks)
    kept: dict[int, float] = {}
    for chunk in chunks:
        present = np.flatnonzero(~np.isnan(chunk.mv))
        kept.update(zip(present + chunk.start, chunk.mv[present], strict=True))
    expected = np.concatenate([block.mv for block in blocks] or [np.empty(0)])
    assert kept == {int(value): value for value in expected}
    assert all(a.stop <= b.start for a, b in itertools.pairwise(chunks))


def test_a_chunk_is_no_longer_than_what_may_be_lost() -> None:
    """Blocks of 40 ms: a chunk is complete with the block that fills it, 0.04 s late at most."""
    chunks = cut(Chunks(RATE_HZ), played([(0, 4)] * 250))
    lengths = [len(chunk.mv) / RATE_HZ for chunk in chunks]
    assert max(lengths) < CHUNK_S + 0.04
    assert min(lengths[:-1]) >= CHUNK_S


def test_what_was_found_goes_with_the_signal_it_came_with() -> None:
    """Beats, events, rates and late samples leave in the chunk during which they were known."""
    chunks = Chunks(RATE_HZ)
    first, second = played([(0, 90), (0, 90)])
    chunks.beat(StoredBeat(10, "N", 0.9, "", 1.0))
    chunks.rate(0, 72.0)
    (one,) = chunks.add(Taken(first, 5, 3), usable=True)
    chunks.event(StoredEvent(95, 99, "rhythm", "sinus rhythm", {}))
    (two,) = chunks.add(Taken(second, 6, 0), usable=False)
    assert [beat.sample for beat in one.beats] == [10] and one.rates == ((0, 72.0),)
    assert (one.late, one.usable, one.taken_ns) == (3, 90, 5)
    assert (two.beats, two.late, two.usable) == ((), 0, 0)
    assert [event.text for event in two.events] == ["sinus rhythm"]
    assert chunks.rest() == []


def test_what_is_found_after_the_last_sample_is_not_lost() -> None:
    """A beat named when the signal has ended comes in a chunk without samples, at its end."""
    chunks = Chunks(RATE_HZ)
    chunks.add(Taken(played([(0, 90)])[0], 5, 0), usable=True)
    chunks.beat(StoredBeat(60, "V", 0.8, "", 1.0))
    (rest,) = chunks.rest()
    assert (rest.start, len(rest.mv)) == (90, 0)
    assert [beat.symbol for beat in rest.beats] == ["V"]


def test_leads_stay_with_their_samples() -> None:
    """An electrode off in the middle of a chunk is off just there."""
    chunks = Chunks(RATE_HZ)
    leads = [np.full(30, bits, np.uint8) for bits in (0, 1, 0)]
    blocks = [Block(30 * at, np.zeros(30), bits) for at, bits in enumerate(leads)]
    (chunk,) = cut(chunks, blocks)
    assert chunk.leads.tolist() == [0] * 30 + [1] * 30 + [0] * 30


def test_the_wall_clock_is_read_as_it_is_set() -> None:
    """A moment of the monotonic clock lies as far back on the wall clock."""
    then = time.monotonic_ns() - 5_000_000_000
    assert abs(time.time_ns() - wall_ns_of(then) - 5_000_000_000) < 50_000_000
