"""Beats drawn early: how a recording of a regular heart would look with atrial premature beats.

Such a beat is set off by some place in the atria before the sinus node's turn. What follows from
that is all that is changed here. It comes at 0.5 to 0.87 of the usual interval, alone or in pairs,
in a run at 0.45 to 0.8; its excitation spreads from elsewhere over the atria, so its P wave has
another size or sign, and lies on the T wave before; below the AV node it takes the usual way, so
its QRS and T wave are its owner's own. It resets the sinus node: the next beat follows at its own
distance, without a full compensatory pause. Where the sinus node is sick, early beats make up
much of the rhythm, and overdrive silences the node: what follows may come late, after a pause.

So the diastole before a beat is cut, or stretched where it is late. From the end of what is left
on, P wave and QRS of the beat are added to what the beat before still had to say, which fades to
the isoelectric level.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_device.signals import WORKING_RATE_HZ, FloatArray
from ecg_training.scoring import IntArray

EARLY, USUAL = "A", "N"  # as the annotators of MIT-BIH write them

SINGLE, RUN = 0.12, 0.02  # how often a beat begins one or two early ones, and how often a run
PAIRS = 0.25  # of the former
SICK = 0.3  # of the recordings; in them SICK_SINGLE and SICK_RUN hold, and pauses
SICK_SINGLE, SICK_RUN = 0.4, 0.15
PAUSE_INTERVAL = (1.0, 2.3)  # of the usual one, after early beats of a sick sinus node
SINGLE_INTERVAL, RUN_INTERVAL = (0.5, 0.87), (0.45, 0.8)  # of the usual one
SINGLE_SPREAD, RUN_SPREAD = 0.05, 0.03  # of each interval about its group's
RUN_LENGTHS = (3, 15)
P_WAVE = (-0.8, 1.0)  # its size, of the sinus beat's

_LEAD_IN = 3  # beats that stay: nothing is early before there is a rhythm
_AT_ONCE = 0.2  # how often the next group may follow a single or a pair without a usual beat
_PAUSE, _PAUSE_AFTER_RUN = (1, 4), (3, 7)  # usual beats before the next group may begin
_LEAST_CUT = 0.05  # of the interval; who comes less early than that is not early


def _samples(seconds: float) -> int:
    return round(seconds * WORKING_RATE_HZ)


_SHORTEST = _samples(0.27)  # interval that atria and AV node conduct
_QRS = _samples(0.05)  # before and after R; not touched
_OWN = _samples(0.2), _samples(0.26)  # before R, what moves with a beat: P wave, PQ, QRS
_OWN_SHARE = 0.4  # of the interval, within those bounds
_DIASTOLE = 0.55  # of the interval, from where on nothing but rest is left before the P wave
_P_BEGINS, _P_ENDS = _samples(0.22), _samples(0.055)  # before R
_FADE = _samples(0.2)
_RISE = 10  # samples in which a beat's own level takes over
_LEVEL = 10  # samples that tell the isoelectric level


class Drawn(NamedTuple):
    """A signal, where its beats are, and which were drawn early."""

    mv: FloatArray
    beats: IntArray
    symbols: NDArray[np.str_]


class _Ectopic(NamedTuple):
    beat: int
    interval: float  # of the usual one
    p_wave: float


def draw_heart(mv: FloatArray, beats: IntArray, rng: np.random.Generator) -> Drawn:
    """`draw_early`, with a sick sinus node in some of the recordings."""
    if rng.random() < SICK:
        return draw_early(mv, beats, rng, SICK_SINGLE, SICK_RUN, pauses=True)
    return draw_early(mv, beats, rng)


def draw_early(
    mv: FloatArray,
    beats: IntArray,
    rng: np.random.Generator,
    single: float = SINGLE,
    run: float = RUN,
    pauses: bool = False,
) -> Drawn:
    """The signal with some of its beats drawn early; the others come as they came.

    Parameters
    ----------
    mv
        Millivolts at 360 Hz of a heart whose beats all come from the sinus node.
    beats
        Their R, in order.
    single, run
        How often a beat begins one or two early ones, and how often a run of them.
    pauses
        Whether the first usual beat after early ones comes late.

    Returns
    -------
    Drawn
        Signal and beats after the cuts; the symbol is "A" where a beat was drawn early, else "N".
    """
    if len(beats) < 2:
        return Drawn(mv.copy(), beats.copy(), np.full(len(beats), USUAL))
    usual = float(np.median(np.diff(beats)))
    plan = {one.beat: one for one in _plan(len(beats), rng, single, run)}
    symbols = np.full(len(beats), USUAL)
    pieces = [mv[: beats[0]]]
    for at in range(1, len(beats)):
        piece = mv[beats[at - 1] : beats[at] + 1]
        early = plan.get(at)
        if early is not None:
            interval = max(round(usual * early.interval), _SHORTEST)
            if interval <= (1.0 - _LEAST_CUT) * (len(piece) - 1):
                piece, symbols[at] = _brought_forward(piece, interval, early.p_wave), EARLY
        elif pauses and symbols[at - 1] == EARLY:
            piece = _put_off(piece, round(usual * rng.uniform(*PAUSE_INTERVAL)))
        pieces.append(piece[:-1])
    ends = np.cumsum([len(piece) for piece in pieces])
    return Drawn(np.concatenate([*pieces, mv[beats[-1] :]]), ends.astype(np.int64), symbols)


def _plan(count: int, rng: np.random.Generator, single: float, run: float) -> Iterator[_Ectopic]:
    """Which of `count` beats come early, and how; the last one stays, to end what came before."""
    at = _LEAD_IN
    while at < count - 1:
        chance = rng.random()
        if chance < single:
            group = _few(at, rng)
            pause = 0 if rng.random() < _AT_ONCE else _between(_PAUSE, rng)
        elif chance < single + run:
            group, pause = _many(at, rng), _between(_PAUSE_AFTER_RUN, rng)
        else:
            at += 1
            continue
        yield from (one for one in group if one.beat < count - 1)
        at += len(group) + pause


def _few(first: int, rng: np.random.Generator) -> list[_Ectopic]:
    """One early beat or two, each with a P wave of its own."""
    size = 2 if rng.random() < PAIRS else 1
    middle = rng.uniform(*SINGLE_INTERVAL)
    return [
        _Ectopic(first + at, middle * _about_one(SINGLE_SPREAD, rng), rng.uniform(*P_WAVE))
        for at in range(size)
    ]


def _many(first: int, rng: np.random.Generator) -> list[_Ectopic]:
    """A run from one focus: one P wave, nearly one interval."""
    middle, p_wave = rng.uniform(*RUN_INTERVAL), rng.uniform(*P_WAVE)
    return [
        _Ectopic(first + at, middle * _about_one(RUN_SPREAD, rng), p_wave)
        for at in range(_between(RUN_LENGTHS, rng))
    ]


def _about_one(spread: float, rng: np.random.Generator) -> float:
    return float(rng.uniform(1.0 - spread, 1.0 + spread))


def _between(bounds: tuple[int, int], rng: np.random.Generator) -> int:
    return int(rng.integers(bounds[0], bounds[1] + 1))


def _brought_forward(piece: FloatArray, interval: int, p_wave: float) -> FloatArray:
    """From R to R, `interval` samples apart instead of the more that there were."""
    length = len(piece) - 1
    own_size = int(np.clip(_OWN_SHARE * length, _OWN[0], min(_OWN[1], interval - _QRS)))
    begins = length - own_size
    level = float(np.median(piece[begins - _LEVEL : begins + 1]))
    own = _with_p_wave(piece[begins:], p_wave, length) - level
    own -= own[0] * (1.0 - np.clip(np.arange(len(own)) / _RISE, 0.0, 1.0))
    kept = interval - own_size
    return np.concatenate([piece[:kept], _fading(piece[kept:begins], level, len(own)) + own])


def _put_off(piece: FloatArray, interval: int) -> FloatArray:
    """From R to R with the diastole stretched to make `interval` samples, if that is longer."""
    length = len(piece) - 1
    first, last = round(_DIASTOLE * length), length - min(_OWN[1], round(_OWN_SHARE * length))
    more = interval - length
    if more <= 0 or last - first < _LEVEL:
        return piece
    at = np.linspace(first, last, last - first + more, endpoint=False)
    stretched = np.interp(at, np.arange(first, last + 1), piece[first : last + 1])
    return np.concatenate([piece[:first], stretched, piece[last:]])


def _with_p_wave(own: FloatArray, size: float, length: int) -> FloatArray:
    """What comes before an R with its P wave `size` times as high over its own ends."""
    last = len(own) - 1
    first = last - min(_P_BEGINS, length // 2, last)
    wave = slice(first, last - _P_ENDS)
    changed = own.copy()
    line = np.linspace(own[wave][0], own[wave][-1], len(own[wave]))
    changed[wave] += (own[wave] - line) * (size - 1.0) * np.hanning(len(line))
    return changed


def _fading(rest: FloatArray, level: float, size: int) -> FloatArray:
    """The rest of the beat before, on its way to the isoelectric level, which it has at the QRS."""
    under = np.full(size, level)
    shown = min(len(rest), size)
    under[:shown] = rest[:shown]
    fade = np.clip(1.0 - np.arange(size) / min(size - 1 - _QRS, _FADE), 0.0, 1.0)
    return np.asarray(level + (under - level) * fade)
