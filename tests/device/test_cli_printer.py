"""Printing beside a heart: complete for who reads, never in the way."""

import contextlib
import io
import os
import sys
import threading
import time

import pytest

from ecg_device.cli.printer import MOST_WAITING, Printer


def test_all_lines_come_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Far more lines than may wait: at full speed the writer waits, and none is lost."""
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    printer = Printer(live=False)
    for number in range(3 * MOST_WAITING):
        printer(str(number))
    printer.close()
    assert out.getvalue().split() == [str(number) for number in range(3 * MOST_WAITING)]


def test_a_reader_on_hold_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads the pipe: every line is taken at once; who reads again is told what is lost."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w", buffering=1) as writer:
        monkeypatch.setattr(sys, "stdout", writer)
        printer = Printer(live=True)
        begun = time.monotonic()
        for number in range(20_000):
            printer(f"{number:060}")
        assert time.monotonic() - begun < 5.0
        seen = b""
        while b"left out" not in seen:
            seen += os.read(reading, 65_536)
            printer("more")
            assert time.monotonic() - begun < 20.0
        reader = threading.Thread(target=lambda: drained.append(_all(reading)))
        drained: list[bytes] = []
        reader.start()
        printer.close()
    reader.join(5)
    text = (seen + drained[0]).decode()
    lost = sum(int(line.split()[1]) for line in text.splitlines() if "left out" in line)
    whole = [line for line in text.splitlines() if line.isdigit()]
    assert lost > 0 and len(whole) + lost >= 20_000 - MOST_WAITING


def _all(pipe: int) -> bytes:
    with os.fdopen(pipe, "rb") as reader:
        return reader.read()


def test_a_reader_that_left_is_told_to_the_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pipe is closed: the next line raises it, and closing does as well."""
    reading, writing = os.pipe()
    os.close(reading)
    writer = os.fdopen(writing, "w", buffering=1)
    monkeypatch.setattr(sys, "stdout", writer)
    printer = Printer(live=False)
    with pytest.raises(BrokenPipeError):
        for _ in range(1000):
            printer("line")
            time.sleep(0.001)
    with pytest.raises(BrokenPipeError):
        printer.close()
    with pytest.raises(BrokenPipeError):
        writer.close()


def test_complaints_that_nobody_reads_hold_up_nothing() -> None:
    """Standard error is closed: what is said there is lost, and that is no failure."""
    reading, writing = os.pipe()
    os.close(reading)
    with contextlib.suppress(BrokenPipeError), os.fdopen(writing, "w", buffering=1) as closed:
        printer = Printer(live=True, out=closed, needed=False)
        for number in range(100):
            printer(str(number))
        printer.close()
        printer("more")
