"""Ventricular beats planted: a recording of a regular heart with another patient's extra beats.

A ventricular extra beat is set off in the muscle of a ventricle, and all else follows from that.
It comes early, at 0.5 to 0.85 of the usual interval, alone or two or three in a row. No P wave
goes before it. It spreads from muscle to muscle instead of along the conduction system, so it is
wide, and its T wave points the other way. It leaves the ventricles refractory when the next sinus
impulse reaches them: that beat never appears, and as the sinus node keeps its own time, a pause
follows until the one after it.

So a beat of the host is taken away from P to T, a straight line in its place, and a wave is put
where the extra beat comes. The waves of a host are all of one donor, as the beats of one focus in
one lead; a hand-held recorder may be held either way round, so they may all be upside down.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ecg_device.signals import WORKING_RATE_HZ, FloatArray
from ecg_device.views import AFTER, BEFORE, FEATURES, LENGTH, Float32Array
from ecg_training.beatsets import BeatSet
from ecg_training.early import USUAL, Drawn
from ecg_training.scoring import IntArray

PLANTED = "V"  # as the annotators of MIT-BIH write it

SHARE = 0.12  # how often a usual beat gives way to planted ones
INTERVAL = (0.5, 0.85)  # of the usual one
SIZE = (0.8, 1.2)  # of a wave against the host's QRS, over what it was against the donor's
UNLIKE = 0.7  # correlation with the donor's prevailing shape; who resembles it more is no example

_LEAD_IN = 3  # beats that stay: nothing is early before there is a rhythm
_ALONE = 0.8  # how often one is planted alone; else two or three in a row
_PAUSE = (1, 3)  # usual beats before the next may be planted
_LATEST = 0.95  # of the way to the beat it hides; who comes later than that is not early


def _samples(seconds: float) -> int:
    return round(seconds * WORKING_RATE_HZ)


_SHORTEST = _samples(0.3)  # interval; less, and the ventricles are refractory
_P_BEGINS, _T_ENDS = _samples(0.22), _samples(0.47)  # before and after R
_Q, _S = _samples(0.08), _samples(0.1)  # the QRS, before and after R
_RISE, _FALL = 40, 50  # samples of a wave's ends over which it comes and goes


def _taper() -> FloatArray:
    taper = np.ones(LENGTH)
    taper[:_RISE] = 0.5 - 0.5 * np.cos(np.pi * np.arange(_RISE) / _RISE)
    taper[-_FALL:] = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, _FALL + 1) / _FALL)
    return taper


_TAPER = _taper()


class Donor(NamedTuple):
    """One lead of a record, and the waves of its ventricular beats."""

    record: str
    waves: Float32Array  # (n, LENGTH); 1 is the height of its prevailing QRS


def donors_of(beats: BeatSet) -> list[Donor]:
    """Each lead of each record that has ventricular beats of a shape of their own."""
    unlike = beats.context[:, FEATURES.index("likeness")] < UNLIKE
    own = beats.where((beats.symbols == PLANTED) & unlike)
    sizes = np.exp(own.context[:, FEATURES.index("size")]) / np.ptp(
        own.windows[:, BEFORE - _Q : BEFORE + _S], axis=1
    )
    waves = own.windows * sizes[:, None]
    leads = sorted({*zip(own.records.tolist(), own.leads.tolist(), strict=True)})
    return [
        Donor(record, waves[(own.records == record) & (own.leads == lead)])
        for record, lead in leads
    ]


def plant(
    mv: FloatArray, beats: IntArray, rng: np.random.Generator, donor: Donor, share: float = SHARE
) -> Drawn:
    """The signal with ventricular beats in the place of some of its own.

    Parameters
    ----------
    mv
        Millivolts at 360 Hz of a heart whose beats all come from the sinus node.
    beats
        Their R, in order.
    donor
        Whose waves are planted.
    share
        How often a beat gives way to one planted beat, or is the first of two or three that do.

    Returns
    -------
    Drawn
        As many samples and beats as before; the symbol is "V" where a beat was planted, else "N".
    """
    planted = Drawn(mv.astype(np.float64), beats.copy(), np.full(len(beats), USUAL))
    if len(beats) <= _LEAD_IN:
        return planted
    usual = float(np.median(np.diff(beats)))
    size = _height(mv, beats) * rng.uniform(*SIZE) * rng.choice((-1.0, 1.0))
    for at in _plan(len(beats), rng, share):
        interval = max(round(usual * rng.uniform(*INTERVAL)), _SHORTEST)
        wave = size * donor.waves[rng.integers(len(donor.waves))]
        peak = int(planted.beats[at - 1]) + interval
        room = _LATEST * (beats[at] - planted.beats[at - 1])
        if interval <= room and BEFORE <= peak <= len(mv) - AFTER:
            _take_away(planted.mv, beats, at, peak)
            planted.mv[peak - BEFORE : peak + AFTER] += wave * _TAPER
            planted.beats[at], planted.symbols[at] = peak, PLANTED
    return planted


def _height(mv: FloatArray, beats: IntArray) -> float:
    """Of the host's typical QRS."""
    return float(np.median([np.ptp(mv[max(beat - _Q, 0) : beat + _S]) for beat in beats]))


def _plan(count: int, rng: np.random.Generator, share: float) -> Iterator[int]:
    """Which of `count` beats give way; the last one stays, to end the pause."""
    at = _LEAD_IN
    while at < count - 1:
        if rng.random() >= share:
            at += 1
            continue
        size = 1 if rng.random() < _ALONE else int(rng.integers(2, 4))
        yield from range(at, min(at + size, count - 1))
        at += size + int(rng.integers(_PAUSE[0], _PAUSE[1] + 1))


def _take_away(mv: FloatArray, beats: IntArray, at: int, peak: int) -> None:
    """A straight line for a beat, up to the P wave after it, and for what the planted one hides."""
    first = max(min(int(beats[at]) - _P_BEGINS, peak - BEFORE + _RISE), 0)
    last = min(int(beats[at]) + _T_ENDS, int(beats[at + 1]) - _P_BEGINS, len(mv) - 1)
    last = max(last, int(beats[at]) + _S)
    mv[first : last + 1] = np.linspace(mv[first], mv[last], last + 1 - first)
