"""How many look on at once: each one holds a thread, so there is a most."""

import threading

MOST_VIEWERS = 8


class Viewers:
    """Seats for live streams."""

    def __init__(self, most: int = MOST_VIEWERS) -> None:
        self.most = most
        self._count = 0
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        return self._count

    def enter(self) -> bool:
        """Take a seat if one is free."""
        with self._lock:
            if self._count >= self.most:
                return False
            self._count += 1
            return True

    def leave(self) -> None:
        """Give the seat back."""
        with self._lock:
            self._count -= 1
