"""A recording as a source."""

from pathlib import Path

import numpy as np

from ecg_device.formats import open_recording, write_wfdb
from ecg_device.signals import Block, SignalInfo
from ecg_device.sources import Source
from ecg_device.sources.replay import ReplaySource


def test_a_replayed_recording_says_simulated(tmp_path: Path) -> None:
    """Everything but that flag is the recording's own, in blocks of 40 ms (14 samples of 360)."""
    mv = np.arange(1000) / 1000
    write_wfdb(tmp_path / "r", SignalInfo("s", 360, lead="II"), [Block(0, mv)])
    recording = open_recording(tmp_path / "r")
    source: Source = ReplaySource(recording)
    assert source.info.simulated
    assert not recording.info.simulated
    assert (source.info.name, source.info.lead, source.info.samples) == ("r", "II", 1000)
    blocks = list(source.blocks())
    assert [len(block.mv) for block in blocks[:-1]] == [14] * 71
    np.testing.assert_array_equal(np.concatenate([block.mv for block in blocks]), mv)
    assert len(next(ReplaySource(recording, block_seconds=1).blocks()).mv) == 360
