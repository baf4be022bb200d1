"""The sampler as its appliance sees it: blocks that come by themselves, or the reason why not."""

import math
import os
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from ecg_device.errors import EcgDeviceError, SourceError
from ecg_device.signals import SignalInfo
from ecg_device.sources.order import Order
from ecg_device.sources.wire import Decoder, Message, Sign, Taken

__all__ = ["Order", "Sampled", "Taken"]

_AT_ONCE_BYTES = 1 << 16
_KEPT_BYTES = 1 << 13  # of what the sampler complains
_LONGEST_LOOK_S = 0.5
_MEANWHILE_S = 0.1
_GRACE_S = 0.25  # to end by itself
_KILL_S = 0.2


class Sampled:
    """A sampler process, from its start (`begin`) to its end (`close`).

    Begin it in a thread that lives as long as it: Linux ends the sampler with that thread.
    """

    def __init__(
        self,
        order: Order,
        *,
        start_within_s: float = 10.0,
        silent_after_s: float = 1.4,
        command: Sequence[str] | None = None,
    ) -> None:
        self._order = order
        self._start_within_s = start_within_s
        self._silent_after_s = silent_after_s
        self._command = tuple(command) if command is not None else sampler_command()
        self._process: subprocess.Popen[bytes] | None = None
        self._poll = select.poll()
        self._decoder = Decoder()
        self._inbox: deque[Message] = deque()
        self._complaint = bytearray()
        self._looked_s = 0.0
        self._silent_s = 0.0

    def __enter__(self) -> Self:
        self.start()  # it makes ready while its appliance does
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return None if self._process is None else self._process.pid

    def begin(self, meanwhile: Callable[[], None] = lambda: None) -> SignalInfo:
        """Start the sampler and wait until it says what its signal is, or why there is none.

        While it waits, `meanwhile` is called several times a second; what it raises ends the wait.
        """
        self.start()
        deadline = time.monotonic() + self._start_within_s
        while not self._inbox:
            if time.monotonic() >= deadline:
                raise self._not_started()
            self._look(min(deadline - time.monotonic(), _MEANWHILE_S))
            meanwhile()
        message = self._inbox.popleft()
        if isinstance(message, SignalInfo):
            self._silent_s = 0.0
            return message
        if isinstance(message, EcgDeviceError):
            raise message
        raise _out_of_turn(message)

    def read(self, timeout_s: float) -> list[Taken] | None:
        """The blocks that have come, waiting for the first at most `timeout_s`.

        An empty list: nothing yet. None: the signal is over. What the sampler had sent before it
        failed is given out before its error is raised.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            if taken := self._blocks():
                return taken
            if self._inbox:
                _end_or_raise(self._inbox[0])  # it stays there: who asks again hears it again
                return None
            self._look(min(deadline - time.monotonic(), self._patience_s))
            self._check_silence()
            if not self._inbox and time.monotonic() >= deadline:
                return []

    def close(self) -> None:
        """End the sampler: it goes once nobody listens, one that hangs is made to."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        for patience_s in (_GRACE_S, _KILL_S):
            with suppress(subprocess.TimeoutExpired):
                process.wait(patience_s)
                break
            process.kill()

    def start(self) -> None:
        """Start the sampler, unless it was; do not wait, `begin` does."""
        if self._process is not None:
            return
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
            )
        except OSError as error:
            raise SourceError(
                "the sampler cannot be started",
                expected="a process of its own",
                received=f"{self._command[0]}: {error.strerror}",
                remedy="free memory and processes, or install ecg-device again",
            ) from error
        self._process = process
        assert process.stdin and process.stdout and process.stderr
        for pipe in (process.stdout, process.stderr):
            os.set_blocking(pipe.fileno(), False)
            self._poll.register(pipe, select.POLLIN)
        with suppress(BrokenPipeError), process.stdin:  # one that has died already tells below
            process.stdin.write(self._order.line())
        self._looked_s = time.monotonic()

    def _blocks(self) -> list[Taken]:
        """The blocks at the head of what has come."""
        taken = []
        while self._inbox:
            message = self._inbox[0]
            if isinstance(message, Taken):
                taken.append(message)
            elif message is not Sign.ALIVE:
                break
            self._inbox.popleft()
        return taken

    def _look(self, timeout_s: float) -> None:
        """Take in what the sampler sends within the time; count how long it has been silent."""
        assert self._process is not None, "begin() comes first, and nothing after close()"
        limit_s = min(max(timeout_s, 0.0), _LONGEST_LOOK_S)
        ready = {fd for fd, _ in self._poll.poll(limit_s * 1000)}
        now = time.monotonic()
        # A reader that was away heard nothing, but that is no silence of the sampler's.
        self._silent_s += min(now - self._looked_s, _LONGEST_LOOK_S)
        self._looked_s = now
        assert self._process.stdout and self._process.stderr
        if self._process.stderr.fileno() in ready:
            self._listen_to_complaints(self._process.stderr.fileno())
        if self._process.stdout.fileno() in ready:
            self._listen(self._process.stdout.fileno())

    def _listen(self, pipe: int) -> None:
        data = os.read(pipe, _AT_ONCE_BYTES)
        if not data:
            self._poll.unregister(pipe)
            if not self._inbox or self._inbox[-1] is not Sign.END:
                self._inbox.append(self._died())
            return
        self._silent_s = 0.0
        try:
            self._inbox.extend(self._decoder.feed(data))
        except SourceError as error:
            self._poll.unregister(pipe)
            self._inbox.append(error)

    def _listen_to_complaints(self, pipe: int) -> None:
        data = os.read(pipe, _AT_ONCE_BYTES)
        if not data:
            self._poll.unregister(pipe)
        self._complaint += data
        del self._complaint[:-_KEPT_BYTES]

    def _check_silence(self) -> None:
        if not self._inbox and self._patience_s <= 0:
            self._inbox.append(
                SourceError(
                    "the source hangs",
                    expected=f"a sign of life within {self._silent_after_s:g} s",
                    received="nothing",
                    remedy="start it again; a converter may need to be plugged in anew",
                )
            )

    @property
    def _patience_s(self) -> float:
        """How much longer the sampler may be silent; one without a pace as long as it likes."""
        return self._silent_after_s - self._silent_s if self._order.speed else math.inf

    def _died(self) -> SourceError:
        """Why the pipe ended though the signal had not."""
        assert self._process is not None and self._process.stderr is not None
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_KILL_S)
        with suppress(BlockingIOError):
            while data := os.read(self._process.stderr.fileno(), _AT_ONCE_BYTES):
                self._complaint += data
        complaint = self._complaint.decode(errors="replace").strip()
        received = _status(self._process.returncode)
        if self._decoder.torn:
            received += " in the middle of a frame"
        if complaint:
            received += ": " + complaint.splitlines()[-1]
        error = SourceError(
            "the sampler died",
            expected="the signal, to its end",
            received=received,
            remedy="start it again; if it dies again, report it as a bug",
        )
        if complaint:
            error.add_note(complaint)  # the whole trace, for who looks into it
        return error

    def _not_started(self) -> SourceError:
        return SourceError(
            "the source does not start",
            expected=f"a signal within {self._start_within_s:g} s",
            received="nothing",
            remedy="look whether the machine is overloaded or the source's file can be read",
        )


def sampler_command() -> tuple[str, ...]:
    """Python with the sampler; it finds the package as this process does."""
    here = Path.cwd()
    looks_here = any(Path(entry).resolve() == here for entry in sys.path)
    flags = () if looks_here else ("-P",)  # no module of a stranger's folder
    return (sys.executable, *flags, "-m", "ecg_device.sources.sampler")


def _status(code: int | None) -> str:
    if code is None:
        return "an end of its stream"
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit status {code}"


def _end_or_raise(message: Message) -> None:
    if isinstance(message, EcgDeviceError):
        raise message
    if message is not Sign.END:
        raise _out_of_turn(message)


def _out_of_turn(message: Message) -> SourceError:
    return SourceError(
        "the sampler's stream is damaged",
        expected="what the signal is, then its blocks",
        received=type(message).__name__,
        remedy="start the source again; if it happens again, report it as a bug",
    )
