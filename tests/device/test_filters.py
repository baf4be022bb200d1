"""The filters against the discrete Fourier sum and plain arithmetic."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_device.filters import ThirdRate, envelope, gabor_pair, running_mean
from ecg_device.signals import FloatArray

RATE_HZ = 120.0
BANDS = [(5.0, 0.050, 12), (12.0, 0.028, 8), (30.0, 0.012, 4)]  # Hz, s, taps on either side
finite = st.floats(-1e6, 1e6)


def gain(kernel: FloatArray, hz: float, rate_hz: float = RATE_HZ) -> float:
    """|sum of k[n] exp(-2 pi i f n / rate)|: the size of a sine of 1 mV after the filter."""
    turns = np.arange(len(kernel)) * hz / rate_hz
    return float(abs(kernel @ np.exp(-2j * np.pi * turns)))


@pytest.mark.parametrize(("hz", "sigma_s", "half"), BANDS)
def test_band_has_unit_gain_at_its_peak_and_none_at_rest(hz, sigma_s, half) -> None:
    """Exactly 1 at most, near the frequency asked for; a constant vanishes."""
    grid_hz = np.linspace(0, 60, 601)
    for kernel in gabor_pair(hz, sigma_s, half, RATE_HZ):
        gains = [gain(kernel, at) for at in grid_hz]
        assert len(kernel) == 2 * half + 1
        assert max(gains) == pytest.approx(1.0, abs=1e-3)
        assert grid_hz[np.argmax(gains)] == pytest.approx(hz, abs=1.5)
        assert gains[0] < 1e-12
        assert gain(kernel, hz) > 0.9


@pytest.mark.parametrize(("hz", "sigma_s", "half"), BANDS[:2])
def test_mains_hum_stays_out_of_the_slow_bands(hz, sigma_s, half) -> None:
    """60 Hz loses at least 26 dB, 50 Hz as much."""
    for kernel in gabor_pair(hz, sigma_s, half, RATE_HZ):
        assert gain(kernel, 60.0) < 0.05
        assert gain(kernel, 50.0) < 0.05


@pytest.mark.parametrize(("hz", "sigma_s", "half"), BANDS)
def test_envelope_of_a_sine_is_level(hz, sigma_s, half) -> None:
    """A sine and its quadrature add up, by cos^2 + sin^2, to its amplitude wherever one looks."""
    wave = 0.7 * np.sin(2 * np.pi * hz * np.arange(600) / RATE_HZ + 0.4)
    even, odd, modulus = envelope(wave, gabor_pair(hz, sigma_s, half, RATE_HZ))
    assert len(modulus) == 600 - 2 * half
    assert modulus == pytest.approx(0.7, rel=0.1)
    assert modulus**2 == pytest.approx(even**2 + odd**2)


@pytest.mark.parametrize(("hz", "sigma_s", "half"), BANDS)
def test_delay_is_half_the_kernel(hz, sigma_s, half) -> None:
    """The envelope of an impulse peaks `half` samples after the impulse came in."""
    impulse = np.zeros(101)
    impulse[50] = 1.0
    modulus = envelope(impulse, gabor_pair(hz, sigma_s, half, RATE_HZ))[2]
    assert 2 * half + np.argmax(modulus) == 50 + half


@pytest.mark.parametrize("hz", [0.0, 1.0, 12.0, 40.0, 60.0, 100.0, 120.0])
def test_third_rate_has_the_gain_and_the_place_it_states(hz) -> None:
    """Two means of three: ((1 + 2 cos w) / 3)^2, 4/9 at 60 Hz, none at 120, and no shift."""
    turns = hz * np.arange(720) / 360 + 0.07
    slow = ThirdRate().feed(np.cos(2 * np.pi * turns))
    expected = ((1 + 2 * np.cos(2 * np.pi * hz / 360)) / 3) ** 2 * np.cos(2 * np.pi * turns[::3])
    assert slow[1:] == pytest.approx(expected[1 : len(slow)], abs=1e-12)


@given(st.integers(0, 100))
def test_third_rate_knows_an_output_two_samples_after_its_centre(count: int) -> None:
    """Output j needs input 3 j + 2: of n inputs there are n // 3."""
    assert len(ThirdRate().feed(np.ones(count))) == count // 3


def test_third_rate_begins_without_a_step() -> None:
    """The first input stands for what came before it: a constant is constant from the start."""
    assert ThirdRate().feed(np.full(90, -1.3)) == pytest.approx(-1.3, abs=1e-15)


@given(st.lists(finite, max_size=200), st.lists(st.integers(0, 200), max_size=10))
def test_third_rate_does_not_know_of_blocks(values: list[float], cuts: list[int]) -> None:
    """However the signal is cut, every bit is the same."""
    x = np.array(values)
    edges = [0, *sorted(min(cut, len(x)) for cut in cuts), len(x)]
    stream = ThirdRate()
    parts = [stream.feed(x[low:high]) for low, high in pairwise(edges)]
    assert np.concatenate(parts).tobytes() == ThirdRate().feed(x).tobytes()


@given(st.lists(finite, min_size=1, max_size=300), st.integers(0, 7))
def test_running_mean_is_the_mean(values: list[float], doublings: int) -> None:
    """Each output is numpy's mean of as many values, and there is one wherever they suffice."""
    length = 2**doublings
    means = running_mean(np.array(values), doublings)
    windows = [values[i : i + length] for i in range(len(values) - length + 1)]
    assert means == pytest.approx([np.mean(w) for w in windows], abs=1e-7)


@given(st.lists(finite, min_size=40, max_size=200), st.integers(0, 100))
def test_running_mean_does_not_know_where_it_began(values: list[float], first: int) -> None:
    """A later beginning changes no bit of what both have."""
    x = np.array(values)
    whole, part = running_mean(x, 5), running_mean(x[min(first, len(x) - 32) :], 5)
    assert whole[len(whole) - len(part) :].tobytes() == part.tobytes()
