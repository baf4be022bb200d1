"""A stand-in for the sampler that fails on command, for whoever tests the other end.

    python faulty_sampler.py FAULT [--after BLOCKS] [--seconds S] [--times N --counter FILE]

`Sampled(order, command=(sys.executable, PATH, FAULT, ...))` starts it. It reads the order and plays
the real source at its pace, as the sampler does, until BLOCKS blocks are out; then the fault comes.
With `--times`, only the first N starts have it, counted in FILE: what is started again after that
is sound.

    none      no fault: the sampler itself
    hang      it goes on and says nothing more
    die       SIGKILL, as from the kernel out of memory
    exit      status 3 without a word
    crash     an exception nobody catches, with its trace
    leave     status 0 without an end
    torn      half a frame, then status 0
    garbage   bytes of chance in the stream, and it goes on
    foreign   text in the stream from the beginning, as of a program that is no sampler
    chatter   a driver prints into standard output, and it goes on: no fault for the reader
    error     an error of the source, told as the wire has it
    stutter   SECONDS of silence, then all that was missed at once
    gap       SECONDS of samples that never come, and it goes on
    back      the sample numbers start over
"""

import argparse
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ecg_device.errors import SourceError
from ecg_device.signals import Block
from ecg_device.sources import sampler
from ecg_device.sources.wire import Message, Taken, encode

RATE_HZ = 360


def main() -> None:
    arguments = parse()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sampler.die_with_the_parent()
    out = sampler.private_output()
    order = sys.stdin.buffer.readline()
    sound = arguments.fault == "none" or not still_faulty(arguments.times, arguments.counter)
    if not sound and arguments.fault == "foreign":
        os.write(out, b"Traceback? No: Welcome to the converter's own shell.\n")
    blocks = 0
    try:
        for message in messages(order, arguments, sound):
            frame = encode(message)
            sampler.write(out, frame)
            blocks += isinstance(message, Taken)
            if not sound and isinstance(message, Taken) and blocks == arguments.after:
                fail(arguments.fault, out, frame, arguments.seconds)
    except BrokenPipeError:
        return


def messages(order: bytes, arguments: argparse.Namespace, sound: bool) -> Iterator[Message]:
    """What the sampler says, with the faults that lie in the samples themselves."""
    said = sampler.messages(order)
    if sound:
        return said
    lost = round(arguments.seconds * RATE_HZ)
    match arguments.fault:
        case "gap":
            return renumbered(said, arguments.after, lambda start: start + lost)
        case "back":
            return renumbered(said, arguments.after, lambda start: start - start)
    return said


def renumbered(
    said: Iterable[Message], after: int, number: Callable[[int], int]
) -> Iterator[Message]:
    blocks = 0
    for message in said:
        if isinstance(message, Taken):
            blocks += 1
            if blocks > after:
                block = message.block
                block = Block(number(block.start), block.mv, block.leads)
                message = message._replace(block=block)
        yield message


def fail(fault: str, out: int, frame: bytes, seconds: float) -> None:
    match fault:
        case "hang":
            while True:
                time.sleep(60)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(3)
        case "crash":
            raise RuntimeError("the converter's register 7 is on fire")
        case "leave":
            os._exit(0)
        case "torn":
            os.write(out, frame[: len(frame) // 2])
            os._exit(0)
        case "garbage":
            os.write(out, random.Random(1).randbytes(999))
        case "chatter":
            print("spi0: mode 0, 1.35 MHz", flush=True)
        case "error":
            told = SourceError(
                "the converter does not answer",
                expected="a conversion within 4 ms",
                received="none for 100 ms",
                remedy="look at its wires",
            )
            os.write(out, encode(told))
            os._exit(0)
        case "stutter":
            time.sleep(seconds)


def still_faulty(times: int | None, counter: Path | None) -> bool:
    """Whether this start is among the first `times`."""
    if times is None or counter is None:
        return True
    starts = 1 + (int(counter.read_text()) if counter.exists() else 0)
    counter.write_text(str(starts))
    return starts <= times


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("fault")
    parser.add_argument("--after", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--times", type=int)
    parser.add_argument("--counter", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
