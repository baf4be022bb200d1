"""Where the waves of a typical beat begin and end, by tangents.

A wave ends where the tangent at its steepest last slope meets the level that it returns to (for
T: Lepeschkin and Surawicz, Circulation 6, 1952), and begins likewise. Of a Gaussian that is two
standard deviations from its peak. What cannot be told is None, with a reason.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ecg_device.recordings.average_beat import AverageBeat
from ecg_device.recordings.band import undo_band
from ecg_device.signals import FloatArray

QUIET_S = 0.016  # a slope stays small for so long where a wave has ended
QRS_QUIET, P_QUIET = 0.03, 0.2  # shares of a wave's steepest slope that are small
QRS_BLURRED = 0.05  # where no slope is as small as that, one below this has to do
QRS_SLOW, QRS_DAWDLES_S = 0.12, 0.035  # a slope below this share lasts no longer within a QRS
QRS_LAST = 0.15  # of its steepest slope: a last one below this may be of T
QRS_MOST_S = 0.2
ST_MOST = 0.15  # of the QRS's height: the line after it is as near to the line before it
QRS_NEAR_S, QRS_BEFORE_S, QRS_AFTER_S = 0.015, 0.13, 0.16  # from R, where its edges may be
ST_S = 0.04  # T begins no sooner after the QRS
QT_MOST_S = 0.65  # at 60 bpm; by the square root of the cycle at other rates
LEVEL_S = 0.025  # at both ends of the cycle the line is level, between T and P,
LEVEL_MV = 0.05  # to within this, and as high as before the QRS
LOWEST_P_MV, LOWEST_T_MV, CLEAR = 0.025, 0.05, 5.0  # a wave is as high, and so many times the noise
P_RISE_S = (0.012, 0.12)  # from P's beginning to its peak
RETURNS = 0.25  # of T's height: after its end the line stays within
QRS_SIGMAS_S = (0.003, 0.004, 0.005, 0.006)  # of the smoothing: more, where noise asks for it
SLOW_SIGMA_S = 0.009  # for P and T
SIGMAS = 3.5  # of the slope's noise: what is less steep may be noise
QRS_NOISE, P_NOISE = 0.045, 0.5  # shares of a wave's steepest slope that noise may reach
SHORTEST_CYCLE_S = 0.6  # above 100 bpm P may ride on T, and be taken for its end

NOISY = "too much noise"
NO_P, NO_QRS = "no clear P wave", "the edges of the QRS are not clear"
NO_T, NO_T_END = "no clear T wave", "the end of the T wave is not clear"
NO_LEVEL = "no level line between the T wave and the next P wave"
TOO_FAST = "too fast: the P wave rides on the T wave"


@dataclass(frozen=True, slots=True)
class Edge:
    """A moment in seconds from R."""

    at_s: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Waves:
    """The edges that intervals are measured between."""

    p_onset: Edge
    qrs_onset: Edge
    qrs_offset: Edge
    t_offset: Edge


def delineate(beat: AverageBeat, band_hz: tuple[float, float]) -> Waves:
    """The edges of a typical beat's waves."""
    onset, offset = _qrs(beat, band_hz)
    if onset.at_s is None:
        return Waves(onset, onset, offset, onset)
    if beat.rr_s < SHORTEST_CYCLE_S:
        return Waves(Edge(None, TOO_FAST), onset, offset, Edge(None, TOO_FAST))
    slow = _Line(beat, band_hz, SLOW_SIGMA_S)
    if not slow.is_level(onset):
        return Waves(Edge(None, NO_LEVEL), onset, offset, Edge(None, NO_LEVEL))
    return Waves(slow.p_onset(onset), onset, offset, slow.t_offset(offset))


def _qrs(beat: AverageBeat, band_hz: tuple[float, float]) -> tuple[Edge, Edge]:
    """Onset and offset on the least smoothed line whose noise allows it."""
    for sigma_s in QRS_SIGMAS_S:
        line = _Line(beat, band_hz, sigma_s)
        if line.noise < QRS_NOISE * line.steepest:
            onset, offset = line.qrs_edge(-1, QRS_BEFORE_S), line.qrs_edge(1, QRS_AFTER_S)
            return line.as_one(onset, offset)
    return Edge(None, NOISY), Edge(None, NOISY)


class _Line:
    """A typical beat and its slopes; moments are samples from its beginning."""

    def __init__(self, beat: AverageBeat, band_hz: tuple[float, float], sigma_s: float) -> None:
        self._r, self._rate_hz, self._rr_s = beat.r, beat.rate_hz, beat.rr_s
        self._mv = undo_band(beat.mv, beat.rate_hz, band_hz, sigma_s)
        self._slope = np.gradient(self._mv)
        self._sigma = sigma_s * beat.rate_hz
        noise = undo_band(beat.noise, beat.rate_hz, band_hz, sigma_s)
        self._clear_mv = CLEAR * _spread(noise)
        ends = self._samples(LEVEL_S)
        between = np.concatenate((self._mv[:ends], self._mv[-ends:]))
        self._level_mv = float(np.median(between))
        self._uneven_mv = float(np.ptp(between))
        near = self._samples(2 * QRS_NEAR_S)
        self.steepest = float(np.abs(self._slope[max(self._r - near, 0) : self._r + near]).max())
        self.noise = SIGMAS * _spread(np.gradient(noise))

    def is_level(self, qrs_onset: Edge) -> bool:
        """Whether there is a line between T and P that waves may be measured from."""
        before_qrs = self._mv[self._at(qrs_onset)] - self._level_mv
        return self._uneven_mv < LEVEL_MV and abs(float(before_qrs)) < LEVEL_MV

    def qrs_edge(self, way: int, reach_s: float) -> Edge:
        """The onset (way -1) or the offset (way 1) of the QRS."""
        near, reach = self._samples(QRS_NEAR_S), self._samples(reach_s)
        quiet = max(QRS_QUIET * self.steepest, self.noise)
        blurred = QRS_BLURRED * self.steepest
        last = QRS_LAST * self.steepest if way > 0 else 0.0
        at = self._edge(self._r, way, near, reach, (quiet, blurred), last)
        return self._told(at, NO_QRS)

    def as_one(self, onset: Edge, offset: Edge) -> tuple[Edge, Edge]:
        """Both edges, where all between them is one QRS: neither P nor T was taken into it."""
        first = self._r - self._samples(QRS_NEAR_S) if onset.at_s is None else self._at(onset)
        stop = self._r + self._samples(QRS_NEAR_S) if offset.at_s is None else self._at(offset)
        inside, unclear = self._mv[first : stop + 1], Edge(None, NO_QRS)
        steep = np.abs(self._slope) > QRS_SLOW * self.steepest
        if onset.at_s is not None and self._dawdles(steep[first : self._r + 1]):
            onset = unclear
        if offset.at_s is not None and self._dawdles(steep[self._r : stop + 1]):
            offset = unclear
        if onset.at_s is None or offset.at_s is None:
            return onset, offset
        away = abs(float(self._mv[stop] - self._mv[first]))
        if offset.at_s - onset.at_s > QRS_MOST_S or away > ST_MOST * float(np.ptp(inside)):
            return onset, unclear
        return onset, offset

    def _dawdles(self, steep: NDArray[np.bool_]) -> bool:
        """Whether a slope is small for longer than within a QRS."""
        turns = np.flatnonzero(np.concatenate(([True], steep, [True])))
        return int(np.diff(turns).max()) - 1 > self._samples(QRS_DAWDLES_S)

    def _at(self, edge: Edge) -> int:
        return self._r + self._samples(edge.at_s or 0.0)

    def p_onset(self, qrs_onset: Edge) -> Edge:
        first, stop = self._samples(LEVEL_S), self._at(qrs_onset) - self._samples(0.01)
        peak = self._peak(first, stop, LOWEST_P_MV)
        if peak is None:
            return Edge(None, NO_P)
        rise = np.abs(self._slope[max(peak - self._samples(0.06), 0) : peak])
        quiet = max(P_QUIET * float(rise.max()), self.noise)
        if quiet > P_NOISE * float(rise.max()):
            return Edge(None, NO_P)
        at = self._edge(peak, -1, self._samples(P_RISE_S[0]), peak, (quiet, quiet), 0.0)
        low, high = (self._samples(rise_s) for rise_s in P_RISE_S)
        return self._told(at if at is not None and low <= peak - at <= high else None, NO_P)

    def t_offset(self, qrs_offset: Edge) -> Edge:
        after_qrs_s = QRS_AFTER_S if qrs_offset.at_s is None else qrs_offset.at_s + ST_S
        first = self._r + self._samples(after_qrs_s)
        stop = self._r + self._samples(QT_MOST_S * self._rr_s**0.5)
        peak = self._peak(first, min(stop, len(self._mv) - self._samples(LEVEL_S)), LOWEST_T_MV)
        if peak is None:
            return Edge(None, NO_T)
        height_mv = float(self._mv[peak]) - self._level_mv
        falling = -np.sign(height_mv) * self._slope[peak : len(self._mv)]
        at = self._meets(peak + int(np.argmax(falling)), self._level_mv)
        after = self._mv[round(at) + self._samples(0.02) :]
        returns = np.abs(after - self._level_mv) < RETURNS * abs(height_mv)
        return self._told(at if len(after) and returns.all() else None, NO_T_END)

    def _peak(self, first: int, stop: int, lowest_mv: float) -> int | None:
        """The farthest point from the level; None where it is at an end, or hardly away."""
        if stop - first < 3:
            return None
        away = np.abs(self._mv[first:stop] - self._level_mv)
        at = int(np.argmax(away))
        high = away[at] > max(lowest_mv, self._clear_mv)
        return first + at if high and 0 < at < len(away) - 1 else None

    def _edge(
        self, start: int, way: int, near: int, reach: int, quiet: tuple[float, float], lowest: float
    ) -> float | None:
        """Where a wave ends that is left from `start`: its last tangent at the level beyond it.

        It is over where the slope first stays below `quiet[0]`, or below `quiet[1]` where it is
        least.
        """
        half = self._samples(QUIET_S) // 2
        steep = np.abs(self._slope[start::way][: reach + half])
        if len(steep) < near + 2 * half + 1:
            return None
        around = sliding_window_view(steep[near:], 2 * half + 1).max(axis=1)
        still = np.flatnonzero(around < quiet[0])
        over = int(still[0]) if len(still) else int(np.argmin(around))
        if around[over] > quiet[1]:
            return None
        limit = max(quiet[0], float(around[over]))
        over += near + half
        inside = np.flatnonzero(steep[:over] > limit)
        if not len(inside):
            return None
        at = int(inside[-1])
        while at > 0 and steep[at - 1] > steep[at]:
            at -= 1
        if steep[at] < lowest:
            return None
        beyond = self._mv[start::way][over - half : over + half + 1]
        return self._meets(start + way * at, float(np.median(beyond)))

    def _meets(self, at: int, level_mv: float) -> float:
        """Where the tangent at a sample meets a level, had the line not been smoothed.

        Of a Gaussian the tangent reaches as far as its sigma, and the smoothing's adds to that.
        """
        reach = (level_mv - float(self._mv[at])) / float(self._slope[at])
        sharp = max(reach * reach - self._sigma**2, 0.0) ** 0.5
        return at + float(reach - 2.0 * np.sign(reach) * (abs(reach) - sharp))

    def _told(self, at: float | None, reason: str) -> Edge:
        return Edge(None, reason) if at is None else Edge((at - self._r) / self._rate_hz)

    def _samples(self, seconds: float) -> int:
        return round(seconds * self._rate_hz)


def _spread(values: FloatArray) -> float:
    """The standard deviation, going by the median: what is left of a beat does not count."""
    return 1.4826 * float(np.median(np.abs(values)))
