"""QRS detection after Pan and Tompkins (IEEE TBME 32(3), 1985), improved where it fell short.

Kept from the paper: a band-pass, an energy signal with one hump a beat, running levels of beats
and of noise that follow by 1/8, a 200 ms refractory time, the R fiducial found on the band-passed
signal. The departures:

1. Envelope of a Gabor quadrature pair at 12 Hz (`envelope`) instead of 5-15 Hz band-pass,
   derivative, square and 150 ms integration: one smooth hump for any shape, 75 ms of delay.
2. 120 frames a second for the envelope; the R wave is found at the full 360 Hz.
3. Levels are logarithms, and the threshold 0.25 between them is replaced by a fitted sum of 20
   terms: what a candidate is by itself, and how it compares with the running beat and non-beat
   (`candidates`, `levels`, `decision`, `weights`).
4. No search-back: a beat found a second late is of no use on a live screen. Instead the time since
   the last beat is one of the comparisons, so the threshold falls while a beat is due.
5. A candidate waits for 117 ms of what follows: a P wave is known by the QRS behind it.
6. T waves: not a slope test within 360 ms, but the share of 5 Hz energy, the likeness in shape and
   the nearness to the last beat together; how long a T wave is near grows with the root of RR.
7. Learning takes 1.25 s, and is done again after 5 s without a beat; nothing is decided meanwhile.
   A beat teaches only when no better claim has come within 317 ms, so that no P wave is followed.
8. R is the positive peak unless the negative one is much larger, as annotators place it.
9. Spans without contact hold no candidates, and no interval is judged across them.
"""

from ecg_device.beats.detector import BeatDetector, detect

__all__ = ["BeatDetector", "detect"]
