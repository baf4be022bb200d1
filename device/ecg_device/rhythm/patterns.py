"""Patterns of single beats: runs, couplets, bigeminy, trigeminy and pauses.

Each finder looks at the newest beats of a stretch and answers with a verdict that holds now, or
None. A couplet, a pause and beats premature by timing alone are no rhythms of their own: they
happen WITHIN the one underneath and get its WFDB string. Where no classifier named the beats, a
pattern is worded as what was seen (timing, shape), not as a diagnosis.
"""

import re

from ecg_device.rhythm.naming import RUN
from ecg_device.rhythm.stretch import Stretch
from ecg_device.rhythm.verdict import Pace, Verdict

WITHIN = ""  # the WFDB string of what happens within another rhythm
FAST_BPM = 100.0  # a run above is a tachycardia
PAUSE_S = 2.0  # an interval longer than this ...
PAUSE_SHARE = 1.5  # ... and than this many typical ones is a pause; else it is bradycardia
ALIKE = 0.15  # intervals of one group in an unnamed pattern differ by no more (share of longest)

_ALTERNATIONS = {2: "(B", 3: "(T"}
_WORDS = {2: "bigeminy", 3: "trigeminy"}
_RUN = re.compile(f"(?:[VWF]{{{RUN},}}|S{{{RUN},}})$")
_COUPLET = re.compile("[N/](?:[VW]{2}|S{2}|P{2})[N/]$")
_BIGEMINY = re.compile("(?:[VWSPO]N){3}$|(?:N[VWSPO]){3}$")
_TRIGEMINY = re.compile("(?:NN[VWSPO]){3}$|(?:N[VWSPO]N){3}$|(?:[VWSPO]NN){3}$")


def find_pattern(
    stretch: Stretch, timing_counts: bool, fibrillating: bool = False
) -> Verdict | None:
    """The most urgent pattern the newest beat completes or carries on.

    `timing_counts`: the rhythm underneath is regular enough for a beat that is premature by timing
    alone (kind P) to mean something. `fibrillating`: no beat of the atria is early or late, so what
    a classifier took for a supraventricular one is the fibrillation's own.
    """
    beats = stretch.pattern.replace("S", "N") if fibrillating else stretch.pattern
    if beats[-1] in "VWSF" and (run := _RUN.search(beats)):
        return _run(stretch, run.group())
    if stretch.rr_s and stretch.rr_s[-1] > PAUSE_S:
        return _pause(stretch)
    if not beats.strip("N/"):
        return None
    trusted = timing_counts or "P" not in beats[-6:]
    if trusted and (couplet := _COUPLET.search(beats)):
        return _couplet(stretch, couplet.group())
    if _BIGEMINY.search(beats) and _alike(stretch, 2):
        return _alternation(stretch, 2, beats[-6:])
    if _TRIGEMINY.search(beats) and _alike(stretch, 3):
        return _alternation(stretch, 3, beats[-9:])
    return None


def _run(stretch: Stretch, kinds: str) -> Verdict | None:
    intervals = list(stretch.rr_s)[-(len(kinds) - 1) :]
    bpm = 60.0 * len(intervals) / sum(intervals)
    named = _run_name(kinds, bpm > FAST_BPM)
    if named is None:
        return None
    aux, name = named
    what = "of another shape" if "W" in kinds else "ectopic"
    said = (f"{len(kinds)} beats in a row, {what}, at {bpm:.0f} bpm",)
    return Verdict(stretch.samples[-len(kinds)], aux, name, lambda: said, pace=Pace.MOMENTARY)


def _run_name(kinds: str, fast: bool) -> tuple[str, str] | None:
    """Slow runs are told only where a classifier calls them ventricular."""
    if "V" in kinds:
        return ("(VT", "ventricular tachycardia") if fast else ("(IVR", "ventricular rhythm")
    if not fast:
        return None
    if "S" in kinds:
        return "(SVTA", "run of supraventricular beats"
    return ("(VT", "fast run of beats of another shape") if "W" in kinds else None


def _pause(stretch: Stretch) -> Verdict | None:
    length_s = stretch.rr_s[-1]
    if not 0.0 < PAUSE_SHARE * stretch.typical_s < length_s:
        return None
    said = (f"{length_s:.2f} s between two beats, {stretch.typical_s:.2f} s is typical",)
    return Verdict(stretch.samples[-2], WITHIN, "pause", lambda: said, pace=Pace.MOMENTARY)


def _couplet(stretch: Stretch, beats: str) -> Verdict:
    coupling, inner = list(stretch.rr_s)[-3:-1]
    typical = f", {stretch.typical_s:.2f} s is typical" if stretch.typical_s > 0 else ""
    said = (f"{coupling:.2f} s and {inner:.2f} s{typical}",)
    what = {
        "V": "ventricular couplet",
        "W": "two premature beats of another shape in a row",
        "S": "supraventricular couplet",
        "P": "two premature beats in a row",
    }
    since = stretch.samples[-3]
    return Verdict(since, WITHIN, what[beats[1]], lambda: said, pace=Pace.MOMENTARY)


def _alternation(stretch: Stretch, period: int, beats: str) -> Verdict:
    """Bigeminy or trigeminy that was seen over three periods."""
    intervals = list(stretch.rr_s)[-period:]
    lengths = " ".join(f"{length:.2f}" for length in intervals)
    said = (f"three times in a row, intervals {lengths} s",)
    since = stretch.samples[-len(beats)]
    every = "second" if period == 2 else "third"
    kinds = {kind for kind in beats if kind != "N"}
    if kinds == {"V"}:
        aux, name = _ALTERNATIONS[period], f"ventricular {_WORDS[period]}"
    elif kinds == {"S"}:
        aux = "(AB" if period == 2 else WITHIN  # WFDB has no string for the other
        name = f"supraventricular {_WORDS[period]}"
    elif kinds <= {"W", "O"}:
        aux, name = _ALTERNATIONS[period], f"every {every} beat of another shape"
    else:  # by timing alone: the WFDB strings would call it ventricular
        aux, name = WITHIN, f"every {every} beat premature"
    return Verdict(since, aux, name, lambda: said, pace=Pace.PROMPT)


def _alike(stretch: Stretch, period: int) -> bool:
    """Whether intervals one period apart agree: asked only where no classifier named the beats."""
    if stretch.named:
        return True
    recent = list(stretch.rr_s)[-3 * period + 1 :]
    phases = [recent[phase::period] for phase in range(period)]
    return all(max(phase) - min(phase) <= ALIKE * max(phase) for phase in phases)
