"""The sampler: a process with nothing in it but a source and its clock.

`python -m ecg_device.sources.sampler` reads its order, one line of JSON, from standard input and
writes frames (`wire`) to standard output: what the signal is, then its blocks as they come, then
an end or an error. It is a process of its own because neither a page nor a classifier may ever
move a sample: whatever holds Python's lock in the appliance does not hold it here.
"""

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Iterator

from ecg_device.errors import EcgDeviceError
from ecg_device.intake import to_the_end
from ecg_device.sources.ahead import ahead
from ecg_device.sources.opening import open_source
from ecg_device.sources.order import Order
from ecg_device.sources.pace import at_pace
from ecg_device.sources.wire import Message, Sign, encode

_AHEAD_S = 1.0
_MOST_AHEAD = 250  # blocks, whatever the speed
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Sample until the source ends, or nobody listens any more."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # they reach the whole group; the parent decides
    die_with_the_parent()
    out = private_output()
    order = sys.stdin.buffer.readline()
    try:
        for message in messages(order):
            write(out, encode(message))
    except BrokenPipeError:
        return  # the appliance is gone
    except EcgDeviceError as error:
        write_if_heard(out, error)


def messages(line: bytes) -> Iterator[Message]:
    """All that the sampler says about the signal it was ordered to sample."""
    order = Order.read(line)
    source = open_source(order.source, order.scenario, order.seed, block_s=order.block_s)
    info = source.info
    yield info
    settle_memory()
    blocks = to_the_end(source.blocks(), info.samples)
    if order.speed:
        blocks = ahead(
            blocks, min(max(1, round(_AHEAD_S * order.speed / order.block_s)), _MOST_AHEAD)
        )
    for taken in at_pace(blocks, info.rate_hz, order.speed, order.block_s):
        yield Sign.ALIVE if taken is None else taken
    yield Sign.END


def die_with_the_parent() -> None:
    """Ask Linux for SIGKILL when the parent dies; elsewhere the broken pipe tells, a block later.

    The kernel means the parent's thread: who starts a sampler must do so from a thread that lives.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def private_output() -> int:
    """The pipe to the appliance; what a driver prints goes to standard error instead."""
    pipe = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe


def settle_memory() -> None:
    """No collection of garbage ever interrupts sampling; the sources make none that is cyclic."""
    gc.collect()
    gc.freeze()
    gc.disable()


def write(out: int, frame: bytes) -> None:
    rest = memoryview(frame)
    while rest:
        rest = rest[os.write(out, rest) :]


def write_if_heard(out: int, error: EcgDeviceError) -> None:
    try:
        write(out, encode(error))
    except BrokenPipeError:
        return


if __name__ == "__main__":
    main()
