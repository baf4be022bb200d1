"""The pulse: when the heart beat since the signal was last broken, beats by whatever name."""

from collections import deque

from ecg_device.rhythm.rate import Rate, heart_rate
from ecg_device.signals import WORKING_RATE_HZ

LONGEST = 60  # intervals kept


class Pulse:
    """The beats of one unbroken stretch of good signal, by their times alone."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.last_beat: int | None = None
        self.rr_s: deque[float] = deque(maxlen=LONGEST)

    @property
    def silent_since(self) -> int:
        """The last beat, or the start while there is none."""
        return self.start if self.last_beat is None else self.last_beat

    def add(self, sample: int) -> bool:
        """Take the next beat; whether it closed an interval of this stretch."""
        last = self.last_beat
        if sample < self.start or (last is not None and sample <= last):
            return False
        self.last_beat = sample
        if last is None:
            return False
        self.rr_s.append((sample - last) / WORKING_RATE_HZ)
        return True

    def rate_at(self, sample: int) -> Rate | None:
        """The rate to show at a moment since the last beat."""
        return heart_rate(list(self.rr_s), (sample - self.silent_since) / WORKING_RATE_HZ)
