"""Candidates: the humps of the envelope that could be a QRS, each with what can be seen of it."""

from dataclasses import dataclass

import numpy as np

from ecg_device.beats.envelope import (
    FRAME_RATE_HZ,
    QRS_HALF,
    SAMPLES_AFTER_FRAME,
    SAMPLES_PER_FRAME,
    Frames,
)
from ecg_device.beats.weights import BIAS, OWN_WEIGHTS
from ecg_device.filters import gabor_pair, modulus
from ecg_device.signals import FloatArray
from ecg_device.windows import cut

LOOK_AHEAD = 14  # frames (117 ms): a P wave is judged when its QRS has begun to rise
DECISION_DELAY = SAMPLES_PER_FRAME * LOOK_AHEAD + SAMPLES_AFTER_FRAME  # samples after the hump
_DOMINANCE = 4  # frames: no higher frame may lie this close
_FOLLOWING = range(5, LOOK_AHEAD + 1)  # frames after the hump: another wave's
_SHAPE_HALF = 6  # frames on either side kept as the candidate's shape
_BEFORE = 6  # frames before the hump at which the background is read
_FIRST_FRAME = 20  # earlier ones lack their past
_LOW_HALF = 12  # frames on either side of the 5 Hz kernels' centre
_LOW_PAIR = gabor_pair(5.0, 0.050, _LOW_HALF, FRAME_RATE_HZ)
_AHEAD = range(12, LOOK_AHEAD + QRS_HALF - 1)  # frames after the hump
_HERE = range(-6, 6)
_FLOOR = 1e-4  # mV, added before a logarithm


OWN_FEATURES = (
    "next_over",  # the strongest frame 42 to 117 ms later, over this one
    "next_over_positive",
    "rise_ahead",  # the steepest slope 100 to 175 ms later, over this hump's own
    "rise_ahead_positive",
    "low_share",  # 5 Hz over 12 Hz: high for P and T waves
    "high_share",  # 30 Hz over 12 Hz: high for muscle and pacing spikes
    "high_background",  # 30 Hz over the last quarter second
)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Humps in order of time, one array element each. Strengths are natural logarithms."""

    frame: list[int]
    strength: list[float]  # of the envelope at the hump
    next_over: list[float]
    low_share: list[float]
    high_share: list[float]
    width: list[float]  # of the hump in frames: its area over its height
    shape: list[FloatArray]  # unit vectors: the even and odd band around the hump
    own: tuple[FloatArray, ...]  # what OWN_FEATURES names, a column each
    own_score: list[float]  # how much these speak for a QRS


class CandidateFinder:
    """Finds each hump once, as soon as its look-ahead is known."""

    def __init__(self) -> None:
        self._next = _FIRST_FRAME

    def find(self, frames: Frames) -> Candidates:
        stop = max(self._next, frames.stop - LOOK_AHEAD)
        first, self._next = self._next - frames.start, stop
        return _measure(frames, _humps(frames, first, stop - frames.start))


def _humps(frames: Frames, first: int, stop: int) -> np.ndarray:
    """Frames that top their neighbours and the background."""
    qrs = frames.qrs
    if stop <= first:
        return np.zeros(0, dtype=np.intp)
    middle = qrs[first:stop]
    rising = middle > qrs[first - 1 : stop - 1]
    falling = middle >= qrs[first + 1 : stop + 1]
    heard = middle > frames.background[first - _BEFORE : stop - _BEFORE]
    at = np.flatnonzero(rising & falling & heard) + first
    top = cut(qrs, at, _DOMINANCE, _DOMINANCE + 1).max(axis=1, initial=0.0)
    return np.asarray(at[qrs[at] >= top])


def _log(x: FloatArray) -> FloatArray:
    return np.asarray(np.log(x + _FLOOR))


def _measure(frames: Frames, at: np.ndarray) -> Candidates:
    height = frames.qrs[at]
    strength = _log(height)
    even, odd, hump = (
        cut(band, at, _SHAPE_HALF, _SHAPE_HALF + 1)
        for band in (frames.even, frames.odd, frames.qrs)
    )
    shape = np.concatenate((even, odd), axis=1)
    shape /= np.sqrt((shape * shape).sum(axis=1, keepdims=True)) + 1e-12
    next_over = _log(_largest(frames.qrs, at, _FOLLOWING)) - strength
    rise_ahead = _rise_ahead(frames.slow, at)
    low_share = _log(_low_envelope(frames.slow, at)) - strength
    high_share = _log(frames.high[at]) - strength
    high_background = _log(frames.high_background[at - _BEFORE]) - strength
    own = (
        next_over,
        np.maximum(next_over, 0.0),
        rise_ahead,
        np.maximum(rise_ahead, 0.0),
        low_share,
        high_share,
        high_background,
    )
    return Candidates(
        frame=(at + frames.start).tolist(),
        strength=strength.tolist(),
        next_over=next_over.tolist(),
        low_share=low_share.tolist(),
        high_share=high_share.tolist(),
        width=(hump.sum(axis=1) / (height + _FLOOR)).tolist(),
        shape=list(shape),
        own=own,
        own_score=_weighted(own).tolist(),
    )


def _weighted(own: tuple[FloatArray, ...]) -> FloatArray:
    """A sum in a fixed order, so that many candidates at once give what each alone would."""
    score = np.full(len(own[0]), BIAS)
    for weight, column in zip(OWN_WEIGHTS, own, strict=True):
        score += weight * column
    return score


def _largest(x: FloatArray, at: np.ndarray, offsets: range) -> FloatArray:
    """The largest value at these offsets from each index."""
    return np.asarray(cut(x, at + offsets.start, 0, len(offsets)).max(axis=1, initial=0.0))


def _rise_ahead(slow: FloatArray, at: np.ndarray) -> FloatArray:
    """The raw signal is known for longer than its envelope: does a steeper wave begin there?"""
    slope = np.abs(slow[2:] - slow[:-2])
    return np.asarray(_log(_largest(slope, at, _AHEAD)) - _log(_largest(slope, at, _HERE)))


def _low_envelope(slow: FloatArray, at: np.ndarray) -> FloatArray:
    """The 5 Hz envelope, worked out at the humps alone."""
    window = cut(slow, at, _LOW_HALF, _LOW_HALF + 1)
    even, odd = ((window * kernel).sum(axis=1) for kernel in _LOW_PAIR)
    return modulus(even, odd)
