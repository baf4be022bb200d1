"""EC57 scoring: the pairing against arithmetic and another implementation, the scope of mitdb."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wfdb.processing import compare_annotations

from ecg_training.datasets import mitdb
from ecg_training.scoring import BeatScore, Counts, IntArray, inside, match_beats, score_beats

WINDOW = 54  # 150 ms at 360 Hz


def counted(reference: list[int], test: list[int], window: int = WINDOW) -> tuple[int, int, int]:
    matches = match_beats(reference, test, window)
    return len(matches.test), len(matches.missed), len(matches.extra)


@pytest.mark.parametrize(
    ("reference", "test", "expected"),
    [
        ([1000], [1054], (1, 0, 0)),  # 150 ms belong to the window
        ([1000], [1055], (0, 1, 1)),
        ([1000], [946], (1, 0, 0)),
        ([1000], [945], (0, 1, 1)),
        ([1000, 1300], [], (0, 2, 0)),
        ([], [1000, 1300], (0, 0, 2)),
        ([1000], [970, 1010], (1, 0, 1)),  # one reference beat takes one detection
        ([1000, 1040], [1030], (1, 1, 0)),  # and one detection one reference beat
        ([1000, 1300, 1600], [1005, 1295, 1450, 1600], (3, 0, 1)),
    ],
)
def test_pairs_are_counted_as_a_person_would(
    reference: list[int], test: list[int], expected: tuple[int, int, int]
) -> None:
    """Hand-made cases: a pair lies at most 54 samples apart, and each beat pairs once."""
    assert counted(reference, test) == expected


def test_the_nearer_of_two_detections_is_taken() -> None:
    """Of detections 30 before and 10 after a beat the second pairs; the same in the mirror."""
    assert match_beats([1000], [970, 1010], WINDOW).test.tolist() == [1]
    assert match_beats([1000], [990, 1030], WINDOW).test.tolist() == [0]


def test_the_nearer_of_two_reference_beats_is_taken() -> None:
    """A detection 30 after one beat and 10 before the next belongs to the next."""
    assert match_beats([1000, 1040], [1030], WINDOW).reference.tolist() == [1]


samples = st.lists(st.integers(0, 20_000), max_size=60, unique=True).map(sorted)


@given(samples, samples)
def test_every_beat_is_counted_once(reference: list[int], test: list[int]) -> None:
    """Found and missed beats are the reference; found and extra ones are the detections."""
    matches = match_beats(reference, test, WINDOW)
    assert sorted([*matches.reference, *matches.missed]) == list(range(len(reference)))
    assert sorted([*matches.test, *matches.extra]) == list(range(len(test)))
    distance = np.take(reference, matches.reference) - np.take(test, matches.test)
    assert np.all(np.abs(distance) <= WINDOW)
    assert np.all(np.diff(matches.reference) > 0)


@given(samples)
def test_a_detector_that_copies_the_reference_is_perfect(reference: list[int]) -> None:
    """Whatever the beats, their own copy is found without error, in both windows."""
    score = score_beats(reference, reference, 360.0, learning_s=0)
    assert score.counts == score.tight == Counts(tp=len(reference))


def test_shares_follow_from_the_counts() -> None:
    """90 found, 10 missed, 30 extra: Se 0.9, +P 0.75, F1 2*90/220, DER 40/100."""
    counts = Counts(tp=90, fn=10, fp=30)
    assert counts.sensitivity == 0.9
    assert counts.precision == 0.75
    assert counts.f1 == 180 / 220
    assert counts.error_rate == 0.4


def test_the_first_five_minutes_teach_and_do_not_count() -> None:
    """Beats and detections before 5:00 (sample 108000) are left out; one at 5:00 counts."""
    score = score_beats([500, 107_999, 108_000, 108_400], [500, 900, 108_400], 360.0)
    assert score.counts == Counts(tp=1, fn=1, fp=0)


def test_a_detection_just_before_the_start_may_find_the_first_beat() -> None:
    """`bxb` lets the last detection of the learning period pair with the first beat after it."""
    score = score_beats([108_010, 108_400], [107_990, 108_400], 360.0)
    assert score.counts == Counts(tp=2)


def test_a_late_detection_of_the_last_learning_beat_is_no_error() -> None:
    """A beat at 4:59.9 detected at 5:00.1 leaves nothing to count but the beat after it."""
    score = score_beats([107_964, 108_350], [108_036, 108_350], 360.0)
    assert score.counts == Counts(tp=1)


def test_detections_in_fibrillation_are_not_counted() -> None:
    """Neither beats nor detections between `[` and `]` count; a pair beyond its edges does."""
    reference, test = [109_000, 111_000, 113_000], [109_000, 110_500, 111_020, 111_500, 113_000]
    score = score_beats(reference, test, 360.0, uncounted=[(110_000, 112_000)])
    assert score.counts == Counts(tp=2)


def test_location_errors_are_signed_and_delays_are_of_the_pairs() -> None:
    """Detected 3 late and 2 early, decided 70 and 80 samples after the detection."""
    score = score_beats(
        [109_000, 110_000], [109_003, 109_500, 109_998], 360.0, decided=[109_073, 0, 110_078]
    )
    assert score.location_error.tolist() == [3, -2]
    assert score.delay.tolist() == [70, 80]


def test_fifty_milliseconds_are_a_window_of_their_own() -> None:
    """18 samples late is within 50 ms, 19 is not: then the beat is missed and one is extra."""
    score = score_beats([109_000, 110_000], [109_018, 110_019], 360.0)
    assert score.counts == Counts(tp=2)
    assert score.tight == Counts(tp=1, fn=1, fp=1)


def test_scores_add_up_and_rates_do_not_mix() -> None:
    """Gross is the sum of the counts; sample errors at different rates cannot be pooled."""
    one = BeatScore(360.0, Counts(1, 2, 3), Counts(1, 0, 0), np.array([1]), np.array([10]))
    two = BeatScore(360.0, Counts(4, 5, 6), Counts(0, 1, 0), np.array([-1]), np.array([20]))
    both = one + two
    assert (both.counts, both.tight) == (Counts(5, 7, 9), Counts(1, 1, 0))
    assert both.location_error.tolist() == [1, -1]
    assert both.delay.tolist() == [10, 20]
    with pytest.raises(ValueError, match="250"):
        _ = one + BeatScore(250.0)


def test_stretches_include_both_their_ends() -> None:
    """Samples 10 and 20 lie in the stretch 10..20, 9 and 21 do not."""
    assert inside([9, 10, 20, 21], [(10, 20)]).tolist() == [False, True, True, False]


@pytest.fixture(scope="module")
def records(ecg_data: Path) -> list[mitdb.Record]:
    """All of mitdb."""
    return [mitdb.load(ecg_data, name) for name in mitdb.ALL]


def perturbed(beats: IntArray, seed: int) -> IntArray:
    """A detector's view of the beats: moved up to 30 samples, 5 % lost, 50 made up."""
    random = np.random.default_rng(seed)
    moved = beats + random.integers(-30, 31, len(beats))
    kept = moved[random.random(len(beats)) > 0.05]
    return np.unique(np.concatenate((kept, random.integers(0, 650_000, 50))))


def counted_by_wfdb(reference: IntArray, test: IntArray) -> tuple[int, int, int]:
    """Its window excludes the edge, hence one sample more."""
    theirs = compare_annotations(reference, test, WINDOW + 1)
    return theirs.tp, theirs.fn, theirs.fp


@pytest.mark.data
def test_agrees_with_wfdb_on_perturbed_real_beats(records: list[mitdb.Record]) -> None:
    """wfdb's own comparison counts the same on all 48 records."""
    for i, record in enumerate(records):
        beats, test = record.beats, perturbed(record.beats, i)
        ours = counted(beats.tolist(), test.tolist())
        assert ours == counted_by_wfdb(beats, test), record.name


@pytest.mark.data
def test_the_scope_is_the_classical_one(records: list[mitdb.Record]) -> None:
    """EC57 counts 91,285 beats in the 48 records; without the learning period, 109,494."""
    for learning_s, expected in ((300.0, 91_285), (0.0, 109_494)):
        scores = (
            score_beats(r.beats, [], r.rate_hz, uncounted=r.fibrillation, learning_s=learning_s)
            for r in records
        )
        assert sum(score.counts.beats for score in scores) == expected
