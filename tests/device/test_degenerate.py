"""Signals no heart makes: no exception, no beat without signal, always a reason."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from ecg_device.pipeline import Pipeline
from ecg_device.signals import (
    Block,
    Classification,
    Event,
    FloatArray,
    HeartRate,
    Name,
    Quality,
    Reason,
    Rhythm,
    SignalInfo,
    SignalState,
)
from ecg_device.sources.synthetic import load_scenario, render
from ecg_device.views import FEATURES, LENGTH, BeatView

RATE_HZ = 360.0
MINUTE = 60 * 360
RAILS_MV = (-1.5, 1.5)
EMPTY = np.zeros(0)


def by_its_numbers(view: BeatView) -> Name:
    """A namer that is shown no heart, but finite numbers all the same."""
    assert view.window.shape == (LENGTH,) and np.isfinite(view.window).all()
    assert view.context.shape == (len(FEATURES),) and (np.abs(view.context) <= 1.0).all()
    return Name("NSVF/"[view.beat.sample % 5], 1.0)


def heard(*blocks: FloatArray, rails_mv=None, rate_hz: float = RATE_HZ) -> list[Event]:
    """Everything said of these blocks; a warning is an error."""
    pipeline = Pipeline(SignalInfo("test", rate_hz, rails_mv=rails_mv), by_its_numbers)
    events: list[Event] = []
    at = 0
    for mv in blocks:
        events += pipeline.feed(Block(at, mv))
        at += len(mv)
    return events + pipeline.finish()


def sound(events: list[Event]) -> list[Event]:
    """What holds of any signal at all."""
    state = SignalState.OFF
    for event in events:
        if isinstance(event, Quality):
            state = event.state
        ok = state is SignalState.OK
        match event:
            case Quality():
                assert bool(event.reason) is not ok
                assert event.sample >= 0
            case Classification():
                assert ok
                assert 0 <= event.beat.sample <= event.beat.decided <= event.beat.sample + 90
                assert event.beat.decided <= event.decided <= event.beat.sample + 170
                assert (event.symbol == "Q") is bool(event.reason)
                assert np.isfinite(event.beat.amplitude_mv)
                assert abs(event.beat.agreement) <= 1.001
            case HeartRate():
                assert (event.bpm is None) is bool(event.reason)
                assert event.bpm is None or (ok and 0 < event.bpm < 400)
            case Rhythm():
                assert ok or event.aux == "INCONCLUSIVE"
                assert event.aux != "INCONCLUSIVE" or event.reason is not Reason.NONE
    times = [decided(event) for event in events]
    assert all(before <= after for before, after in pairwise(times))
    return events


def decided(event: Event) -> int:
    return event.sample if isinstance(event, HeartRate) else event.decided


def last_quality(events: list[Event]) -> Quality:
    return [event for event in events if isinstance(event, Quality)][-1]


@pytest.mark.parametrize(
    ("mv", "rails_mv", "reason"),
    [
        (np.full(MINUTE, np.nan), None, Reason.GAP),
        (np.full(MINUTE, np.inf), None, Reason.GAP),
        (np.full(MINUTE, -np.inf), RAILS_MV, Reason.GAP),
        (np.zeros(MINUTE), None, Reason.FLAT),
        (np.full(MINUTE, 0.4), RAILS_MV, Reason.FLAT),
        (np.full(MINUTE, 5e-324), None, Reason.FLAT),
        (np.full(MINUTE, 1.5), RAILS_MV, Reason.SATURATED),
        (np.full(MINUTE, -1.5), RAILS_MV, Reason.SATURATED),
        (np.full(MINUTE, 1e308), None, Reason.SATURATED),
        (np.where(np.arange(MINUTE) // 180 % 2, 1.5, -1.5), RAILS_MV, Reason.SATURATED),
    ],
    ids="nan inf minus-inf zero level denormal high-rail low-rail huge rail-to-rail".split(),
)
@pytest.mark.parametrize("rate_hz", [250.0, 360.0])
def test_no_signal_has_its_reason_and_no_beat(mv, rails_mv, reason, rate_hz) -> None:
    """A minute without an ECG: never OK, not one beat, and the reason is the right one."""
    events = sound(heard(mv, rails_mv=rails_mv, rate_hz=rate_hz))
    assert not any(isinstance(event, Classification) for event in events)
    assert SignalState.OK not in {e.state for e in events if isinstance(e, Quality)}
    assert last_quality(events).reason is reason
    rates = [event for event in events if isinstance(event, HeartRate)]
    assert len(rates) >= 58 and all(rate.bpm is None for rate in rates)


@pytest.mark.parametrize("value", [0.0, 1.0, np.nan, np.inf, 1e308, -1e308, 5e-324])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 17, 18, 19, 359, 361])
def test_next_to_nothing(value: float, count: int) -> None:
    """One sample, none, or less than a second of one value: it is starting, or off."""
    events = sound(heard(np.full(count, value), rails_mv=RAILS_MV))
    assert not any(isinstance(event, Classification) for event in events)
    assert all(e.state is not SignalState.OK for e in events if isinstance(e, Quality))


def test_empty_blocks_between_samples() -> None:
    """Blocks of no samples change nothing."""
    mv = np.random.default_rng(0).standard_normal(3000)
    some = [EMPTY, mv[:1000], EMPTY, EMPTY, mv[1000:], EMPTY]
    assert heard(*some) == heard(mv)


@pytest.mark.parametrize("period_s", [0.3, 1.0, 3.0, 7.0])
def test_ten_volt_steps(period_s: float) -> None:
    """Steps of 10 V, far beyond any electrode: neither ECG nor error, with rails or without."""
    high = (np.arange(MINUTE) / RATE_HZ // period_s % 2).astype(bool)
    for rails_mv in (RAILS_MV, None):
        events = sound(heard(np.where(high, 10_000.0, 0.0), rails_mv=rails_mv))
        assert not any(isinstance(event, Classification) for event in events)


def test_after_the_worst_a_heart_is_read_again() -> None:
    """NaN, infinity, huge steps and silence leave nothing behind: 8 s later all beats are found."""
    mv, _, truth = render(load_scenario("sinus"))
    worst = [np.full(900, bad) for bad in (np.nan, np.inf, 1e308, -1e308, 0.0, 5e-324)]
    before = np.concatenate([*worst, 1e300 * np.random.default_rng(0).standard_normal(900)])
    events = sound(heard(np.concatenate([before, mv])))
    found = np.array([e.beat.sample for e in events if isinstance(e, Classification)])
    late = [len(before) + r for r in truth.r_samples if 8 * 360 < r < len(mv) - 36]
    assert len(late) > 100
    assert np.abs(found[:, None] - late).min(axis=0).max() <= 3


Kind = Callable[[np.random.Generator, int], FloatArray]


def gaussian(rng: np.random.Generator, n: int) -> FloatArray:
    return 10.0 ** rng.uniform(-9, 6) * rng.standard_normal(n)


def walk(rng: np.random.Generator, n: int) -> FloatArray:
    return np.cumsum(gaussian(rng, n))


def steps(rng: np.random.Generator, n: int) -> FloatArray:
    return np.repeat(gaussian(rng, n), rng.integers(1, 300))[:n]


def impulses(rng: np.random.Generator, n: int) -> FloatArray:
    return np.where(rng.random(n) < 10 ** rng.uniform(-3, -1), gaussian(rng, n), 0.0)


def square(rng: np.random.Generator, n: int) -> FloatArray:
    wave = np.sign(np.sin(np.arange(n) / rng.uniform(1, 200)))
    return 10.0 ** rng.uniform(-6, 4) * wave


def sine(rng: np.random.Generator, n: int) -> FloatArray:
    noise = 10.0 ** rng.uniform(-6, 0) * rng.standard_normal(n)
    return 10.0 ** rng.uniform(-6, 3) * np.sin(np.arange(n) / rng.uniform(0.3, 500)) + noise


def holes(rng: np.random.Generator, n: int) -> FloatArray:
    bad = rng.choice([np.nan, np.inf, -np.inf])
    missing = np.repeat(rng.random(n) < rng.uniform(0, 1), rng.integers(1, 60))[:n]
    return np.where(missing, bad, gaussian(rng, n))


def extremes(rng: np.random.Generator, n: int) -> FloatArray:
    values = [0.0, -0.0, 5e-324, -5e-324, 1e308, -1e308, 1e154, np.nan, np.inf, -np.inf, 1.5, -1.5]
    return np.repeat(rng.choice(values, n), rng.integers(1, 100))[:n]


def bits(rng: np.random.Generator, n: int) -> FloatArray:
    """Any 64 bits there are, read as numbers."""
    return np.frombuffer(rng.bytes(8 * n), np.float64)


def mixture(rng: np.random.Generator, n: int) -> FloatArray:
    first, second = (KINDS[i] for i in rng.integers(0, len(KINDS) - 1, 2))
    at = int(rng.integers(0, n + 1))
    return np.concatenate([first(rng, at), second(rng, n - at)])


KINDS: list[Kind] = [
    gaussian,
    walk,
    steps,
    impulses,
    square,
    sine,
    holes,
    extremes,
    bits,
    mixture,
]


def fuzz(count: int, seed: int) -> dict[str, int]:
    """Let pipelines listen to random signals; each to one, or to several in a row."""
    rng = np.random.default_rng(seed)
    seen = {"signals": 0, "beats": 0, "seconds": 0}
    while seen["signals"] < count:
        number = int(rng.choice([1, 10]))
        lengths = (rng.integers(0, 40, number), rng.integers(200, 1500, number))
        parts = [KINDS[rng.integers(len(KINDS))](rng, int(n)) for n in lengths[rng.random() < 0.8]]
        rails_mv = RAILS_MV if rng.random() < 0.5 else None
        rate_hz = float(rng.choice([360.0, 360.0, 250.0]))
        with np.errstate(invalid="raise", over="raise", divide="raise"):
            events = sound(heard(*parts, rails_mv=rails_mv, rate_hz=rate_hz))
        seen["signals"] += number
        seen["beats"] += sum(isinstance(event, Classification) for event in events)
        seen["seconds"] += sum(isinstance(event, HeartRate) for event in events)
    return seen


@pytest.mark.slow
def test_random_signals() -> None:
    """Two thousand signals of ten kinds, all sizes: no exception, no warning, always a reason."""
    seen = fuzz(2_000, seed=1)
    assert seen["beats"] > 100 and seen["seconds"] > 2_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_hundred_thousand_random_signals(seed: int) -> None:
    """The same for 10 000 signals from each of ten seeds."""
    assert fuzz(10_000, seed=100 + seed)["signals"] >= 10_000
