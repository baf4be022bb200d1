"""The beat detector against hearts whose every beat is known."""

import tracemalloc
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_device.beats import BeatDetector, detect
from ecg_device.signals import WORKING_RATE_HZ, Beat, FloatArray
from ecg_device.sources.synthetic import Scenario, Truth, load_scenario, render
from ecg_device.sources.synthetic.scenario import (
    Asystole,
    Hum,
    Muscle,
    Paced,
    Patient,
    Segment,
    Sinus,
    Wander,
)
from ecg_training.scoring import BeatScore, score_beats

LEARNING_S = 3.0  # no beat need be found in the first seconds
LAST = 36  # samples before the last beat that do not count: half a QRS may be cut off there
MOST_DELAY = 90  # samples: 250 ms


def scenario(
    *segments: Segment, faults=(), floor_mv=0.004, front_end=True, **patient: float | str
) -> Scenario:
    return Scenario(
        segments=segments,
        faults=faults,
        floor_mv=floor_mv,
        front_end=front_end,
        patient=Patient(**patient),
    )


def score(beats: list[Beat], truth: Truth) -> BeatScore:
    """EC57's matching within 150 ms; only what is there to be seen counts."""
    seen = [beat.sample for beat in truth.beats if beat.is_beat and beat.seen]
    found = [beat.sample for beat in beats]
    decided = [beat.decided for beat in beats]
    last = max(seen[-1:] + found[-1:], default=0)
    return score_beats(
        seen,
        found,
        WORKING_RATE_HZ,
        decided=decided,
        learning_s=LEARNING_S,
        uncounted=[(last - LAST, last)],
    )


def scored(scenario: Scenario, seed: int = 0) -> BeatScore:
    mv, _, truth = render(scenario, seed=seed)
    return score(detect(mv), truth)


def streamed(mv: FloatArray, lengths: Callable[[], int] | int) -> list[Beat]:
    """What a detector says when it gets the signal bit by bit."""
    detector, beats, at = BeatDetector(), [], 0
    while at < len(mv):
        length = lengths if isinstance(lengths, int) else lengths()
        beats += detector.feed(mv[at : at + length])
        at += length
    return beats + detector.finish()


@pytest.mark.slow
@pytest.mark.parametrize("length", [1, 7, 14, 1000])
@pytest.mark.parametrize("name", ["ectopy", "noisy", "paced"])
def test_stream_equals_whole(name: str, length: int) -> None:
    """Fed 1, 7, 14 or 1000 samples at a time, every number of every beat is the same."""
    mv = render(load_scenario(name), seed=3)[0][-WORKING_RATE_HZ * 40 :]
    whole = detect(mv)
    assert len(whole) > 35
    assert streamed(mv, length) == whole


@given(st.integers(0, 2**32), st.integers(0, 6), st.floats(-4, 2))
@settings(max_examples=30)
def test_any_cuts_of_anything(seed: int, kind: int, log_mv: float) -> None:
    """Noise, steps and drifts of any size, cut at random: to the bit the same beats."""
    rng = np.random.default_rng(seed)
    mv = 10.0**log_mv * rng.standard_normal(4000)
    if kind < 3:
        mv = np.cumsum(mv) if kind else np.repeat(mv, 40)[:4000]
    assert streamed(mv, lambda: int(rng.integers(0, 2000))) == detect(mv)


@pytest.mark.parametrize("bpm", [30, 45, 60, 75, 90, 120, 150, 180, 210, 240])
def test_every_beat_from_30_to_240(bpm: int) -> None:
    """At any rate a heart can have, all beats and nothing else, within a sample."""
    for seed in range(2):
        sd_ms = 0.02 * 60_000 / bpm
        found = scored(scenario(Sinus(duration_s=60, rate_bpm=bpm, sd_ms=sd_ms)), seed)
        assert (found.counts.fn, found.counts.fp) == (0, 0)
        assert found.counts.tp == pytest.approx(bpm * (60 - LEARNING_S) / 60, abs=6)
        assert np.median(np.abs(found.location_error)) <= 1


@pytest.mark.parametrize(
    "name",
    [
        "af",
        "bigeminy",
        "couplets",
        "ectopy",
        "lbbb",
        "paced",
        "rbbb",
        "sinus-arrhythmia",
        "trigeminy",
        "vt-run",
    ],
)
def test_every_kind_of_beat(name: str) -> None:
    """Narrow, wide, premature, paced or in a run: at least 99 % found, 99 % of the found true."""
    found = scored(load_scenario(name), seed=1)
    assert found.counts.beats > 100
    assert found.counts.sensitivity >= 0.99
    assert found.counts.precision >= 0.99
    assert np.median(np.abs(found.location_error)) <= 1
    assert found.delay.max() <= MOST_DELAY


@pytest.mark.parametrize("bpm", [35, 40, 45, 50])
def test_slow_paced_heart_is_not_counted_twice(bpm: int) -> None:
    """The late and tall T wave of a paced beat is no beat, however slow the heart."""
    found = scored(scenario(Paced(duration_s=90, rate_bpm=bpm)), 3)
    assert found.counts.fp == 0
    assert found.counts.fn == 0


@pytest.mark.parametrize("bpm", [50, 75, 100, 130])
@pytest.mark.parametrize("polarity", ["upright", "inverted"])
def test_small_qrs(bpm: int, polarity: str) -> None:
    """A QRS of 0.2 mV is a QRS."""
    small = scenario(
        Sinus(duration_s=60, rate_bpm=bpm), r_mv=0.2, p_mv=0.02, t_mv=0.06, polarity=polarity
    )
    found = scored(small).counts
    assert (found.fn, found.fp) == (0, 0)


@pytest.mark.parametrize("bpm", [45, 60, 80, 100, 130])
@pytest.mark.parametrize("t_mv", [1.2, -1.2])
@pytest.mark.parametrize("front_end", [True, False])
def test_tall_t_wave_is_no_beat(bpm: int, t_mv: float, front_end: bool) -> None:
    """A T wave of 1.2 mV, taller than R, is not counted (IEC 60601-2-27)."""
    tall = scenario(Sinus(duration_s=60, rate_bpm=bpm), t_mv=t_mv, front_end=front_end)
    found = scored(tall).counts
    assert (found.fn, found.fp) == (0, 0)


def test_polarity_does_not_matter() -> None:
    """Electrodes exchanged: the same beats, within the few ms between R and S."""
    for polarity in ("upright", "inverted"):
        found = scored(scenario(Sinus(duration_s=60), polarity=polarity))
        assert (found.counts.fn, found.counts.fp) == (0, 0)
        assert np.median(np.abs(found.location_error)) <= 1


def test_scale_within_reason_does_not_matter() -> None:
    """Half or three times the gain of the front end: the same beats at the same samples."""
    mv, _, truth = render(load_scenario("sinus"))
    for scale in (0.5, 3.0):
        found = score(detect(scale * mv), truth).counts
        assert (found.fn, found.fp) == (0, 0)


@pytest.mark.parametrize(
    "fault",
    [Hum(rms_mv=0.1, hz=50), Hum(rms_mv=0.1, hz=60), Wander(rms_mv=0.4), Muscle(rms_mv=0.05)],
)
def test_usual_noise_is_no_obstacle(fault) -> None:
    """Hum, breath and a little muscle under R waves of 1 mV: at least 99 % both ways."""
    found = scored(scenario(Sinus(duration_s=120), faults=(fault,))).counts
    assert found.sensitivity >= 0.99
    assert found.precision >= 0.99


def test_no_heart_no_beat() -> None:
    """A minute of asystole, only an amplifier's noise: nothing is found."""
    assert detect(render(scenario(Asystole(duration_s=60)))[0]) == []


def test_heart_that_stops_and_returns() -> None:
    """Nothing while it stands still; learnt anew, its beats are found from 4 s after on."""
    mv, _, truth = render(
        scenario(Sinus(duration_s=30), Asystole(duration_s=20), Sinus(duration_s=30))
    )
    r_s = np.array(truth.r_samples) / WORKING_RATE_HZ
    last, first = r_s[r_s < 31].max(), r_s[r_s > 35].min()
    found_s = np.array([beat.sample for beat in detect(mv)]) / WORKING_RATE_HZ
    assert not ((found_s > last + 0.15) & (found_s < first - 0.15)).any()
    late = r_s[r_s > first + 4]
    assert len(late) > 20
    assert np.abs(found_s[:, None] - late).min(axis=0) == pytest.approx(0, abs=0.15)


def test_amplitude_is_the_r_wave() -> None:
    """An R wave of 1 mV stands about 1 mV over its baseline, less what smoothing takes."""
    for polarity, sign in (("upright", 1), ("inverted", -1)):
        mv, _, _ = render(scenario(Sinus(duration_s=30), polarity=polarity, front_end=False))
        heights = [beat.amplitude_mv for beat in detect(mv)]
        assert np.median(heights) == pytest.approx(sign * 0.9, abs=0.2)


def test_agreement_tells_the_shapes_apart() -> None:
    """In sinus rhythm beats look like one another; the ventricular ones between them do not."""
    mv, _, truth = render(load_scenario("ectopy"), seed=2)
    agreement: dict[str, list[float]] = {"N": [], "V": []}
    for beat in detect(mv):
        nearest = min(truth.beats, key=lambda true: abs(true.sample - beat.sample))
        if nearest.symbol in agreement:
            agreement[nearest.symbol].append(beat.agreement)
    assert len(agreement["V"]) >= 8
    assert np.median(agreement["N"]) > 0.9
    assert np.median(agreement["V"]) < np.quantile(agreement["N"], 0.1)


def spans_of(start: int, stop: int, every: int) -> Iterable[tuple[int, int]]:
    yield from ((at, at + every) for at in range(start, stop, every))


def test_unusable_spans_hold_no_beats() -> None:
    """However clear the beats in it: none from a span declared unusable, all others as before."""
    mv, _, truth = render(load_scenario("sinus"))
    off, on = 20 * WORKING_RATE_HZ, 23 * WORKING_RATE_HZ
    detector = BeatDetector()
    found = detector.feed(mv, list(spans_of(off, on, 18))) + detector.finish()
    samples = np.array([beat.sample for beat in found])
    assert not ((samples >= off) & (samples < on)).any()
    margin = 0.15 * WORKING_RATE_HZ
    outside = [r for r in truth.r_samples if r > 1080 and not off - margin < r < on + margin]
    assert np.abs(samples[:, None] - outside).min(axis=0).max() <= 3


def test_a_day_without_contact_is_one_span() -> None:
    """A lead that stays off reports span after span; what is kept of them does not grow."""
    detector = BeatDetector()
    tracemalloc.start()
    for second in range(1800):
        start = second * WORKING_RATE_HZ
        detector.feed(np.zeros(WORKING_RATE_HZ), [(start, start + WORKING_RATE_HZ)])
        if second == 100:
            early, _ = tracemalloc.get_traced_memory()
    late, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert late - early < 50_000


def test_end_of_signal_is_an_end() -> None:
    """A beat just before the end is found, and decided by then."""
    mv, _, truth = render(load_scenario("sinus"))
    for r in truth.r_samples[-6:]:
        beats = detect(mv[: r + 20])
        assert abs(beats[-1].sample - r) <= 2
        assert beats[-1].decided <= r + 20


@pytest.mark.parametrize("length", [0, 1, 2, 3, 20, 90, 100, 360])
def test_short_signals(length: int) -> None:
    """Shorter than anything a detector wants: no beat, no error."""
    assert detect(np.ones(length)) == []
    assert streamed(np.sin(np.arange(length) / 5), 1) == detect(np.sin(np.arange(length) / 5))


def test_beats_come_in_order_and_in_time() -> None:
    """At most 250 ms after R each beat is final, decided in order."""
    for name in ("noisy", "vf", "af"):
        mv, _, _ = render(load_scenario(name), seed=4)
        beats = detect(mv)
        assert all(0 <= beat.decided - beat.sample <= MOST_DELAY for beat in beats)
        assert all(-1.001 <= beat.agreement <= 1.001 for beat in beats)
        decided = [beat.decided for beat in beats]
        assert decided == sorted(decided)
        assert beats == detect(mv)
