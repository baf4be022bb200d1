"""Heart rate: which intervals are averaged, and when the average starts afresh."""

from collections.abc import Sequence
from typing import NamedTuple

FEWEST = 3  # intervals before a rate is shown
MOST = 12  # intervals in an average
TRIMMED_FROM = 6  # with so many, the longest and the shortest are left out
SLOW_S, SLOW_COUNT = 1.2, 4  # three intervals above SLOW_S: only the last four count
HISTORY = 16  # intervals the rule looks at: MOST and those that show a step before them
STEADY, STEP = 0.08, 0.12  # intervals that agree; levels that differ (shares of an interval)


class Rate(NamedTuple):
    """An average heart rate and the number of intervals it was taken over."""

    bpm: float
    intervals: int


def heart_rate(rr_s: Sequence[float]) -> Rate | None:
    """The rate a monitor shows after these consecutive RR intervals (s, oldest first).

    The rule, that of bedside monitors with two additions (3 and 4):

    1. the last 12 intervals, without the longest and the shortest of them, are averaged;
    2. if the last three are all longer than 1.2 s, the last four are averaged instead;
    3. an even number is taken while fewer than 12 are there (trimming starts at six), so that
       the short and the long intervals of bigeminy balance;
    4. after a step the average starts afresh: when at least the last three agree within 8 %, and
       three before them agree with one another but lie more than 12 % away, only the new ones
       count. One interval between the two levels is passed over, for it holds the step itself.

    Needs three intervals, else None.
    """
    recent = list(rr_s[-HISTORY:])
    if len(recent) < FEWEST:
        return None
    used = recent[-_since_step(recent) :]
    if min(recent[-3:]) > SLOW_S:
        used = used[-SLOW_COUNT:]
    elif len(used) > FEWEST:
        used = used[-(len(used) & ~1) :]
    if len(used) >= TRIMMED_FROM:
        used = sorted(used)[1:-1]
    return Rate(60.0 * len(used) / sum(used), len(used))


def mean_rate(rr_s: Sequence[float]) -> float | None:
    """The plain mean rate of all intervals given, in bpm: for a window of a recording."""
    total = sum(rr_s)
    return 60.0 * len(rr_s) / total if total > 0 else None


def _since_step(recent: list[float]) -> int:
    """How many of the latest intervals belong to the level of the last ones; at most MOST."""
    level = sum(recent[-3:]) / 3
    steady = 0
    for length in reversed(recent[-MOST:]):
        if abs(length - level) > STEADY * level:
            break
        steady += 1
    older = recent[-steady - 4 : -steady - 1]
    if steady < FEWEST or len(older) < 3:
        return MOST
    former = sum(older) / 3
    agree = all(abs(length - former) <= STEADY * former for length in older)
    return steady if agree and abs(former - level) > STEP * level else MOST
