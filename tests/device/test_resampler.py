"""The resampler against arithmetic and against SciPy's polyphase filter."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import resample_poly

from ecg_device.errors import ConfigError
from ecg_device.resampler import FlagResampler, Resampler
from ecg_device.signals import WORKING_RATE_HZ, FloatArray, source_sample

RATES = [100.0, 128.0, 128.5, 200.0, 250.0, 250.37, 257.0, 359.0, 361.0, 500.0, 977.7, 1000.0]
rates = st.sampled_from([*RATES, 360.0]) | st.floats(100.0, 1000.0)


def resampled(mv: FloatArray, rate_hz: float) -> FloatArray:
    resampler = Resampler(rate_hz)
    return np.concatenate((resampler.feed(mv), resampler.finish()))


def sine(hz: float, rate_hz: float, samples: int) -> FloatArray:
    return np.sin(2 * np.pi * hz * np.arange(samples) / rate_hz + 0.3)


def away_from_ends(samples: FloatArray) -> FloatArray:
    return samples[60:-60]


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize("hz", [0.5, 5.0, 17.0, 40.0])
def test_sine_keeps_its_time_and_size(rate_hz: float, hz: float) -> None:
    """A sine up to 40 Hz comes out as the same sine, sampled at w / 360 s, within 0.1 dB."""
    out = resampled(sine(hz, rate_hz, round(4 * rate_hz)), rate_hz)
    error = away_from_ends(out - sine(hz, WORKING_RATE_HZ, len(out)))
    assert np.max(np.abs(error)) < 10 ** (0.1 / 20) - 1


@pytest.mark.parametrize("rate_hz", [500.0, 977.7, 1000.0])
def test_what_would_fold_back_is_gone(rate_hz: float) -> None:
    """Above half the working rate, every frequency is at least 60 dB down."""
    for hz in np.linspace(180.0, rate_hz / 2 - 1, 23):
        out = away_from_ends(resampled(sine(hz, rate_hz, round(3 * rate_hz)), rate_hz))
        assert np.max(np.abs(out)) < 1e-3


@pytest.mark.parametrize("rate_hz", RATES)
def test_level_is_exact(rate_hz: float) -> None:
    """A constant stays that constant, from the first working sample to the last."""
    out = resampled(np.full(500, 1.25), rate_hz)
    np.testing.assert_allclose(out, 1.25, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("rate_hz", "up", "down"), [(250, 36, 25), (500, 18, 25), (1000, 9, 25)])
def test_agrees_with_scipy(rate_hz: int, up: int, down: int) -> None:
    """A broad sum of sines below 45 Hz equals scipy.signal.resample_poly with a long filter."""
    rng = np.random.default_rng(7)
    samples = rate_hz * 8
    mv = sum(rng.normal() * sine(hz, rate_hz, samples) for hz in rng.uniform(0.5, 45.0, 30))
    assert isinstance(mv, np.ndarray)
    peer = resample_poly(mv, up, down, window=("kaiser", 9.0))
    ours = resampled(mv, rate_hz)
    middle = slice(200, -200)
    scale = np.max(np.abs(mv))
    assert np.max(np.abs(ours[middle] - peer[: len(ours)][middle])) < 2e-3 * scale


@given(
    rate_hz=rates,
    samples=st.integers(0, 700),
    cuts=st.lists(st.integers(0, 700), max_size=12),
    seed=st.integers(0, 99),
)
def test_blocks_do_not_matter(rate_hz: float, samples: int, cuts: list[int], seed: int) -> None:
    """However the signal is cut into blocks, every bit of samples and flags is the same."""
    rng = np.random.default_rng(seed)
    mv = rng.normal(size=samples)
    flags = rng.integers(0, 4, size=samples, dtype=np.uint8)
    edges = [0, *sorted(min(cut, samples) for cut in cuts), samples]
    assert pieces(Resampler(rate_hz), mv, edges) == pieces(Resampler(rate_hz), mv, [0, samples])
    assert pieces(FlagResampler(rate_hz), flags, edges) == pieces(
        FlagResampler(rate_hz), flags, [0, samples]
    )


def pieces(stream: Any, signal: NDArray[Any], edges: list[int]) -> bytes:
    outs = [stream.feed(signal[start:stop]) for start, stop in pairwise(edges)]
    return b"".join(out.tobytes() for out in [*outs, stream.finish()])


@pytest.mark.parametrize("rate_hz", [128.5, 250.0, 1000.0])
def test_long_blocks_do_not_matter(rate_hz: float) -> None:
    """An hour in one block and in blocks of 9973 samples gives the same bits."""
    samples = round(rate_hz * 3600)
    mv = np.random.default_rng(3).normal(size=samples)
    edges = [*range(0, samples, 9973), samples]
    assert pieces(Resampler(rate_hz), mv, edges) == pieces(Resampler(rate_hz), mv, [0, samples])


@given(rate_hz=rates, samples=st.integers(1, 900))
def test_ends_with_the_last_source_sample(rate_hz: float, samples: int) -> None:
    """The last working sample is the last one not after the last source sample."""
    exact = Fraction(rate_hz).limit_denominator(10**6) / WORKING_RATE_HZ
    expected = (samples - 1) // exact + 1
    assert len(resampled(np.zeros(samples), rate_hz)) == expected
    flags = FlagResampler(rate_hz)
    raised = np.zeros(samples, dtype=np.uint8)
    assert len(flags.feed(raised)) + len(flags.finish()) == expected


@given(rate_hz=rates, samples=st.integers(1, 2000))
def test_latency_holds(rate_hz: float, samples: int) -> None:
    """Fed up to a source sample, all working samples older than the latency are out."""
    resampler = Resampler(rate_hz)
    out = resampler.feed(np.zeros(samples))
    newest = int((samples - 1) * WORKING_RATE_HZ / rate_hz)
    assert len(out) >= newest - resampler.latency


@pytest.mark.parametrize("rate_hz", RATES)
def test_latency_is_short(rate_hz: float) -> None:
    """No rate costs more than 100 ms, and 250 Hz or more at most 42 ms."""
    limit_s = 0.1 if rate_hz < 250 else 0.042
    assert Resampler(rate_hz).latency <= limit_s * WORKING_RATE_HZ


def test_working_rate_passes_untouched() -> None:
    """A 360 Hz source is handed on as it is, at once."""
    resampler = Resampler(360.0)
    mv = np.array([0.1, np.nan, -3.0])
    assert resampler.feed(mv) is mv
    assert (resampler.latency, len(resampler.finish())) == (0, 0)


@pytest.mark.slow
def test_day_does_not_drift() -> None:
    """After 24 h at 128.5 Hz a 7 Hz sine is where arithmetic puts it, memory as after 1 h."""
    rate_hz, hour = 128.5, round(128.5 * 3600)
    resampler = Resampler(rate_hz)
    produced = 0
    for start in range(0, 24 * hour, hour):
        t = np.arange(start, start + hour) / rate_hz
        out = resampler.feed(np.sin(2 * np.pi * 7 * t))
        produced += len(out)
    t = np.arange(produced - 3600, produced) / WORKING_RATE_HZ
    assert np.max(np.abs(out[-3600:] - np.sin(2 * np.pi * 7 * t))) < 2e-3
    assert produced == pytest.approx(24 * 3600 * WORKING_RATE_HZ, abs=resampler.latency + 1)
    assert len(resampler.finish()) <= resampler.latency + 1


@given(rate_hz=rates, seconds=st.integers(0, 86_400))
def test_source_sample_is_within_half(rate_hz: float, seconds: int) -> None:
    """Working samples map back to within half a source sample, a day into the recording."""
    for working in range(seconds * WORKING_RATE_HZ, seconds * WORKING_RATE_HZ + 12):
        exact = Fraction(working) * Fraction(rate_hz) / WORKING_RATE_HZ
        assert abs(source_sample(working, rate_hz) - exact) <= Fraction(1, 2) + Fraction(1, 10**6)


@given(rate_hz=rates, where=st.integers(0, 399), bits=st.integers(1, 3))
def test_flag_reaches_its_neighbours_only(rate_hz: float, where: int, bits: int) -> None:
    """A flagged source sample marks the working samples within one slower-clock sample of it."""
    flags = np.zeros(400, dtype=np.uint8)
    flags[where] = bits
    stream = FlagResampler(rate_hz)
    out = np.concatenate((stream.feed(flags), stream.finish()))
    step = Fraction(rate_hz).limit_denominator(10**6) / WORKING_RATE_HZ
    near = [abs(working * step - where) < max(step, Fraction(1)) for working in range(len(out))]
    if rate_hz == WORKING_RATE_HZ:
        near = [working == where for working in range(len(out))]
    assert out.tolist() == [bits if is_near else 0 for is_near in near]
    assert any(near)


def test_bad_samples_do_not_stop_it() -> None:
    """NaN and infinity spoil their neighbourhood and nothing else."""
    mv = np.zeros(1000)
    mv[500], mv[510] = np.nan, np.inf
    out = resampled(mv, 250.0)
    spoiled = np.flatnonzero(~np.isfinite(out)) * 250 / 360
    assert spoiled.min() >= 490 - 1 and spoiled.max() <= 520 + 1


@pytest.mark.parametrize("rate_hz", [0.0, 99.0, 1001.0, float("nan"), float("inf"), -250.0])
def test_other_rates_are_refused(rate_hz: float) -> None:
    """A rate outside 100 to 1000 Hz is refused in one line."""
    with pytest.raises(ConfigError, match="expected 100 to 1000 Hz"):
        Resampler(rate_hz)
