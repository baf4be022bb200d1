"""The rhythm underneath single beats: fibrillation, slow, fast, regular, or why not known."""

import re
from functools import partial
from itertools import islice

import numpy as np

from ecg_device.rhythm.af import AfEvidence, af_likelihood, steady_steps, turning_point
from ecg_device.rhythm.naming import ECTOPIC, RUN
from ecg_device.rhythm.rate import Rate
from ecg_device.rhythm.stretch import PATTERN_BEATS, WINDOW, Stretch
from ecg_device.rhythm.verdict import UNKNOWN, Verdict, unknown
from ecg_device.signals import WORKING_RATE_HZ, Reason

EVERY = 12  # beats between two looks at AF
AF_LIKELY = 0.8  # likelihood that starts AF: 97 % specific on cinc2017
AF_ENDED = 0.5  # and that ends it
AF_LIKELY_EARLY, EARLY = 0.9, 30  # that starts it while fewer than EARLY intervals are there
AF_FEWEST = 12  # intervals judged, without which AF does not start
AF_HALT, AF_HALT_OF = 0.8, 12  # share of steady ones in the latest intervals: no AF now
SLOW_BPM, FAST_BPM, RATE_MARGIN = 50.0, 100.0, 3.0  # entered outside, left by the margin
SVTA_BPM = 150.0  # what is regular, named and faster is not annotated as normal
REGULAR, REGULAR_LEFT = 0.7, 0.6  # share of steady intervals (see af.py)
MEANINGLESS = 0.5  # below this share of steady intervals every beat is early or late; above: no AF
PREMATURE_SOME, PREMATURE_FEW = 4, 1  # of 60 beats: so many are mentioned, so few no more

_RUN = re.compile(f"[VW]{{{RUN}}}")
_VENTRICULAR_RUN = re.compile(f"[VF]{{{RUN}}}")


class Prevailing:
    """The opinion about the underlying rhythm; remembers it, to leave it only by a margin."""

    def __init__(self) -> None:
        self.evidence: AfEvidence | None = None
        self._fibrillating = self._doubtful = self._slow = self._fast = False
        self._ectopic, self._regular = 0, False
        self._steady_now = 0.0  # share of steady intervals among the latest
        self._changed: int | None = None  # from where on the newest look finds the rhythm another

    @property
    def fibrillating(self) -> bool:
        """Whether the atria are taken to fibrillate now."""
        return self._fibrillating

    @property
    def timing_counts(self) -> bool:
        """Whether a beat may be called premature by its timing alone; in AF every third is."""
        if self.evidence is None:
            return False
        return not self._fibrillating and self.evidence.steady >= MEANINGLESS

    def follow(self, stretch: Stretch) -> None:
        """Take in the newest beat of the stretch.

        The rate of a ventricular run, and of the beats soon after it, is not that of what is
        underneath, which stays as slow or as fast as it was.
        """
        self._changed = None
        self._steady_now = _steady_now(stretch)
        self._fibrillating = self._fibrillating and self._steady_now < AF_HALT
        if stretch.intervals > 0 and stretch.intervals % EVERY == 0:
            self._look_for_af(stretch)
            self._count_ectopic(stretch)
        if stretch.rate is not None and not _VENTRICULAR_RUN.search(stretch.pattern):
            bpm = stretch.rate.bpm
            self._slow = bpm < SLOW_BPM + (RATE_MARGIN if self._slow else 0.0)
            self._fast = bpm > FAST_BPM - (RATE_MARGIN if self._fast else 0.0)

    def verdict(self, stretch: Stretch) -> Verdict:
        """What the rhythm of the stretch is now."""
        if stretch.rate is None or (self.evidence is None and not self._slow):
            return unknown(stretch.start, Reason.STARTING)
        since = stretch.samples[-1] if self._changed is None else self._changed
        words = partial(self._words, stretch.rate, self.evidence)
        if self._fibrillating:
            return Verdict(since, "(AFIB", "atrial fibrillation likely", words)
        if self._doubtful:
            return Verdict(since, UNKNOWN, "irregular rhythm", words, Reason.ARTEFACTS)
        if self._fast and stretch.unnamed:
            return Verdict(since, UNKNOWN, "tachycardia of unknown origin", words, stretch.unnamed)
        aux, name = self._ordinary(stretch, stretch.rate.bpm)
        return Verdict(since, aux, name, words)

    def _look_for_af(self, stretch: Stretch) -> None:
        if self.evidence is None:  # the first opinion covers all the beats it is formed on
            self._changed = stretch.first_beat
        self.evidence = af_likelihood(np.array(stretch.rr_s), np.array(stretch.atrial))
        irregular = self.evidence.steady < MEANINGLESS
        likelihood = self.evidence.likelihood if irregular else None
        suspected = likelihood is not None and likelihood >= AF_ENDED
        fibrillating = suspected and (self._fibrillating or self._starts(stretch, self.evidence))
        doubtful = suspected and not fibrillating
        turned = (fibrillating, doubtful) != (self._fibrillating, self._doubtful)
        if turned and self._changed is None:
            self._changed = _turn(stretch)
        self._fibrillating, self._doubtful = fibrillating, doubtful
        self._regular = self.evidence.steady >= (REGULAR_LEFT if self._regular else REGULAR)

    def _starts(self, stretch: Stretch, evidence: AfEvidence) -> bool:
        """Whether AF is likely enough to begin; not in or soon after a run, irregular as it is."""
        if evidence.intervals < AF_FEWEST or _RUN.search(stretch.pattern):
            return False
        if self._steady_now >= MEANINGLESS:  # the window still holds what was before
            return False
        start = AF_LIKELY_EARLY if len(stretch.rr_s) < EARLY else AF_LIKELY
        return evidence.likelihood is not None and evidence.likelihood >= start

    def _count_ectopic(self, stretch: Stretch) -> None:
        """Keep the number of premature beats while it is worth mentioning, else 0."""
        count = sum(stretch.kinds.count(kind) for kind in ECTOPIC)
        self._ectopic = (
            count if count > (PREMATURE_FEW if self._ectopic else PREMATURE_SOME - 1) else 0
        )

    def _ordinary(self, stretch: Stretch, bpm: float) -> tuple[str, str]:
        if stretch.pattern.count("/") > PATTERN_BEATS // 2:
            return "(P", "paced rhythm"
        if self._slow:
            return "(SBR", "bradycardia"
        if self._fast:
            return ("(SVTA" if bpm > SVTA_BPM else "(N"), "tachycardia"
        steady = "sinus rhythm" if stretch.named else "regular rhythm"
        calm = self._regular or (self._ectopic and self.timing_counts)
        name = steady if calm else "slightly irregular rhythm"
        return "(N", f"{name} with premature beats" if self._ectopic else name

    def _words(self, rate: Rate, evidence: AfEvidence | None) -> tuple[str, ...]:
        said = [f"{rate.bpm:.0f} bpm over {rate.intervals} intervals"]
        said += _af_words(evidence) if evidence else ()
        if self._ectopic:
            said.append(f"{self._ectopic} of the last {WINDOW} beats premature")
        return tuple(said)


def _af_words(evidence: AfEvidence) -> tuple[str, ...]:
    return (
        f"AF likelihood {evidence.likelihood:.2f} over {evidence.intervals} intervals",
        f"entropy {evidence.entropy:.2f}, {100 * evidence.steady:.0f} % of the intervals steady",
    )


def _steady_now(stretch: Stretch) -> float:
    """The share of steady intervals among the latest, whatever was before; 0 while too few."""
    latest = np.array(list(islice(reversed(stretch.rr_s), AF_HALT_OF)))
    return float(np.mean(steady_steps(latest))) if len(latest) == AF_HALT_OF else 0.0


def _turn(stretch: Stretch) -> int:
    """The beat at which AF began or ended, as far back as the window goes."""
    newer_s = sum(islice(stretch.rr_s, turning_point(np.array(stretch.rr_s)), None))
    return stretch.samples[-1] - round(newer_s * WORKING_RATE_HZ)
