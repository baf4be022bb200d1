"""A progress bar for work that takes longer than one likes to wait in the dark."""

import time
from collections.abc import Callable
from typing import TextIO

_DELAY_S = 2.0
_REDRAW_S = 0.1
_WIDTH = 30
_ERASE_LINE = "\r\x1b[K"


class ProgressBar:
    """Drawn on a terminal only, and only once the work has taken two seconds."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._begun = clock()
        self._next_draw = self._begun + _DELAY_S
        self._wanted = stream.isatty()
        self._drawn = False

    def show(self, share: float) -> None:
        """Tell how much of the work is done, 0..1; cheap enough to call often."""
        now = self._clock()
        if self._wanted and now >= self._next_draw:
            self._next_draw = now + _REDRAW_S
            self._drawn = True
            self._stream.write(_ERASE_LINE + bar(share, now - self._begun))
            self._stream.flush()

    def clear(self) -> None:
        """Take the bar off the screen, before anything else is printed there."""
        if self._drawn:
            self._drawn = False
            self._stream.write(_ERASE_LINE)
            self._stream.flush()


def bar(share: float, elapsed_s: float) -> str:
    """The bar, the percentage and how long the rest will take at the pace so far."""
    share = min(1.0, max(0.0, share))
    filled = "#" * int(share * _WIDTH)
    left = "" if share <= 0 else f", {clock_time(elapsed_s * (1 - share) / share)} left"
    return f"[{filled:.<{_WIDTH}}] {share:4.0%}{left}"


def clock_time(seconds: float) -> str:
    """Hours, minutes and seconds, as 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
