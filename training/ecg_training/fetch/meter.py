"""How far many files are, told by several threads, on one line of a terminal."""

import threading
import time
from pathlib import Path
from typing import TextIO

_WIDTH = 30
_REDRAW_S = 0.2
_ERASE_LINE = "\r\x1b[K"


class Meter:
    """Counts what comes; draws itself on a terminal only, at most five times a second."""

    def __init__(self, what: str, files: int, screen: TextIO) -> None:
        self._what, self._files, self._screen = what, files, screen
        self._lock = threading.Lock()
        self._shares: dict[Path, float] = {}  # of the files that are under way
        self._done, self.bytes = 0, 0
        self._begun = self._drawn = time.monotonic()
        self._wanted = screen.isatty()

    def heard(self, file: Path, count: int, share: float) -> None:
        """So many more bytes of a file came; so much of it is there, 0..1."""
        with self._lock:
            self.bytes += count
            self._shares[file] = share
            self._draw()

    def file_done(self, file: Path) -> None:
        with self._lock:
            self._shares.pop(file, None)
            self._done += 1
            self._draw()

    def clear(self) -> None:
        if self._wanted:
            print(_ERASE_LINE, end="", file=self._screen, flush=True)

    def line(self, elapsed_s: float) -> str:
        """The bar, the files and, where bytes came, how many and how fast."""
        share = (self._done + sum(self._shares.values())) / max(self._files, 1)
        filled = "#" * int(_WIDTH * share)
        told = f"{self._what} [{filled:.<{_WIDTH}}] {self._done}/{self._files} files"
        if self.bytes and elapsed_s > 0:
            megabytes = self.bytes / 1e6
            told += f", {megabytes:.1f} MB, {megabytes / elapsed_s:.1f} MB/s"
        return told

    def _draw(self) -> None:
        now = time.monotonic()
        if self._wanted and now - self._drawn >= _REDRAW_S:
            self._drawn = now
            text = _ERASE_LINE + self.line(now - self._begun)
            print(text, end="", file=self._screen, flush=True)
