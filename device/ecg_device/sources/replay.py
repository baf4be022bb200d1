"""A recording played as a source: marked SIMULATED, for nobody wears the electrodes now."""

from collections.abc import Iterator
from dataclasses import replace

from ecg_device.formats import Recording
from ecg_device.signals import Block, SignalInfo

BLOCK_SECONDS = 0.04


class ReplaySource:
    """Gives out a recording in the small blocks of a live converter; who plays it sets the pace."""

    def __init__(self, recording: Recording, block_seconds: float = BLOCK_SECONDS) -> None:
        self.info: SignalInfo = replace(recording.info, simulated=True)
        self._recording = recording
        self._size = max(1, round(recording.info.rate_hz * block_seconds))

    def blocks(self) -> Iterator[Block]:
        """The recording from its beginning."""
        return self._recording.blocks(self._size)
