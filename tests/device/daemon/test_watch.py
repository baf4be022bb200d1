"""One opening of a source: every sample once to the store, with all that was found in it."""

import time
from itertools import pairwise

import numpy as np
import pytest

from ecg_device.alarms import Alarms, Limits
from ecg_device.daemon.batches import Batches
from ecg_device.daemon.watch import Watch
from ecg_device.live import Broadcast
from ecg_device.recordings import Finished
from ecg_device.signals import Block, Classification, SignalInfo
from ecg_device.sources.synthetic import SyntheticSource, load_scenario
from ecg_device.sources.wire import Taken
from ecg_device.store import Chunk


class Kept:
    """A watch, and what it handed over."""

    def __init__(self, info: SignalInfo) -> None:
        self.chunks: list[Chunk] = []
        self.finished: list[Finished] = []
        self.watch = Watch(
            info,
            "test",
            alarms=Alarms(Limits(), info.rate_hz),
            batches=Batches(Broadcast(), info.rate_hz, 1),
            keep=self.chunks.append,
            finished=self.finished.append,
        )

    @property
    def signal(self) -> np.ndarray:
        return np.concatenate([chunk.mv for chunk in self.chunks])


@pytest.mark.parametrize("rate_hz", [250.0, 360.0])
def test_signal_and_beats_arrive_once_and_in_place(rate_hz: float) -> None:
    """The chunks hold the source's samples to the bit, and each beat near one of its true ones."""
    source = SyntheticSource(load_scenario("sinus"), seed=2, rate_hz=rate_hz, block_s=0.08)
    kept, blocks, heard = Kept(source.info), [], 0
    for block in source.blocks():
        blocks.append(block)
        events = kept.watch.feed(Taken(block, time.monotonic_ns(), 0), None)
        heard += sum(isinstance(event, Classification) for event in events)
        if block.stop >= 30 * rate_hz:
            break
    heard += sum(isinstance(event, Classification) for event in kept.watch.finish())
    assert np.array_equal(kept.signal, np.concatenate([block.mv for block in blocks]))
    assert all(a.stop == b.start for a, b in pairwise(kept.chunks))
    beats = [beat.sample for chunk in kept.chunks for beat in chunk.beats]
    assert len(beats) == heard == len(set(beats)) > 30
    truth = np.array([beat.sample for beat in source.truth.beats if beat.is_beat])
    assert np.abs(np.array(beats)[:, None] - truth).min(axis=1).max() <= 0.02 * rate_hz


def test_a_note_is_kept_even_where_no_sample_ever_came() -> None:
    """Why a source failed before its first block stands in what is kept."""
    kept = Kept(SignalInfo("test", 360.0))
    kept.watch.note("technical", "the source hangs")
    kept.watch.finish()
    assert "the source hangs" in [event.text for one in kept.chunks for event in one.events]


def test_lost_samples_are_missing_not_shifted() -> None:
    """A second that never came: what follows keeps its numbers, and the gap is counted."""
    kept = Kept(SignalInfo("test", 360.0))
    for start in (*range(0, 720, 30), *range(1080, 1800, 30)):
        kept.watch.feed(Taken(Block(start, np.full(30, start / 1000)), 0, 0), None)
    kept.watch.finish()
    found = {}
    for chunk in kept.chunks:
        there = np.flatnonzero(~np.isnan(chunk.mv))
        found |= dict(zip((there + chunk.start).tolist(), chunk.mv[there].tolist(), strict=True))
    assert sorted(found) == [*range(720), *range(1080, 1800)]
    assert found[1080] == 1.08 and kept.watch.report(named=False)["sampling"]["missing"] == 360


def test_how_long_ago_is_counted_by_the_signal() -> None:
    """Half a second of samples after a sample it is half a second ago."""
    kept = Kept(SignalInfo("test", 200.0))
    kept.watch.feed(Taken(Block(0, np.zeros(300)), 0, 0), None)
    assert kept.watch.ns_since(200) == 500_000_000
