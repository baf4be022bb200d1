"""The sampling rate behind the time stamps of a CSV recording, and the gaps among them.

Stamps may be coarse (whole milliseconds at 360 Hz), may jitter, and may come in bursts with one
stamp for several samples: no single interval tells the rate. So

* an interval is a *gap* when it exceeds both one and a half periods and a period plus the spread
  of the ordinary intervals, both taken from the first lines of the file;
* the rate is the number of all ordinary intervals over their sum, in the whole file up to the last
  new stamp, and the roundest number within the stamps' own uncertainty;
* samples between gaps are counted, whatever their stamps; a gap lasts as many samples as its
  interval is periods long. A lost sample hidden by jitter is not seen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecg_device.errors import FormatError
from ecg_device.signals import FloatArray

_RATES_HZ = (10.0, 20_000.0)
_DRIFT = 1.1  # how far the rates of two parts of the file may be apart
_FEWEST = 1000  # intervals from which a part's rate is judged
Rows = Iterable[tuple[int, FloatArray]]


@dataclass(frozen=True, slots=True)
class CsvClock:
    """What the time stamps of a whole file say."""

    rate_hz: float
    gap_seconds: float  # an interval longer than this is a gap
    samples: int  # with those missing in gaps

    def gap(self, interval: float) -> int:
        """How many sample numbers an interval moves on."""
        return max(1, round(interval * self.rate_hz))


def read_clock(rows: Rows, path: Path) -> CsvClock:
    """Go through all rows of a file once."""
    threshold = spread = ordinary_sum = 0.0
    ordinary = repeats = 0
    gaps: list[FloatArray] = []
    parts: list[float] = []
    for intervals in _intervals(rows, path):
        if not threshold:
            threshold, spread = _threshold(intervals, path)
        long = intervals > threshold
        gaps.append(intervals[long])
        count, total = int((~long).sum()), float(intervals[~long].sum())
        ordinary, ordinary_sum = ordinary + count, ordinary_sum + total
        moves = np.flatnonzero(intervals)
        repeats = len(intervals) - 1 - int(moves[-1]) if len(moves) else repeats + count
        if count >= _FEWEST:
            parts.append(count / max(total, 1e-9))
    if not threshold:
        raise FormatError(f"{path}: too few lines of data", expected="two or more")
    rate = _rate(ordinary - repeats, ordinary_sum, spread, parts, path)
    clock = CsvClock(rate, threshold, 0)
    missing = sum(clock.gap(interval) for part in gaps for interval in part.tolist())
    return CsvClock(rate, threshold, 1 + ordinary + missing)


def _intervals(rows: Rows, path: Path) -> Iterator[FloatArray]:
    """Between consecutive stamps, the last of a chunk and the first of the next among them."""
    last: float | None = None
    for line, chunk in rows:
        times = chunk[:, 0]
        before = times[0] if last is None else last
        intervals = np.diff(times, prepend=before)
        if (intervals < 0).any():
            raise FormatError(
                f"{path}, line {line + int(np.argmax(intervals < 0))}: time goes backwards",
                expected="rising time stamps",
            )
        intervals = intervals[1:] if last is None else intervals
        last = float(times[-1])
        if len(intervals):
            yield intervals


def _threshold(intervals: FloatArray, path: Path) -> tuple[float, float]:
    """The longest ordinary interval, and the spread of the ordinary ones."""
    moving = intervals[intervals > 0]
    if not len(moving):
        raise FormatError(f"{path}: time stands still", expected="rising time stamps")
    ordinary = intervals[intervals <= 1.9 * np.median(moving)]
    period = float(ordinary.mean())
    low, high = np.percentile(ordinary, [1, 99])
    spread = float(high - low)
    return max(1.5 * period, period + spread) * (1 + 1e-6), spread


def _rate(count: int, total: float, spread: float, parts: list[float], path: Path) -> float:
    rate = count / total if total > 0 else 0.0
    if not _RATES_HZ[0] <= rate <= _RATES_HZ[1]:
        raise FormatError(
            f"{path}: the time stamps give a sampling rate of {rate:g} Hz",
            expected="{:g} to {:g} Hz".format(*_RATES_HZ),
            remedy="name the unit in the header: time_s, time_ms or time_us",
        )
    if parts and max(parts) > _DRIFT * min(parts):
        raise FormatError(
            f"{path}: the sampling rate changes within the file",
            expected="one rate",
            received=f"{min(parts):.4g} to {max(parts):.4g} Hz",
        )
    uncertainty = rate * (1.5 * spread / total + 1e-6)
    rounded = (round(rate, digits) for digits in range(4))
    return next((value for value in rounded if abs(value - rate) <= uncertainty), rate)
