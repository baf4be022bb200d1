"""Figures of a stream whose every moment is known."""

import json
import math

import pytest

from ecg_device.bench import figures
from ecg_device.bench.viewer import Received

RATE_HZ = 360.0
TAKEN_MS = 1_700_000_000_000.0  # of sample 0, on the wall clock


def moment_ms(sample: int, rate_hz: float = RATE_HZ) -> float:
    return TAKEN_MS + 1000.0 * sample / rate_hz


def message(
    start: int,
    stop: int,
    *,
    beats: tuple[int, ...] = (),
    taken_ms: float | None = None,
    after_ms: float = 3.0,
    late: int = 0,
    missing: int = 0,
) -> Received:
    """A message of samples taken at 360 Hz, received so long after the last of them."""
    taken = moment_ms(stop - 1) if taken_ms is None else taken_ms
    value = {
        "start": start,
        "rate_hz": RATE_HZ,
        "uv": [None] * missing + [0] * (stop - start - missing),
        "taken_ms": taken,
        "late": late,
        "beats": [{"sample": sample} for sample in beats],
    }
    return Received(round((taken + after_ms) * 1e6), "", "batch", json.dumps(value).encode())


def test_the_rate_is_samples_by_the_clock() -> None:
    """Samples taken 0.2 % too slowly are a rate 0.2 % too low, at an even pace."""
    slow = RATE_HZ / 1.002
    messages = [
        message(at, at + 36, taken_ms=moment_ms(at + 35, slow)) for at in range(0, 36000, 36)
    ]
    measured = figures.sampling(figures.batches(messages))
    assert measured.taken_hz == pytest.approx(slow, rel=1e-6)
    assert measured.off_percent == pytest.approx(-100 * (1 - 1 / 1.002), rel=1e-3)
    assert measured.seconds == pytest.approx(999 * 36 / slow, rel=1e-6)


def test_a_block_that_came_off_its_moment_is_seen() -> None:
    """One block of a hundred that was taken 25 ms after its moment is the worst one, no other."""
    messages = [message(at, at + 36) for at in range(0, 3600, 36)]
    messages[50] = message(1800, 1836, taken_ms=moment_ms(1835) + 25.0)
    away = figures.sampling(figures.batches(messages)).away_ms
    assert away.worst == pytest.approx(25.0, abs=0.01)
    assert away.p99 == pytest.approx(0.0, abs=0.01)


def test_late_and_missing_samples_add_up() -> None:
    """What a message calls late or leaves empty, and what lies between two messages, is counted."""
    messages = [message(0, 36), message(36, 72, late=5, missing=4), message(80, 116, late=2)]
    measured = figures.sampling(figures.batches(messages))
    assert (measured.late, measured.missing) == (7, 4 + 8)


def test_a_label_is_as_old_as_its_r_peak() -> None:
    """A beat named 170 samples after its R is 472 ms old, and the 3 ms on the way come to it."""
    messages = [message(at, at + 10) for at in range(0, 400, 10)]
    messages[27] = message(270, 280, beats=(109, -5))  # the last sample, 279, is 170 after R
    delays = figures.label_delays_ms(figures.batches(messages))
    assert delays == [pytest.approx(1000 * 170 / 360 + 3.0, abs=0.01)]


def test_a_share_of_the_values_lies_at_or_below() -> None:
    """Of the numbers 1 to 200, half are at most 100, 95 % at most 190, 99 % at most 198."""
    assert figures.spread([*range(200, 0, -1)]) == (100, 190, 198, 200)
    assert all(map(math.isnan, figures.spread([])))
