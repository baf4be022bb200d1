"""One file over HTTP, resumed where it broke off.

What has come stands in `NAME.part`; only when its checksum agrees does it take the file's name. A
connection that breaks is taken up again at the last byte, patiently, and without end as long as
each attempt brings some.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ecg_device.errors import EcgDeviceError, FormatError
from ecg_training.fetch.checksums import sha256
from ecg_training.fetch.connection import PARTIAL, BrokenError, NothingLeftError, chunks, opened
from ecg_training.fetch.disk import AGAIN, writing

BACK_OFF_S = (1.0, 2.0, 4.0, 8.0, 16.0)  # before the next attempt after one that brought nothing
TIMEOUT_S = 30.0

_SOON = 2  # pauses

Heard = Callable[[int, float], None]  # how many bytes came, what share of the file is there


class StoppedError(Exception):
    """The transfer was told to stop; its part is kept."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """How files are fetched: until `stop` is set, and how patiently."""

    stop: threading.Event
    back_off_s: Sequence[float] = BACK_OFF_S
    timeout_s: float = TIMEOUT_S

    def text(self, url: str) -> str:
        """A small text file, the first thing asked for: who has no network is told so soon."""
        came: list[bytes] = []

        def attempt() -> None:
            came.clear()
            with opened(url, 0, self.timeout_s) as answer:
                came.extend(chunks(answer))

        soon = replace(self, back_off_s=self.back_off_s[:_SOON])
        soon._patiently(url, attempt, lambda: 0)
        return b"".join(came).decode("utf-8", errors="replace")

    def file(self, url: str, target: Path, checksum: str, heard: Heard) -> None:
        """Fetch a file and see that it is the one published."""
        part = target.with_name(target.name + ".part")
        with writing(target):
            part.parent.mkdir(parents=True, exist_ok=True)
            resumed = _size(part) > 0
        self._complete(url, part, heard)
        if resumed and sha256(part) != checksum:  # it was begun from another version of the file
            part.unlink()
            self._complete(url, part, heard)
        received = sha256(part)
        if received != checksum:
            part.unlink()
            raise FormatError(
                f"{url} is not the file that its publisher lists",
                expected=f"SHA-256 {checksum}",
                received=received,
                remedy="try again later, or another source with --from",
            )
        with writing(target):
            part.replace(target)

    def _complete(self, url: str, part: Path, heard: Heard) -> None:
        self._patiently(url, lambda: self._append(url, part, heard), lambda: _size(part))

    def _patiently(
        self, url: str, attempt: Callable[[], None], progress: Callable[[], int]
    ) -> None:
        """Attempt again what broke, after longer and longer pauses while there is no progress."""
        failures = 0
        while True:
            before = progress()
            try:
                return attempt()
            except BrokenError as broken:
                failures = 1 if progress() > before else failures + 1
                if failures > len(self.back_off_s):
                    raise EcgDeviceError(
                        f"{url} cannot be fetched",
                        expected="an answer",
                        received=str(broken),
                        remedy=f"see that the network is there and {AGAIN}",
                    ) from broken
            if self.stop.wait(self.back_off_s[failures - 1]):
                raise StoppedError

    def _append(self, url: str, part: Path, heard: Heard) -> None:
        """Bring the part to its full length."""
        begin = _size(part)
        try:
            answer = opened(url, begin, self.timeout_s)
        except NothingLeftError:
            return
        with answer, writing(part), part.open("ab", buffering=0) as file:
            if answer.status != PARTIAL:  # the server sends all of it anew
                begin = 0
                file.truncate(0)
            whole = begin + int(answer.headers.get("Content-Length") or 0)
            for chunk in chunks(answer):
                if self.stop.is_set():
                    raise StoppedError
                file.write(chunk)
                begin += len(chunk)
                heard(len(chunk), min(begin / whole, 1.0) if whole else 0.0)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
