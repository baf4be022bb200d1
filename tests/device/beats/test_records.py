"""The beat detector on annotated patients."""

from pathlib import Path

import numpy as np
import pytest

from ecg_device.beats import BeatDetector, detect
from ecg_training.datasets import mitdb
from ecg_training.scoring import score_beats

pytestmark = pytest.mark.data


@pytest.mark.parametrize("name", ["100", "119"])
def test_clean_records(ecg_data: Path, name: str) -> None:
    """In 100 (normal) and 119 (bigeminy) at least 99.8 % are found, and so many are true."""
    record = mitdb.load(ecg_data, name)
    beats = detect(record.mv)
    score = score_beats(record.beats, [beat.sample for beat in beats], 360, learning_s=0.0)
    counted = score_beats(record.beats, [beat.sample for beat in beats], 360).counts
    assert counted.sensitivity >= 0.998
    assert counted.precision >= 0.998
    assert len(score.location_error) >= 0.99 * len(record.beats)
    assert np.median(np.abs(score.location_error)) <= 1


@pytest.mark.parametrize("name", ["105", "108", "200", "203", "207", "217", "232"])
def test_no_beat_is_decided_late(ecg_data: Path, name: str) -> None:
    """However noisy the record, a beat is final at most 250 ms after its R wave."""
    beats = detect(mitdb.load(ecg_data, name).mv)
    assert len(beats) > 1000
    assert max(beat.decided - beat.sample for beat in beats) <= 90
    assert min(beat.decided - beat.sample for beat in beats) >= 0


def test_live_blocks_of_a_record(ecg_data: Path) -> None:
    """Five minutes of a noisy record in blocks of 40 ms: to the bit what the whole gives."""
    mv = mitdb.load(ecg_data, "203").mv[:108_000]
    detector, live = BeatDetector(), []
    for start in range(0, len(mv), 14):
        live += detector.feed(mv[start : start + 14])
    assert live + detector.finish() == detect(mv)
