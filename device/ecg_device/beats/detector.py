"""Samples in, beats out: envelope, candidates, decisions, fiducials, in this order."""

from collections import deque
from collections.abc import Iterable

import numpy as np

from ecg_device.beats.candidates import DECISION_DELAY, CandidateFinder, Candidates
from ecg_device.beats.decision import Decider, Judge
from ecg_device.beats.envelope import SAMPLES_PER_FRAME, EnvelopeStream
from ecg_device.beats.fiducial import REACH_AFTER, REACH_BEFORE, locate_r
from ecg_device.signals import Beat, FloatArray, Judged, Span
from ecg_device.windows import cut

_TAIL = DECISION_DELAY + REACH_BEFORE + REACH_AFTER + SAMPLES_PER_FRAME
_BLOCK = 1 << 16  # samples: half a megabyte


class BeatDetector:
    """A causal QRS detector at 360 Hz; a beat is final at most 250 ms after its R wave.

    How the signal is cut into blocks never changes a result. Spans marked unusable (lead off,
    saturated, missing) hold no beats, and no interval is judged across them.
    """

    def __init__(self, judge: Judge | None = None) -> None:
        self._envelope = EnvelopeStream()
        self._finder = CandidateFinder()
        self._decider = Decider(judge)
        self._tail = np.zeros(0)  # samples that a fiducial may still reach
        self._received = 0
        self._unusable: deque[Span] = deque()
        self._judged: list[tuple[int, float, float, float]] = []

    def feed(self, mv: FloatArray, unusable: Iterable[Span] = ()) -> list[Beat]:
        """Take samples, return the beats that have become final.

        Of `unusable` all that is known up to these samples must have been given, in order.
        """
        self._note(unusable)
        samples = np.concatenate((self._tail, mv))
        self._received += len(mv)
        self._tail = samples[-_TAIL:]
        centres, likeness = self._decide(self._finder.find(self._envelope.feed(mv)))
        return _place(centres, likeness, samples, self._received - len(samples))

    @property
    def judged(self) -> list[Judged]:
        """All that the newest call has judged, beats or not."""
        return [
            Judged(centre + DECISION_DELAY, score, strength, likeness)
            for centre, score, strength, likeness in self._judged
        ]

    def finish(self) -> list[Beat]:
        """The end of the signal: return the beats that its last 200 ms still hold."""
        if not self._received:
            return []
        end = self._received
        beats = self.feed(np.full(DECISION_DELAY + SAMPLES_PER_FRAME, self._tail[-1]))
        return [b._replace(decided=min(b.decided, end)) for b in beats if b.sample < end]

    def _note(self, unusable: Iterable[Span]) -> None:
        """Remember spans; what goes on and on, as with an electrode off for days, is one."""
        for start, stop in unusable:
            if self._unusable and self._unusable[-1][1] == start:
                start, _ = self._unusable.pop()
            self._unusable.append((start, stop))

    def _decide(self, c: Candidates) -> tuple[list[int], list[float]]:
        centres: list[int] = []
        likeness: list[float] = []
        self._judged = []
        for i, frame in enumerate(c.frame):
            centre = frame * SAMPLES_PER_FRAME
            if self._unusable and self._is_lost(centre):
                continue
            verdict = self._decider.judge(c, i)
            if verdict is None:
                continue
            score, like = verdict
            self._judged.append((centre, score, c.strength[i], like))
            if score > 0.0:
                centres.append(centre)
                likeness.append(like)
        return centres, likeness

    def _is_lost(self, centre: int) -> bool:
        """Whether an unusable span touches this candidate; those left behind interrupt."""
        while self._unusable and self._unusable[0][1] <= centre - REACH_AFTER:
            self._unusable.popleft()
            self._decider.interrupt()
        return bool(self._unusable) and self._unusable[0][0] < centre + REACH_AFTER


def _place(
    centres: list[int], likeness: list[float], samples: FloatArray, first: int
) -> list[Beat]:
    """Find each accepted candidate's R wave in `samples`, which begin at working sample `first`."""
    if not centres:
        return []
    at = np.array(centres) - first
    offsets, heights = locate_r(cut(samples, at, REACH_BEFORE, REACH_AFTER))
    return [
        Beat(max(0, centre + offset), centre + DECISION_DELAY, height, agreement)
        for centre, offset, height, agreement in zip(
            centres, offsets.tolist(), heights.tolist(), likeness, strict=True
        )
    ]


def detect(mv: FloatArray) -> list[Beat]:
    """Find all beats of a whole recording at 360 Hz in millivolts."""
    detector = BeatDetector()
    beats: list[Beat] = []
    for start in range(0, len(mv), _BLOCK):
        beats += detector.feed(mv[start : start + _BLOCK])
    return beats + detector.finish()
