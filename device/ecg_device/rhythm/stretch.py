"""The series of named beats since the signal was last broken: no interval spans a break."""

from collections import deque

from ecg_device.rhythm.naming import kind_of, speaks_of_atria
from ecg_device.rhythm.rate import Rate, heart_rate
from ecg_device.signals import WORKING_RATE_HZ, Classification, Reason

WINDOW = 60  # beats, the longest ever looked at
TYPICAL_OF = 12  # intervals whose median is the typical one; even, so that bigeminy has a middle
TYPICAL_FROM = 4
PATTERN_BEATS = 12
USUAL = 0.2  # a normal interval lies within this share of the typical one


class Stretch:
    """Beats and intervals of one unbroken stretch of good signal, the latest WINDOW of them."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.first_beat: int | None = None
        self.last_beat: int | None = None
        self.samples: deque[int] = deque(maxlen=PATTERN_BEATS)
        self.rr_s: deque[float] = deque(maxlen=WINDOW)
        self.kinds: deque[str] = deque(maxlen=WINDOW)  # of the beat that closes the interval
        self.atrial: deque[bool] = deque(maxlen=WINDOW)  # whether an interval tells of the atria
        self.normal = False  # the last interval: between two normal beats and of usual length
        self.pattern = ""  # the kinds of the last PATTERN_BEATS beats
        self.intervals = 0  # since the start
        self.typical_s = 0.0  # before the last interval; 0: not known yet
        self.rate: Rate | None = None  # at the last beat
        self._conducted = False  # whether the last beat came from the atria
        self._reasons: deque[Reason] = deque(maxlen=PATTERN_BEATS)  # NONE: the beat has a name

    @property
    def unnamed(self) -> Reason:
        """Why most of the last beats have no name; NONE where at least half of them have one."""
        reasons = [reason for reason in self._reasons if reason is not Reason.NONE]
        return reasons[-1] if 2 * len(reasons) > len(self._reasons) else Reason.NONE

    @property
    def named(self) -> bool:
        """Whether a classifier names the beats, though it may doubt a few."""
        return self.unnamed is Reason.NONE

    def add(self, c: Classification) -> bool:
        """Take the next beat; False if it belongs to no interval of this stretch."""
        sample = c.beat.sample
        if sample < self.start or (self.last_beat is not None and sample <= self.last_beat):
            return False
        doubt = c.reason or Reason.LOW_CONFIDENCE
        self._reasons.append(doubt if c.symbol == "Q" else Reason.NONE)
        if self.last_beat is None:
            self.first_beat = sample
            self.pattern = kind_of(c.symbol, 0.0, 0.0, c.beat.agreement, "N")
            self._conducted = speaks_of_atria(c.symbol, c.beat.agreement)
        else:
            self._close_interval(c, (sample - self.last_beat) / WORKING_RATE_HZ)
        self.samples.append(sample)
        self.last_beat = sample
        return True

    def _close_interval(self, c: Classification, rr_s: float) -> None:
        intervals = list(self.rr_s)
        recent = sorted(intervals[-TYPICAL_OF:])
        middle = len(recent) // 2
        if len(recent) >= TYPICAL_FROM:
            self.typical_s = (recent[middle] + recent[~middle]) / 2
        previous = self.pattern[-1]
        kind = kind_of(c.symbol, rr_s, self.typical_s, c.beat.agreement, previous)
        self.pattern = (self.pattern + kind)[-PATTERN_BEATS:]
        conducted = speaks_of_atria(c.symbol, c.beat.agreement)
        self.atrial.append(conducted and self._conducted)
        self._conducted = conducted
        usual = abs(rr_s - self.typical_s) <= USUAL * self.typical_s
        self.normal = usual and kind == "N" and previous == "N"
        self.kinds.append(kind)
        self.rr_s.append(rr_s)
        self.intervals += 1
        intervals.append(rr_s)
        self.rate = heart_rate(intervals)
