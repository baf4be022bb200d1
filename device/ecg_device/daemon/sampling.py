"""How steadily the source is sampled: its true rate, what came late, what never came."""

from collections import deque

from ecg_device.sources.wire import Taken

OVER_NS = 60 * 1_000_000_000  # the rate is that of the last minute
LEAST_NS = 2 * 1_000_000_000


class Sampling:
    """Counts from the opening of the source."""

    def __init__(self) -> None:
        self._late = 0
        self._seen: deque[tuple[int, int]] = deque()  # sample number and moment, one a second

    def add(self, taken: Taken) -> None:
        self._late += taken.late
        now = taken.taken_ns
        if self._seen and now - self._seen[-1][1] < 1_000_000_000:
            return
        self._seen.append((taken.block.stop, now))
        while now - self._seen[0][1] > OVER_NS:
            self._seen.popleft()

    def report(self, missing: int) -> dict[str, object]:
        """The rate in samples a second of the monotonic clock; None while it is too early."""
        return {"rate_hz": self._rate_hz(), "late": self._late, "missing": missing}

    def _rate_hz(self) -> float | None:
        if not self._seen or (lasted := self._seen[-1][1] - self._seen[0][1]) < LEAST_NS:
            return None
        return round((self._seen[-1][0] - self._seen[0][0]) / lasted * 1e9, 3)
