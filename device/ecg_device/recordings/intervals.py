"""RR, PR, QRS, QT and QTc of a recording, where its signal and its front end let them be read."""

from collections.abc import Mapping

import numpy as np

from ecg_device.recordings.average_beat import AverageBeat, average_beat
from ecg_device.recordings.delineation import Edge, Waves, delineate
from ecg_device.recordings.result import Interval
from ecg_device.recordings.take import Take

FEWEST_RR = 3  # intervals between beats, for a typical one

AGREE_MS = 16
DISAGREE = "not the same in one half of the beats as in the other"
FEW_BEATS = "too few beats of the usual kind"
NO_BAND = "the bandwidth of the front end is not known"
NO_P_HERE = "no P wave belongs to this rhythm"

_MEASURED = ("pr_ms", "qrs_ms", "qt_ms", "qtc_ms")


def measure(take: Take) -> Mapping[str, Interval]:
    """The intervals of the recording; QTc is Fridericia's, QT by the cube root of RR."""
    rr = _typical_rr(take)
    beat = average_beat(take)
    reason = _in_the_way(take, beat)
    if reason or beat is None or take.info.band_hz is None:
        return {"rr_ms": rr, **{name: Interval(None, reason) for name in _MEASURED}}
    whole, *halves = (
        _between(delineate(one, take.info.band_hz), beat.rr_s, fibrillates(take))
        for one in (beat, *beat.halves)
    )
    return {
        "rr_ms": rr,
        **{name: _agreed(one, [half[name] for half in halves]) for name, one in whole.items()},
    }


def fibrillates(take: Take) -> bool:
    """Whether atrial fibrillation was told at any time of the recording."""
    return any(rhythm.aux == "(AFIB" and seconds > 0 for rhythm, seconds in take.episodes())


def _typical_rr(take: Take) -> Interval:
    """The median, which a premature beat and its pause do not move."""
    rr_s = take.rr_s()
    if len(rr_s) < FEWEST_RR:
        return Interval(None, FEW_BEATS)
    return Interval(round(1000 * float(np.median(rr_s))))


def _in_the_way(take: Take, beat: AverageBeat | None) -> str:
    if beat is None:
        return FEW_BEATS
    return NO_BAND if take.info.band_hz is None else ""


def _between(waves: Waves, rr_s: float, fibrillating: bool) -> dict[str, Interval]:
    p_onset = Edge(None, NO_P_HERE) if fibrillating else waves.p_onset
    qt = _interval(waves.qrs_onset, waves.t_offset)
    qtc = qt if qt.value is None else Interval(round(qt.value / rr_s ** (1 / 3)))
    return {
        "pr_ms": _interval(p_onset, waves.qrs_onset),
        "qrs_ms": _interval(waves.qrs_onset, waves.qrs_offset),
        "qt_ms": qt,
        "qtc_ms": qtc,
    }


def _agreed(whole: Interval, halves: list[Interval]) -> Interval:
    """An interval that both halves of the beats bear out."""
    if whole.value is None:
        return whole
    agreed = all(
        half.value is not None and abs(half.value - whole.value) <= AGREE_MS for half in halves
    )
    return whole if agreed else Interval(None, DISAGREE)


def _interval(start: Edge, stop: Edge) -> Interval:
    if start.at_s is None or stop.at_s is None:
        return Interval(None, start.reason or stop.reason)
    return Interval(round(1000 * (stop.at_s - start.at_s)))
