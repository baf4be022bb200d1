"""How good a beat detector is, by the rules of ANSI/AAMI EC57 as `bxb` applies them.

Plain arrays of sample numbers in, counts out; nothing here knows a recording or a detector.
The rules: a reference and a detected beat may pair when they are at most 150 ms apart, each
pairs once, and goes to the nearer of two consecutive candidates; the first five minutes are
a learning period; detections inside ventricular fibrillation are not counted. A beat missed
while the detector had shut itself down is missed all the same.

`BeatScore`s add up, so the sum over records is the gross score, however they were spread
over processes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecg_device.signals import BoolArray

IntArray = NDArray[np.int64]
Spans = Sequence[tuple[int, int]]  # first and last sample of each stretch, both included

MATCH_WINDOW_S = 0.150
TIGHT_WINDOW_S = 0.050
LEARNING_S = 300.0

_NOBODY = -1
_NEVER = 1 << 62  # a sample number later than any beat


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Who paired with whom: indices into the reference and into the detected beats."""

    reference: IntArray
    test: IntArray
    missed: IntArray
    extra: IntArray


def match_beats(reference: ArrayLike, test: ArrayLike, window: int, start: int = 0) -> Matches:
    """Pair reference beats from sample `start` on with detected ones, as `bxb` does.

    Both arrays are sorted sample numbers; `window` is the largest distance of a pair in
    samples. At a `start` after 0 a detection just before it may still pair with the first
    reference beat, and one just after it that is not that beat's best candidate does not
    count: it may belong to the last beat of the learning period.
    """
    ref = [*np.asarray(reference, np.int64).tolist(), _NEVER, _NEVER]
    det = [*np.asarray(test, np.int64).tolist(), _NEVER, _NEVER]
    r = int(np.searchsorted(ref, start))
    d = int(np.searchsorted(det, start))
    opening: list[tuple[int, int]] = []
    if d > 0 and _prefers(ref[r], det[d - 1], det[d], window):
        opening = [(r, d - 1)]
        r += 1
    elif 0 < start <= det[d] <= start + window and abs(ref[r] - det[d + 1]) < abs(ref[r] - det[d]):
        d += 1
    pairs = np.array([*opening, *_pairs(ref, det, r, d, window)], np.int64).reshape(-1, 2)
    of_reference, of_test = pairs.T
    both = (of_reference != _NOBODY) & (of_test != _NOBODY)
    return Matches(
        reference=of_reference[both],
        test=of_test[both],
        missed=of_reference[of_test == _NOBODY],
        extra=of_test[of_reference == _NOBODY],
    )


def _pairs(
    ref: list[int], det: list[int], r: int, d: int, window: int
) -> Iterator[tuple[int, int]]:
    """Walk both lists in time; whoever is earlier is paired or given up."""
    while ref[r] != _NEVER or det[d] != _NEVER:
        if det[d] < ref[r]:
            paired = _prefers(ref[r], det[d], det[d + 1], window)
            yield (r if paired else _NOBODY), d
        else:
            paired = _prefers(det[d], ref[r], ref[r + 1], window)
            yield r, (d if paired else _NOBODY)
        took_reference = paired or det[d] >= ref[r]
        took_test = paired or det[d] < ref[r]
        r, d = r + took_reference, d + took_test


def _prefers(one: int, candidate: int, next_candidate: int, window: int) -> bool:
    distance = abs(one - candidate)
    return distance <= window and distance < abs(one - next_candidate)


def inside(samples: ArrayLike, spans: Spans) -> BoolArray:
    """Which of the samples lie in any of the stretches."""
    where = np.asarray(samples, np.int64)
    hit = np.zeros(where.shape, np.bool_)
    for first, last in spans:
        hit |= (where >= first) & (where <= last)
    return hit


@dataclass(frozen=True, slots=True)
class Counts:
    """True positives, misses and false positives, and what follows from them (as shares)."""

    tp: int = 0
    fn: int = 0
    fp: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.tp + other.tp, self.fn + other.fn, self.fp + other.fp)

    @property
    def beats(self) -> int:
        return self.tp + self.fn

    @property
    def sensitivity(self) -> float:
        return _share(self.tp, self.tp + self.fn)

    @property
    def precision(self) -> float:
        """Positive predictivity, +P."""
        return _share(self.tp, self.tp + self.fp)

    @property
    def f1(self) -> float:
        return _share(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def error_rate(self) -> float:
        """Detection error rate: all errors over the reference beats."""
        return _share(self.fp + self.fn, self.beats)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _none() -> IntArray:
    return np.empty(0, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class BeatScore:
    """The score of one record, or of several added up."""

    rate_hz: float
    counts: Counts = field(default_factory=Counts)
    tight: Counts = field(default_factory=Counts)  # the same with a window of 50 ms
    location_error: IntArray = field(default_factory=_none)  # detected minus reference, samples
    delay: IntArray = field(default_factory=_none)  # decision minus detected R, samples

    def __add__(self, other: "BeatScore") -> "BeatScore":
        if self.rate_hz != other.rate_hz:
            raise ValueError(f"cannot add scores at {self.rate_hz} and {other.rate_hz} Hz")
        return BeatScore(
            self.rate_hz,
            self.counts + other.counts,
            self.tight + other.tight,
            np.concatenate((self.location_error, other.location_error)),
            np.concatenate((self.delay, other.delay)),
        )


def score_beats(
    reference: ArrayLike,
    test: ArrayLike,
    rate_hz: float,
    *,
    decided: ArrayLike | None = None,
    uncounted: Spans = (),
    learning_s: float = LEARNING_S,
) -> BeatScore:
    """Score detected against reference beats of one record.

    `decided` gives for each detected beat the sample at which it was final; `uncounted` are
    the stretches, such as ventricular fibrillation, where neither beats nor detections count.
    """
    all_reference = np.asarray(reference, np.int64)
    ref = all_reference[~inside(all_reference, uncounted)]
    det = np.asarray(test, np.int64)
    start = round(learning_s * rate_hz)
    matches = match_beats(ref, det, round(MATCH_WINDOW_S * rate_hz), start)
    tight = match_beats(ref, det, round(TIGHT_WINDOW_S * rate_hz), start)
    found = det[matches.test]
    delay = _none() if decided is None else np.asarray(decided, np.int64)[matches.test] - found
    return BeatScore(
        rate_hz,
        _count(matches, det, uncounted),
        _count(tight, det, uncounted),
        found - ref[matches.reference],
        delay,
    )


def _count(matches: Matches, det: IntArray, uncounted: Spans) -> Counts:
    extra = np.count_nonzero(~inside(det[matches.extra], uncounted))
    return Counts(len(matches.test), len(matches.missed), int(extra))
