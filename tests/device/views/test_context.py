"""A beat among those before it: intervals and shapes whose features arithmetic knows."""

from collections.abc import Sequence
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_device.signals import Beat
from ecg_device.views import BEFORE, FEATURES, LENGTH, Context, Float32Array

T = (np.arange(LENGTH) - BEFORE) / 360
TIMING = FEATURES[: FEATURES.index("likeness")]


def wave(width_s: float = 0.012, mv: float = 1.0) -> Float32Array:
    """A P wave, a QRS of that spread, and a T wave."""
    qrs = np.exp(-0.5 * (T / width_s) ** 2)
    qrs += 0.15 * np.exp(-0.5 * ((T + 0.16) / 0.02) ** 2)
    return (mv * (qrs + 0.2 * np.exp(-0.5 * ((T - 0.25) / 0.04) ** 2))).astype(np.float32)


NORMAL, WIDE = wave(), wave(0.045)
Beats = Sequence[tuple[int, Float32Array]]  # the interval before each, its window


def described(beats: Beats, context: Context | None = None, start: int = 0) -> np.ndarray:
    context, sample, rows = context or Context(), start, []
    for interval, window in beats:
        sample += interval
        rows.append(context.describe(Beat(sample, sample + 70, 1.0, 1.0), window))
    return np.array(rows)


def feature(row: np.ndarray, name: str) -> float:
    return float(row[FEATURES.index(name)])


REGULAR: Beats = [(300, NORMAL)] * 30


def test_early_beat_has_its_logarithm() -> None:
    """30 % early after a regular rhythm: ln 0.7 against everything usual."""
    last = described([*REGULAR, (210, NORMAL)])[-1]
    for name in [name for name in TIMING if name.startswith("prematurity")]:
        assert feature(last, name) == pytest.approx(log(0.7), abs=1e-6)


def test_regular_rhythm_is_all_usual() -> None:
    """Equal intervals differ in nothing; the rate is their ratio to 0.8 s."""
    last = described(REGULAR)[-1]
    for name in TIMING[:-1]:
        assert feature(last, name) == pytest.approx(0.0, abs=1e-9)
    assert feature(last, "rate") == pytest.approx(log(300 / 288), abs=1e-6)


def test_bigeminy() -> None:
    """Every other beat early: the change is the ratio of the two intervals, and back."""
    rows = described([(200, NORMAL), (400, NORMAL)] * 20)
    assert feature(rows[-2], "change") == pytest.approx(log(0.5), abs=1e-6)
    assert feature(rows[-1], "change") == pytest.approx(log(2), abs=1e-6)
    assert feature(rows[-2], "prematurity_slow") == pytest.approx(log(0.5), abs=1e-6)
    assert feature(rows[-1], "irregularity") == 1.0


def test_run_is_remembered() -> None:
    """Early beats count among the last twelve; when they are usual, the slower ones still tell."""
    rows = described([*REGULAR, *[(180, NORMAL)] * 8])
    assert feature(rows[34], "early_share") == pytest.approx(4 / 12)
    assert feature(rows[37], "prematurity") == 0.0
    assert feature(rows[37], "prematurity_slow") == pytest.approx(log(0.6), abs=1e-6)


def test_interval_is_unknown_after_a_break() -> None:
    """Nothing is told of an interval across lost signal, however short; the next is known."""
    context = Context()
    described(REGULAR, context)
    context.broken()
    rows = described([(100, NORMAL), (210, NORMAL)], context, 9000)
    assert feature(rows[0], "prematurity") == feature(rows[0], "change") == 0.0
    assert feature(rows[1], "prematurity") == pytest.approx(log(0.7), abs=1e-6)


def test_wide_beat_is_unlike() -> None:
    """A QRS almost four times as wide is another shape; the next normal beat is like the rest."""
    rows = described([*REGULAR, (300, WIDE), (300, NORMAL)])
    assert feature(rows[-2], "likeness") < 0.8 and feature(rows[-2], "width_change") > 0.0
    assert feature(rows[-1], "likeness") == pytest.approx(1.0, abs=1e-3)
    assert feature(rows[-1], "share") > 0.9


@pytest.mark.parametrize("gain", [0.5, 1.5, 2.0])
def test_size_is_a_logarithm(gain: float) -> None:
    """A beat of twice the height is ln 2 larger, within the 20 uV that keep silence finite."""
    last = described([*REGULAR, (300, NORMAL * np.float32(gain))])[-1]
    assert feature(last, "size") == pytest.approx(log(gain), abs=0.03)


@pytest.mark.parametrize("gain", [0.5, 3.0])
def test_gain_changes_neither_time_nor_likeness(gain: float) -> None:
    """Every beat larger by the same factor: the same intervals and correlations."""
    beats = [*REGULAR, (210, WIDE), (380, NORMAL), (300, NORMAL)]
    larger = [(interval, window * np.float32(gain)) for interval, window in beats]
    alike = [i for i, name in enumerate(FEATURES) if name in TIMING or name.startswith("like")]
    np.testing.assert_allclose(described(larger)[:, alike], described(beats)[:, alike], atol=1e-3)


def test_prevailing_is_the_most_frequent() -> None:
    """Nine narrow beats to each wide one: likeness is with the narrow, wherever it began."""
    rows = described([(300, WIDE), *([(300, NORMAL)] * 9 + [(300, WIDE)]) * 4])
    assert feature(rows[-1], "likeness") < 0.8 < feature(rows[-2], "likeness")
    assert feature(rows[-1], "likeness_second") == pytest.approx(1.0, abs=1e-3)


def test_at_most_four_shapes_are_kept() -> None:
    """Five shapes unlike each other: the first of the rare ones has been forgotten, four known."""
    rare = [np.zeros(LENGTH, np.float32) for _ in range(4)]
    for k, window in enumerate(rare):
        window[BEFORE - 25 + 12 * k] = 1.0
    beats = [*REGULAR, *[(300, window) for window in rare]]
    shares = [
        feature(described([*beats, (300, window)])[-1], "share") for window in [NORMAL, *rare]
    ]
    assert sum(share > 0.0 for share in shares) == 4
    assert shares[0] > 0.8


some_beats = st.lists(
    st.tuples(
        st.integers(1, 5000),
        st.tuples(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 1e-6, 1.0, 50.0])).map(
            lambda drawn: (
                np.random.default_rng(drawn[0]).uniform(-1, 1, LENGTH).astype(np.float32)
                * np.float32(drawn[1])
            )
        ),
    ),
    min_size=1,
    max_size=6,
)


@given(some_beats, st.integers(1, 6))
@settings(max_examples=12, deadline=None)
def test_any_beats_are_finite_and_causal(beats: Beats, known: int) -> None:
    """From the first beat on: finite, within one, and no beat knows of those after it."""
    rows = described(beats)
    assert rows.shape == (len(beats), len(FEATURES)) and rows.dtype == np.float32
    assert np.isfinite(rows).all() and np.abs(rows).max() <= 1.0
    np.testing.assert_array_equal(described(beats[:known]), rows[:known])
