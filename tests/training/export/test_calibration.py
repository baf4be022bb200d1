"""Ranges from the right beats, and probabilities that are as likely as can be."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_device.errors import ModelError
from ecg_training.beatsets import BeatSet
from ecg_training.export.calibration import (
    BEATS,
    negative_log_likelihood,
    representative,
    temperature,
)


def beats(records: int, per_record: int) -> BeatSet:
    """Beats of many records; every 50th is a V of 5 mV, the others are N of 1 mV."""
    count = records * per_record
    rare = np.arange(count) % 50 == 0
    windows = np.where(rare[:, None], 5.0, 1.0) * np.ones((count, 259))
    return BeatSet(
        windows.astype(np.float32),
        np.zeros((count, 20), np.float32),
        np.where(rare, "V", "N"),
        np.repeat([f"{record:03}" for record in range(records)], per_record),
        np.arange(count),
        np.zeros(count, np.int64),
    )


@pytest.mark.parametrize("true", [0.5, 1.0, 2.5])
def test_the_temperature_that_made_the_labels_is_found(true: float) -> None:
    """Labels drawn from the softmax of logits over T are fitted by T, within sampling error."""
    random = np.random.default_rng(0)
    logits = 3 * random.standard_normal((40_000, 4)).astype(np.float32)
    powers = np.exp(logits / true)
    shares = np.cumsum(powers / powers.sum(axis=1, keepdims=True), axis=1)
    labels = (random.random((len(logits), 1)) > shares).sum(axis=1)
    assert temperature(logits, labels) == pytest.approx(true, rel=0.03)


def test_surprise_is_that_of_arithmetic() -> None:
    """At logits 0 and ln 3 the labels' probabilities are a quarter and three."""
    logits = np.log(np.array([[1.0, 3.0], [1.0, 3.0]], np.float32))
    expected = -(np.log(0.25) + np.log(0.75)) / 2
    assert negative_log_likelihood(logits, np.array([0, 1]), 1.0) == pytest.approx(expected)


def test_rare_beats_are_among_those_shown() -> None:
    """Of 30 patients each gives as many beats, and all of the 300 V are among the 600."""
    shown = representative(beats(30, 500))
    assert len(shown.windows) == len(shown.context) == BEATS
    assert (shown.windows[:, 0] == 5).sum() == 300


def test_too_few_patients_are_refused() -> None:
    """201 and 202 are one person: nineteen and those two are still only twenty."""
    few = beats(19, 10)
    with pytest.raises(ModelError, match="expected 20 or more; received 19"):
        representative(few)
    records = few.records.astype("<U3")
    records[:10], records[10:20] = "201", "202"
    with pytest.raises(ModelError, match="received 18"):
        representative(replace(few, records=records))
