"""The thesis's detector finds what a QRS detector must, as late as it is known to be."""

from pathlib import Path

import numpy as np
import pytest

from ecg_training.datasets import mitdb
from ecg_training.protocols.pan_tompkins import pan_tompkins
from ecg_training.scoring import score_beats

RATE_HZ = 360


def pulses(at: list[int], samples: int) -> np.ndarray:
    """QRS-like pulses of 80 ms."""
    signal = np.zeros(samples)
    for beat in at:
        signal[beat - 14 : beat + 15] += np.hanning(29)
    return signal


def test_every_pulse_is_found_once() -> None:
    """A beat each second: each has one detection, equally late, within the average's 150 ms."""
    at = list(range(400, 60 * RATE_HZ, RATE_HZ))
    found = pan_tompkins(pulses(at, 60 * RATE_HZ), RATE_HZ)
    assert len(found) == len(at)
    late = found[1:] - at[1:]  # the first still sees the silence before
    assert np.ptp(late) <= 1
    assert 0 < late[0] < 0.150 * RATE_HZ


def test_a_small_beat_is_looked_for_again() -> None:
    """A beat of half the height is under the threshold; the pause that it leaves brings it back."""
    at = list(range(400, 60 * RATE_HZ, RATE_HZ))
    signal = pulses(at, 60 * RATE_HZ)
    signal[at[30] - 20 : at[30] + 20] *= 0.45
    assert len(pan_tompkins(signal, RATE_HZ)) == len(at)


@pytest.mark.data
def test_it_is_as_late_as_was_measured_of_the_library(ecg_data: Path) -> None:
    """Some 49 ms on record 100, where its 2,273 beats are no difficulty."""
    record = mitdb.load(ecg_data, "100")
    score = score_beats(record.beats, pan_tompkins(record.mv, RATE_HZ), RATE_HZ)
    assert score.counts.f1 > 0.999
    assert 35 < 1000 * np.median(score.location_error) / RATE_HZ < 65
