"""How many ventricular beats there were in the last minute."""

from collections import deque

from ecg_device.signals import WORKING_RATE_HZ, Classification

VENTRICULAR = "VEr"  # what counts as a premature ventricular contraction
_MINUTE = 60 * WORKING_RATE_HZ


class VentricularMinute:
    """The minute ends with the last beat: a number that needs no clock."""

    def __init__(self) -> None:
        self._beats: deque[int] = deque()

    def add(self, named: Classification) -> int:
        """Ventricular beats in the minute up to this beat."""
        if named.symbol in VENTRICULAR:
            self._beats.append(named.beat.sample)
        while self._beats and self._beats[0] <= named.beat.sample - _MINUTE:
            self._beats.popleft()
        return len(self._beats)
