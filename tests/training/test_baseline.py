"""The nearest neighbour beside each protocol: what memory alone reaches there."""

from pathlib import Path

import numpy as np
import pytest

from ecg_training import naming_scores
from ecg_training.beatsets import BeatSet
from ecg_training.protocols import Split
from ecg_training.protocols.baseline import baseline, one_nearest
from ecg_training.protocols.patients import SIX_BEATS


def beats_at(levels: list[float], symbols: str) -> BeatSet:
    """Flat windows at the levels given."""
    count = len(levels)
    return BeatSet(
        np.repeat(np.array(levels, np.float32)[:, None], 259, axis=1),
        np.zeros((count, 0), np.float32),
        np.array([*symbols], "<U1"),
        np.full(count, "100", "<U3"),
        np.arange(count, dtype=np.int64),
        np.zeros(count, np.int64),
    )


def test_a_beat_gets_the_name_of_its_nearest() -> None:
    """Windows at 0.1 and 0.9 between N at 0 and V at 1; an N at 0.8 is taken for V."""
    known = beats_at([0.0, 1.0], "NV")
    asked = beats_at([0.1, 0.9, 0.8], "NVN")
    score = one_nearest(Split(known, known, asked, SIX_BEATS))
    assert int(score.of("N", "N")) == 1
    assert int(score.of("N", "V")) == 1
    assert int(score.of("V", "V")) == 1
    assert float(naming_scores.accuracy(score)) == pytest.approx(2 / 3)


@pytest.mark.data
@pytest.mark.slow
def test_memory_is_nearly_enough_for_the_thesis_protocol(ecg_data: Path) -> None:
    """0.977 accuracy and macro-F1 were measured with scikit-learn on its own SMOTE and split."""
    (row,) = baseline(ecg_data, ["thesis"]).rows
    assert row["protocol"].startswith("thesis (LEAKY")
    assert row["beats"] == 9000
    assert row["accuracy"] == pytest.approx(0.977, abs=0.004)
    assert row["macro_f1"] == pytest.approx(0.977, abs=0.004)
