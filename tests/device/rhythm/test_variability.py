"""Heart rate variability against arithmetic and against a second spectral method."""

import numpy as np
import pytest
from scipy.signal import lombscargle

from ecg_device.rhythm import hrv
from ecg_device.signals import Reason


def modulated(amplitude_ms: float, hz: float, seconds: float, mean_s: float = 0.8) -> np.ndarray:
    """Intervals that swing as a sine of this amplitude around their mean."""
    rr_s, now = [], 0.0
    while now < seconds:
        rr_s.append(mean_s + amplitude_ms / 1000 * np.sin(2 * np.pi * hz * now))
        now += rr_s[-1]
    return np.array(rr_s)


def of(rr_s: np.ndarray, rejected: tuple[int, ...] = ()):
    normal = np.ones(len(rr_s), np.bool_)
    normal[list(rejected)] = False
    return hrv(np.cumsum(rr_s), rr_s, normal)


def test_time_domain_by_hand() -> None:
    """Alternating 780 and 820 ms: RMSSD 40 ms, SDNN 20 ms times sqrt(n / (n - 1)), pNN50 0 %."""
    found = of(np.tile([0.78, 0.82], 50))
    assert found.rmssd_ms == pytest.approx(40.0)
    assert found.sdnn_ms == pytest.approx(20.0 * np.sqrt(100 / 99))
    assert found.pnn50 == 0.0


def test_pnn50_by_hand() -> None:
    """800 800 860 ms over and over: two of three differences exceed 50 ms."""
    found = of(np.tile([0.80, 0.80, 0.86], 40)[:-2])
    assert found.pnn50 == pytest.approx(100 * 2 / 3, abs=0.6)


def test_pnn50_counts_more_than_fifty() -> None:
    """Differences of 18 samples at 360 Hz are 50 ms, not more; 19 samples are more."""
    for samples, share in ((18, 0.0), (19, 100.0)):
        at = np.cumsum(np.tile([288, 288 + samples], 40)) + 100_003
        end_s = at / 360
        found = hrv(end_s[1:], np.diff(end_s), np.ones(79, np.bool_))
        assert found.pnn50 == share


@pytest.mark.parametrize(("hz", "band"), [(0.1, "lf_ms2"), (0.25, "hf_ms2")])
def test_power_of_a_sine(hz: float, band: str) -> None:
    """A sine of 30 ms has a power of 450 ms^2, in the band its frequency belongs to."""
    found = of(modulated(30.0, hz, 300.0))
    assert getattr(found, band) == pytest.approx(450.0, rel=0.10)
    other = "hf_ms2" if band == "lf_ms2" else "lf_ms2"
    assert getattr(found, other) < 20.0


def test_ratio_agrees_with_lomb_scargle() -> None:
    """LF/HF of two sines is that of the uninterpolated intervals by scipy's Lomb-Scargle."""
    rr_s = modulated(30.0, 0.09, 300.0)
    rr_s = rr_s + 0.02 * np.sin(2 * np.pi * 0.22 * np.cumsum(rr_s))
    hz = np.arange(0.04, 0.4, 0.0005)
    power = lombscargle(np.cumsum(rr_s), rr_s - rr_s.mean(), 2 * np.pi * hz)
    expected = power[hz < 0.15].sum() / power[hz >= 0.15].sum()
    assert of(rr_s).lf_hf == pytest.approx(expected, rel=0.15)


def test_rejected_intervals_change_nothing() -> None:
    """A premature beat and its pause, marked as not normal, leave the numbers as they were."""
    clean = modulated(25.0, 0.1, 300.0)
    dirty = clean.copy()
    dirty[100:102] = 0.5 * clean[100], clean[101] + 0.5 * clean[100]
    found, expected = of(dirty, (100, 101)), of(clean)
    assert found.rmssd_ms == pytest.approx(expected.rmssd_ms, rel=0.03)
    assert found.lf_ms2 == pytest.approx(expected.lf_ms2, rel=0.06)
    assert found.rejected == pytest.approx(2 / len(clean))


def test_too_many_rejected_or_too_few_have_no_numbers() -> None:
    """With a quarter of the intervals rejected, or only ten of them, there is no variability."""
    rr_s = np.full(200, 0.8)
    found = of(rr_s, tuple(range(0, 200, 4)))
    assert found.reason is Reason.ARTEFACTS and found.sdnn_ms is None
    assert of(rr_s[:10]).reason is Reason.FEW_BEATS
    assert hrv(np.array([]), np.array([]), np.array([], np.bool_)).reason is Reason.FEW_BEATS


def test_no_difference_spans_a_break() -> None:
    """Two steady stretches at different rates with lost signal between have an RMSSD of zero."""
    rr_s = np.concatenate((np.full(60, 1.0), np.full(60, 0.6)))
    end_s = np.cumsum(rr_s)
    end_s[60:] += 25.0
    found = hrv(end_s, rr_s, np.ones(120, np.bool_))
    assert found.rmssd_ms == pytest.approx(0.0, abs=1e-9)
    assert found.lf_ms2 is None and found.spectrum_reason is Reason.FEW_BEATS


def test_tracker_remembers_five_minutes(play) -> None:
    """After ten minutes at 75 bpm the variability is that of the last 300 s: 375 intervals."""
    found = play([0.8] * 750).tracker.variability()
    assert abs(found.intervals - 375) <= 2
    assert found.sdnn_ms == pytest.approx(0.0, abs=1000 / 360)
    assert found.lf_ms2 is not None
