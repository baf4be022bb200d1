"""The waveform of a view: which band passes, and how large what comes out may be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecg_device.views import AFTER, BEFORE, LENGTH, scale, smooth

T = np.arange(LENGTH) / 360
INSIDE = slice(30, -30)  # away from the ends, where the filter meets its padding


def test_lengths() -> None:
    """A window is what lies before R and from R on."""
    assert LENGTH == BEFORE + AFTER == len(smooth(np.zeros(LENGTH)))


def test_ten_hertz_pass() -> None:
    """A sine of 10 Hz, the middle of a QRS's energy, keeps its shape within 2 %."""
    wave = np.sin(2 * np.pi * 10 * T)
    seen = smooth(wave)[INSIDE]
    expected = wave[INSIDE]
    off = (seen - seen.mean()) - (expected - expected.mean())
    assert np.abs(off).max() < 0.02


@pytest.mark.parametrize("phase", [0.0, 1.0, 2.0])
def test_mains_is_down(phase: float) -> None:
    """At 60 Hz less than a third is left of the amplitude."""
    seen = smooth(np.sin(2 * np.pi * 60 * T + phase))[INSIDE]
    assert np.ptp(seen) / 2 < 1 / 3


@pytest.mark.parametrize("offset", [-40.0, 0.3, 7.0])
def test_offset_vanishes(offset: float) -> None:
    """A constant leaves nothing, and added to a wave changes nothing."""
    wave = np.sin(2 * np.pi * 3 * T)
    np.testing.assert_allclose(smooth(np.full(LENGTH, offset)), 0.0, atol=1e-6)
    np.testing.assert_allclose(smooth(wave + offset), smooth(wave), atol=1e-5)


def test_zero_stays_zero() -> None:
    """Silence is silence: nothing is divided by nothing."""
    assert not scale(np.zeros(LENGTH, np.float32)).any()


@given(arrays(np.float64, LENGTH, elements=st.floats(-50, 50)))
@settings(max_examples=15, deadline=None)
def test_any_window_is_within_one(raw: np.ndarray) -> None:
    """Whatever the electrodes give: 259 finite float32 between -1 and 1, of the same signs."""
    window = smooth(raw)
    scaled = scale(window)
    assert window.dtype == scaled.dtype == np.float32 and len(scaled) == LENGTH
    assert np.isfinite(scaled).all() and np.abs(scaled).max() <= 1.0
    assert (np.sign(scaled) * np.sign(window) >= 0).all()
