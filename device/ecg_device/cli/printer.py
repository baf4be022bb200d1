"""Lines for a reader who may be slow: a terminal on hold must not hold up a heart."""

import queue
import sys
import threading
from typing import TextIO

MOST_WAITING = 2000
_END = None


class Printer:
    """Prints in a thread of its own. What a live reader is too slow for is left out, and told.

    Parameters
    ----------
    out
        Where to; None: standard output.
    needed
        Whether that nobody can read it any more is a failure of the caller's.
    """

    def __init__(self, *, live: bool, out: TextIO | None = None, needed: bool = True) -> None:
        self._live, self._needed = live, needed
        self._out = out or sys.stdout
        self._lines: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._left_out = 0
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._print, name="print", daemon=True)
        self._thread.start()

    def __call__(self, line: str) -> None:
        """Print a line, soon; raises what kept an earlier one from being printed."""
        self._tell_failure()
        if not self._live:
            self._lines.put(line)
            return
        try:
            if self._left_out:
                self._lines.put_nowait(f"... {self._left_out} lines left out, not read in time")
                self._left_out = 0
            self._lines.put_nowait(line)
        except queue.Full:
            self._left_out += 1

    def close(self, within_s: float = 1.0) -> None:
        """Wait for what is still to be printed, but not for a reader that is stuck."""
        try:
            self._lines.put(_END, timeout=within_s)
        except queue.Full:
            return
        self._thread.join(within_s if self._live else None)
        self._tell_failure()

    def _tell_failure(self) -> None:
        if self._needed and self._failure is not None:
            raise self._failure

    def _print(self) -> None:
        while (line := self._lines.get()) is not _END:
            if self._failure is not None:
                continue  # the writer is told at its next line; until then none must block
            try:
                print(line, file=self._out)
            except Exception as error:  # a closed pipe, a full disk behind it
                self._failure = error
