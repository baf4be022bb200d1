"""Files to take away, made by `ecg-device export` in processes of their own at low priority.

A day of signal takes a while and much of a core: the one that watches the heart does not wait for
it. The file lies in a folder without a name by the time it is sent, so nothing stays behind.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ecg_device.web.failures import RefusedError

MOST_AT_ONCE = 2
LONGEST_S = 1800.0
RESERVE_BYTES = 64 << 20  # of the disk, that the signal goes on being kept in
SUFFIXES = {"csv": ".csv", "edf": ".edf", "wfdb": ".zip"}
_BYTES_PER_SAMPLE = {"csv": 28.0, "edf": 2.3, "wfdb": 4.1}
_LOOK_EVERY_S = 0.1
_LOWEST_PRIORITY = 19
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which signal, as what, from when to when (seconds of the session)."""

    session: int
    format: str
    from_s: float
    to_s: float
    samples: int


class Exporter:
    """A few files at a time."""

    def __init__(self, data: Path, most: int = MOST_AT_ONCE) -> None:
        self._data = data
        self._folder = data / "exports"
        self._free = threading.Semaphore(most)
        shutil.rmtree(self._folder, ignore_errors=True)  # of a run that was killed

    def begin(self) -> bool:
        """Whether there is room for another one; if so, `end` it."""
        return self._free.acquire(blocking=False)

    def end(self) -> None:
        self._free.release()

    def make(self, wanted: Wanted, gone: Callable[[], bool]) -> BinaryIO:
        """The finished file, which has no name any more; given up when nobody waits for it."""
        try:
            self._require_room(wanted)
            return self._made(wanted, gone)
        except OSError as error:  # no folder, no process
            raise _failed(error.strerror or str(error)) from error

    def _made(self, wanted: Wanted, gone: Callable[[], bool]) -> BinaryIO:
        self._folder.mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        try:
            path = folder / f"export{SUFFIXES[wanted.format]}"
            _run(_command(wanted, path, self._data), gone)
            return path.open("rb")
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _require_room(self, wanted: Wanted) -> None:
        need = wanted.samples * _BYTES_PER_SAMPLE[wanted.format] + RESERVE_BYTES
        free = shutil.disk_usage(self._data).free
        if free < need:
            raise RefusedError(
                507,
                "there is no room for the export",
                expected=f"{need / 1e6:.0f} MB free",
                received=f"{free / 1e6:.0f} MB",
                remedy="export a shorter stretch or as EDF, or delete old sessions",
            )


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """A file as it is sent."""
    while piece := file.read(_PIECE):
        yield piece


def _command(wanted: Wanted, path: Path, data: Path) -> list[str]:
    options = {
        "--format": wanted.format,
        "--from": repr(wanted.from_s),
        "--to": repr(wanted.to_s),
        "-o": str(path),
        "--data": str(data),
    }
    given = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "ecg_device", "export", str(wanted.session), *given]


def _run(command: list[str], gone: Callable[[], bool]) -> None:
    """Wait for a command to succeed, unless who asked has left or it takes for ever."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            os.setpriority(os.PRIO_PROCESS, process.pid, _LOWEST_PRIORITY)
            _wait(process, gone)
        finally:
            process.kill()
        said = process.stderr.read() if process.stderr else b""
    if process.returncode != 0:
        lines = said.decode(errors="replace").strip().splitlines() or ["it was ended"]
        raise _failed(lines[-1].removeprefix("ecg-device: "))


def _failed(told: str) -> RefusedError:
    return RefusedError(503, "the export failed", received=told[:500], remedy="try again")


def _wait(process: "subprocess.Popen[bytes]", gone: Callable[[], bool]) -> None:
    latest = time.monotonic() + LONGEST_S
    while process.poll() is None:
        if gone() or time.monotonic() > latest:
            raise RefusedError(503, "the export was given up", remedy="export a shorter stretch")
        time.sleep(_LOOK_EVERY_S)
