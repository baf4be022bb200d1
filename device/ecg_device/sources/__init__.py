"""Where samples come from: one module a source, chosen by name.

A source has `info` and yields `Block`s in order; a recorded file and a live converter look the
same to the pipeline. In the running appliance it lives in a process of its own:

    sampled  --order-->  sampler
    (in the     |           opening -> the source -> ahead -> pace
    daemon)  <--wire--      which one                read     when its samples are due
"""

from collections.abc import Iterator
from typing import Protocol

from ecg_device.signals import Block, SignalInfo


class Source(Protocol):
    """Anything that delivers one lead of ECG in millivolts."""

    @property
    def info(self) -> SignalInfo: ...

    def blocks(self) -> Iterator[Block]: ...
