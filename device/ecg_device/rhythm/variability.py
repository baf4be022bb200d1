"""Heart rate variability of normal-to-normal intervals, or the reason why there is none."""

from dataclasses import dataclass

import numpy as np

from ecg_device.signals import BoolArray, FloatArray, Reason

FEWEST = 30  # NN intervals for the time domain
LARGEST_REJECTED = 0.2  # share of the intervals that may be other than normal
SPECTRUM_S = 120.0  # signal the spectrum needs: five periods of the slowest wave of LF
LARGEST_HOLE_S = 3.0  # intervals are interpolated across no wider hole
GRID_HZ = 4.0  # of the resampled tachogram
SEGMENT_S = 120.0  # of Welch's method: 8.3 mHz wide bins, LF holds thirteen of them
LF_HZ, HF_HZ = (0.04, 0.15), (0.15, 0.40)
PNN_MS = 50.0 + 1e-6  # more than 50 ms: 18 samples at 360 Hz are exactly that, and not more
CONTIGUOUS_S = 0.002  # intervals that meet within this belong together


@dataclass(frozen=True, slots=True)
class Hrv:
    """Variability in ms (lf, hf in ms squared); None, with `reason`, where it means nothing."""

    intervals: int  # normal ones, used
    rejected: float  # share of the intervals given that was left out, 0..1
    over_s: float = 0.0  # from the first interval's start to the last one's end
    sdnn_ms: float | None = None
    rmssd_ms: float | None = None
    pnn50: float | None = None  # percent
    lf_ms2: float | None = None
    hf_ms2: float | None = None
    reason: Reason = Reason.NONE  # why the time domain is missing
    spectrum_reason: Reason = Reason.NONE  # why lf and hf are missing

    @property
    def lf_hf(self) -> float | None:
        """The ratio of the two powers."""
        return self.lf_ms2 / self.hf_ms2 if self.lf_ms2 is not None and self.hf_ms2 else None


def hrv(end_s: FloatArray, rr_s: FloatArray, normal: BoolArray) -> Hrv:
    """Variability of the normal intervals among `rr_s`.

    Interval i ends at `end_s[i]` (s, increasing); `normal[i]` is False where a beat at either end
    is ectopic or doubtful. Intervals are successive where one ends as the next begins, so breaks
    in the signal need no marking.

    Time domain as the 1996 Task Force defines it: SDNN with n - 1, RMSSD and pNN50 over successive
    pairs of normal intervals. At least 30 of these and at most 20 % rejected, else none: ectopy
    and AF are not variability.

    Spectrum: the tachogram of the normal intervals, resampled at 4 Hz by a cubic spline, its trend
    removed, Welch's method (Hann, 120 s or the whole length, half overlapped). Interpolation
    replaces rejected intervals, as the Task Force asks; Lomb-Scargle needs none, but its power
    is not a density in ms^2 and leaks from the windowless ends. Needs 2 min without a hole of 3 s.
    """
    nn_s, rejected = rr_s[normal], 1.0 - float(np.mean(normal)) if len(rr_s) else 0.0
    over_s = float(end_s[-1] - end_s[0] + rr_s[0]) if len(rr_s) else 0.0
    reason = _refusal(len(nn_s), rejected)
    if reason is not Reason.NONE:
        return Hrv(len(nn_s), rejected, over_s, reason=reason, spectrum_reason=reason)
    steps_ms = 1000.0 * _successive_differences(end_s, rr_s, normal)
    if len(steps_ms) == 0:
        few = Reason.FEW_BEATS
        return Hrv(len(nn_s), rejected, over_s, reason=few, spectrum_reason=few)
    powers = _powers(end_s[normal], nn_s)
    return Hrv(
        len(nn_s),
        rejected,
        over_s,
        sdnn_ms=1000.0 * float(np.std(nn_s, ddof=1)),
        rmssd_ms=float(np.sqrt(np.mean(steps_ms**2))),
        pnn50=100.0 * float(np.mean(np.abs(steps_ms) > PNN_MS)),
        lf_ms2=powers[0] if powers else None,
        hf_ms2=powers[1] if powers else None,
        spectrum_reason=Reason.NONE if powers else Reason.FEW_BEATS,
    )


def _refusal(intervals: int, rejected: float) -> Reason:
    if rejected > LARGEST_REJECTED:
        return Reason.ARTEFACTS
    return Reason.FEW_BEATS if intervals < FEWEST else Reason.NONE


def _successive_differences(end_s: FloatArray, rr_s: FloatArray, normal: BoolArray) -> FloatArray:
    meet = np.abs(end_s[1:] - rr_s[1:] - end_s[:-1]) < CONTIGUOUS_S
    return np.diff(rr_s)[meet & normal[1:] & normal[:-1]]


def _powers(end_s: FloatArray, nn_s: FloatArray) -> tuple[float, float] | None:
    """Power in the LF and HF bands (ms^2), or None if the series is too short or torn."""
    if end_s[-1] - end_s[0] < SPECTRUM_S or np.max(np.diff(end_s) - nn_s[1:]) > LARGEST_HOLE_S:
        return None
    from scipy.interpolate import CubicSpline  # imported here: they take 80 MB, so only who asks
    from scipy.signal import detrend, welch  # for a spectrum pays for them

    grid_s = np.arange(end_s[0], end_s[-1], 1.0 / GRID_HZ)
    tachogram_ms = CubicSpline(end_s, 1000.0 * nn_s)(grid_s)
    segment = min(len(grid_s), round(SEGMENT_S * GRID_HZ))
    hz, density = welch(detrend(tachogram_ms), GRID_HZ, nperseg=segment)
    bin_hz = float(hz[1])
    lf, hf = (
        float(density[(hz >= low) & (hz < high)].sum()) * bin_hz for low, high in (LF_HZ, HF_HZ)
    )
    return lf, hf
