"""Write one lead as CSV: `time_s,value_mv`, and the leads-off pins where the source has them.

Missing samples inside a block are written as `nan`; a gap shows in the times.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np

from ecg_device.errors import FormatError
from ecg_device.formats.recording import SIMULATED_NOTE
from ecg_device.formats.replacing import replacing
from ecg_device.signals import Block, LeadState, SignalInfo

_ROWS = 10_000  # formatted at a time


def write_csv(path: str | Path, info: SignalInfo, blocks: Iterable[Block]) -> None:
    """Write all samples, whole or not at all; the first one is at 0 s."""
    path = Path(path)
    incoming = iter(blocks)
    first = next((block for block in incoming if len(block.mv)), None)
    if first is None:
        raise FormatError(f"{path}: nothing to write", expected="at least one sample")
    pins = first.leads is not None
    with replacing(path) as file:
        file.write(f"# {SIMULATED_NOTE}\n".encode() if info.simulated else b"")
        file.write(b"time_s,value_mv,lo_minus,lo_plus\n" if pins else b"time_s,value_mv\n")
        for block in chain([first], incoming):
            for text in _texts(block, block.start - first.start, info.rate_hz, pins):
                file.write(text.encode())


def _texts(block: Block, start: int, rate_hz: float, pins: bool) -> Iterator[str]:
    times = (start + np.arange(len(block.mv))) / rate_hz
    states = np.zeros(len(block.mv), dtype=np.uint8) if block.leads is None else block.leads
    for at in range(0, len(times), _ROWS):
        part = slice(at, at + _ROWS)
        rows = zip(times[part].tolist(), block.mv[part].tolist(), strict=True)
        if not pins:
            yield "".join(f"{time:.6f},{mv:.6f}\n" for time, mv in rows)
            continue
        off = [_PINS[state & LeadState.CABLE_OFF] for state in states[part].tolist()]
        yield "".join(
            f"{time:.6f},{mv:.6f},{pin}\n" for (time, mv), pin in zip(rows, off, strict=True)
        )


_PINS = {  # LO-, LO+
    LeadState.ATTACHED: "0,0",
    LeadState.RA_OFF: "1,0",
    LeadState.LA_OFF: "0,1",
    LeadState.CABLE_OFF: "1,1",
}
