"""The typical beat of a recording: the mean of beats laid over one another at their R waves."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ecg_device.recordings.hum import without_hum
from ecg_device.recordings.take import Take
from ecg_device.rhythm.naming import speaks_of_atria
from ecg_device.signals import WORKING_RATE_HZ, Classification, FloatArray, Reason

Samples = NDArray[np.intp]

GRID_HZ = 1000  # of the typical beat: intervals are told in milliseconds
FEWEST = 7
ALIKE = 0.15  # of the typical interval: by so much may those around a beat differ from it
BEFORE_R = 0.40  # share of the cycle before R: cuts it between T and P
LONGEST_BEFORE_S = 0.45
_QRS_S = 0.06  # around R, where beats are laid over one another
_SHIFT_S = 0.012  # that their R may have been missed by
_EDGE_S = 0.03
TRIMMED = 0.2  # of the beats, at either side

_CONDUCTED = "NLRej"
_UNNAMED = (Reason.NO_MODEL, Reason.MODEL_FAILED)


@dataclass(frozen=True, slots=True, eq=False)
class AverageBeat:
    """One cycle, `mv[r]` at R.

    `noise` is what remains when every other beat is counted negative (Schimmel, Science 157,
    1967): the heart cancels, and what is left has size and colour of the noise in `mv`.
    """

    mv: FloatArray
    r: int
    rr_s: float
    beats: int
    noise: FloatArray
    halves: tuple["AverageBeat", ...] = ()  # of every other beat, to hold against the whole
    rate_hz: float = GRID_HZ


def average_beat(take: Take) -> AverageBeat | None:
    """The typical conducted beat; None where fewer than FEWEST of them can be laid together."""
    rr_s = take.rr_s()
    if len(rr_s) < FEWEST:
        return None
    typical_s = float(np.median(rr_s))
    before = round(GRID_HZ * min(BEFORE_R * typical_s, LONGEST_BEFORE_S))
    offsets = np.arange(-before, round(GRID_HZ * typical_s) - before)
    beats = _cut(take, _chosen(take, typical_s), offsets)
    if len(beats) < FEWEST:
        return None
    some, others = _middle(beats[::2]), _middle(beats[1::2])
    whole = AverageBeat(_middle(beats), before, typical_s, len(beats), (some - others) / 2)
    halves = tuple(replace(whole, mv=half, noise=2**0.5 * whole.noise) for half in (some, others))
    return replace(whole, halves=halves)


def _middle(beats: FloatArray) -> FloatArray:
    """The mean without the farthest: as deaf to a stray beat as the median, and less noisy."""
    left_out = round(TRIMMED * len(beats))
    return _level(np.sort(beats, axis=0)[left_out : len(beats) - left_out].mean(axis=0))


def _chosen(take: Take, typical_s: float) -> list[int]:
    """R of the beats from the atria, between intervals of the usual length."""
    chosen = []
    for stretch in take.stretches():
        samples = [named.beat.sample for named in stretch]
        lengths = [(b - a) / WORKING_RATE_HZ for a, b in pairwise(samples)]
        usual = [abs(length - typical_s) <= ALIKE * typical_s for length in lengths]
        chosen += [
            named.beat.sample
            for named, before, after in zip(stretch[1:-1], usual, usual[1:], strict=False)
            if before and after and _is_typical(named)
        ]
    return chosen


def _is_typical(named: Classification) -> bool:
    """Named as conducted; without a classifier, of the usual shape."""
    if named.reason in _UNNAMED:
        return speaks_of_atria(named.symbol, named.beat.agreement)
    return named.symbol in _CONDUCTED


def _cut(take: Take, chosen: list[int], offsets: Samples) -> FloatArray:
    """The beats as rows, each shifted to agree best with the median of them all."""
    reach = round(GRID_HZ * _SHIFT_S)
    wide = np.arange(offsets[0] - reach, offsets[-1] + reach + 1)
    rate_hz = take.info.rate_hz
    mv = without_hum(take.mv, rate_hz)
    moments = [
        sample / WORKING_RATE_HZ * rate_hz - take.start + wide * (rate_hz / GRID_HZ)
        for sample in chosen
    ]
    rows = [row for at in moments if (row := _row(mv, at)) is not None]
    if not rows:
        return np.empty((0, len(offsets)))
    shifts = np.zeros(len(rows), np.intp)
    beats = np.array(rows)
    for _ in range(2):
        laid = _shifted(beats, shifts + reach, len(offsets))
        shifts = _best_shifts(beats, np.median(laid, axis=0), -int(offsets[0]), reach)
    laid = _shifted(beats, shifts + reach, len(offsets))
    return np.asarray([_level(row) for row in laid])


def _row(mv: FloatArray, at: FloatArray) -> FloatArray | None:
    """The signal at moments between samples; None where it is cut or samples are missing."""
    first, stop = int(at[0]), int(at[-1]) + 2
    if first < 0 or stop > len(mv) or not np.isfinite(mv[first:stop]).all():
        return None
    return np.asarray(np.interp(at, np.arange(first, stop), mv[first:stop]))


def _shifted(beats: FloatArray, starts: Samples, length: int) -> FloatArray:
    return np.array([row[at : at + length] for row, at in zip(beats, starts, strict=True)])


def _best_shifts(beats: FloatArray, median: FloatArray, r: int, reach: int) -> Samples:
    """By how much each beat must be moved for its QRS to agree with the median's."""
    half = round(GRID_HZ * _QRS_S)
    wanted = median[r - half : r + half]
    shifts = range(-reach, reach + 1)
    apart = np.array(
        [
            _apart(beats[:, r + reach + shift - half : r + reach + shift + half], wanted)
            for shift in shifts
        ]
    )
    return np.asarray(np.argmin(apart, axis=0) - reach)


def _apart(beats: FloatArray, wanted: FloatArray) -> FloatArray:
    away = beats - wanted
    away -= away.mean(axis=1, keepdims=True)
    return np.asarray(np.einsum("ij,ij->i", away, away))


def _level(mv: FloatArray) -> FloatArray:
    """The line through both ends taken out: a cycle ends where it began."""
    edge = round(GRID_HZ * _EDGE_S)
    first, last = float(mv[:edge].mean()), float(mv[-edge:].mean())
    return mv - np.linspace(first, last, len(mv))
