"""The evaluations on real records, with detectors whose errors are known beforehand."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ecg_device.signals import FloatArray
from ecg_training.datasets import mitdb
from ecg_training.evaluate import hr, noise, qrs
from ecg_training.findings import Detector, Findings
from ecg_training.scoring import match_beats
from ecg_training.windows import Windows

NAMES = ("100", "207", "208")
MINUTE = 360 * 60


@pytest.fixture(scope="module")
def records(ecg_data: Path) -> dict[str, mitdb.Record]:
    """A regular record, the one with fibrillation, an ectopic one."""
    return {name: mitdb.load(ecg_data, name) for name in NAMES}


def oracle(records: dict[str, mitdb.Record], find: Callable[[mitdb.Record], Findings]) -> Detector:
    """A detector that knows the record by its samples."""

    def detect(mv: FloatArray, rate_hz: float) -> Findings:
        return find(next(r for r in records.values() if np.array_equal(r.mv, mv)))

    return detect


@pytest.mark.data
def test_known_shifts_delays_and_shutdown_are_reported(
    ecg_data: Path, records: dict[str, mitdb.Record]
) -> None:
    """All beats 5 samples late, decided 72 samples later, 2.5 of 25 min 5.6 s flagged."""
    late = oracle(
        records,
        lambda r: Findings(
            r.beats + 5, r.beats + 77, flagged=[(5 * MINUTE, 5 * MINUTE + 150 * 360 - 1)]
        ),
    )
    row = qrs.score_record(ecg_data, late, "100").row("100")
    assert (row["fn"], row["fp"], row["f1_50ms"]) == (0, 0, 100.0)
    assert (row["error_samples"], row["abs_error_samples"]) == (5, 5)
    assert row["delay_ms"] == row["delay_max_ms"] == 200.0
    assert row["shutdown"] == pytest.approx(100 * 150 * 360 / (650_000 - 5 * MINUTE))


@pytest.mark.data
def test_gross_pools_beats_and_average_pools_records(
    ecg_data: Path, records: dict[str, mitdb.Record]
) -> None:
    """Blind to record 208: gross misses its beats, the average a third of the records."""
    blind = oracle(records, lambda r: Findings(r.beats[:0] if r.name == "208" else r.beats))
    _, groups = qrs.evaluate(ecg_data, NAMES, blind, 1, "blind")
    gross, average = groups.rows[:2]
    scores = [qrs.score_record(ecg_data, blind, name) for name in NAMES]
    beats = {name: s.score.counts.beats for name, s in zip(NAMES, scores, strict=True)}
    assert gross["fn"] == beats["208"]
    assert gross["se"] == pytest.approx(100 * (1 - beats["208"] / sum(beats.values())))
    assert average["se"] == pytest.approx(200 / 3)


@pytest.mark.data
def test_the_annotators_own_beats_give_the_reference_rate(
    ecg_data: Path, records: dict[str, mitdb.Record]
) -> None:
    """Windows of 207 with fibrillation are left out; the rate of the beats is exact, none shown
    counts as wrong."""
    perfect = oracle(records, lambda r: Findings(r.beats))
    (table,) = hr.evaluate(ecg_data, ("207",), perfect, 1, "hr")
    shown, found = table.rows
    assert found["windows"] == shown["windows"] == 150 - 10
    assert (found["within"], found["mae"]) == (100.0, 0.0)
    assert (shown["within"], shown["withheld"]) == (0.0, 100.0)


@pytest.mark.data
def test_the_rate_shown_is_the_last_one_and_flags_set_windows_apart(
    ecg_data: Path, records: dict[str, mitdb.Record]
) -> None:
    """75 bpm throughout record 100, but 200 in the first window, which is flagged."""
    ticks = np.arange(0, 650_000, 360)

    def find(record: mitdb.Record) -> Findings:
        bpm = np.where((ticks > 5 * MINUTE) & (ticks <= 5 * MINUTE + 3600), 200.0, 75.0)
        flagged = [(5 * MINUTE, 5 * MINUTE + 3599)]
        return Findings(record.beats, flagged=flagged, rate_at=ticks, rate_bpm=bpm)

    errors, _ = hr.score_record(ecg_data, oracle(records, find), "100")
    assert errors.given.tolist() == [200.0] + [75.0] * 149
    assert errors.row("")["flagged"] == pytest.approx(100 / 150)
    assert errors.row("")["within"] == 100 * np.mean(
        np.abs(errors.reference[1:] - 75) <= np.maximum(0.1 * errors.reference[1:], 5)
    )


@pytest.mark.data
@pytest.mark.parametrize(
    ("first_s", "last_s", "flagged"), [(301, 305, 0), (301, 307, 1), (308, 310, 1), (309, 312, 1)]
)
def test_a_window_is_flagged_for_most_of_it_or_its_end(
    ecg_data: Path, records: dict[str, mitdb.Record], first_s: int, last_s: int, flagged: int
) -> None:
    """Of the window from 300 to 310 s: 4 s of it are too few, 6 s are enough, its end is."""

    def find(record: mitdb.Record) -> Findings:
        return Findings(record.beats, flagged=[(first_s * 360, last_s * 360 - 1)])

    errors, _ = hr.score_record(ecg_data, oracle(records, find), "100")
    assert errors.flagged.tolist() == [bool(flagged)] + [False] * 149


def test_the_f1_of_blocks_is_that_of_the_beats_in_them() -> None:
    """A block with 3 found of 4 and one extra has F1 6/8; an empty one has none."""
    blocks = Windows(0, 3600, 3)
    reference, detected = np.array([500, 1000, 1500, 2000, 4000]), np.array([500, 1010, 1500, 3000])
    f1 = noise.block_f1(blocks, reference, detected, match_beats(reference, detected, 54))
    np.testing.assert_array_equal(f1, [6 / 8, 0.0, np.nan])


@pytest.mark.data
def test_blocks_are_bad_clean_and_flagged_as_made(
    ecg_data: Path, records: dict[str, mitdb.Record]
) -> None:
    """In 100 the noisy 13 min 5.6 s of 25 hold 78 blocks; blind and flagged there, all are bad and
    caught, and none of the 72 clean ones."""
    record = records["100"]
    on = [(m * MINUTE, (m + 2) * MINUTE - 1) for m in range(5, 31, 4)]

    def blind_in_noise(mv: FloatArray, rate_hz: float) -> Findings:
        seen = record.beats[[not any(a <= b <= z for a, z in on) for b in record.beats]]
        return Findings(seen, flagged=on)

    stress = noise.Stress("ma", 0)
    score = noise.score_record(record, stress, ecg_data, blind_in_noise, blind_in_noise)
    assert (score.bad, score.bad_flagged) == (78, 78)
    assert (score.clean, score.clean_flagged) == (72, 0)


@pytest.mark.data
def test_the_noise_level_is_what_was_asked_for(
    ecg_data: Path, records: dict[str, mitdb.Record]
) -> None:
    """The added noise, measured again in seconds, lies 6 dB under the QRS's power, within 2 dB."""
    record = records["100"]
    added = noise.Stress("ma", 6).applied_to(ecg_data, record) - record.mv
    noisy = added[5 * MINUTE : 7 * MINUTE].reshape(-1, 360)
    amplitude = np.median([np.ptp(record.mv[b - 18 : b + 19]) for b in record.beats[1:300]])
    snr_db = 10 * np.log10(amplitude**2 / 8 / np.mean(noisy.std(axis=1)) ** 2)
    assert snr_db == pytest.approx(6, abs=2)


@pytest.mark.data
def test_the_number_of_processes_changes_nothing(ecg_data: Path) -> None:
    """One process and two give the same tables."""
    from ecg_training.product import detector_alone

    one, two = (qrs.evaluate(ecg_data, NAMES, detector_alone, jobs, "") for jobs in (1, 2))
    assert [table.as_json() for table in one] == [table.as_json() for table in two]
