"""Figures on their way into a card: as the device's cards want them, each once."""

import json
from pathlib import Path

import pytest

from ecg_device.errors import ConfigError
from ecg_training import naming_scores as scores
from ecg_training.beat_groups import AAMI_CLASSES
from ecg_training.evaluate import card_metrics, naming_tables

GOOD = scores.count(AAMI_CLASSES, "NNSV", "NNSV")
BAD = scores.count(AAMI_CLASSES, "NNSV", "NNNV")


def entries(**conditions: scores.NamingScore) -> list[card_metrics.Entry]:
    """Of two patients alike."""
    scopes = {name: {"1": score, "2": score} for name, score in conditions.items()}
    return card_metrics.of_names(naming_tables.tables("", scopes, str), "inter-patient", "ecg")


def test_shares_are_told_as_shares_with_their_interval(tmp_path: Path) -> None:
    """All of V found and three of four right, in each patient alike: 1 and 0.75, no doubt left."""
    card_metrics.merge(tmp_path / "m.json", entries(clean=BAD))
    told = {entry["metric"]: entry for entry in json.loads((tmp_path / "m.json").read_text())}
    assert told["accuracy"] == {
        "protocol": "inter-patient", "condition": "clean", "metric": "accuracy",
        "value": 0.75, "low": 0.75, "high": 0.75, "command": "ecg",
    }  # fmt: skip
    assert told["Se of V"]["value"] == 1.0
    assert told["macro-F1 of N S V"]["value"] == pytest.approx((0.8 + 0.0 + 1.0) / 3, abs=1e-5)
    assert "F1 of F" not in told


def test_a_later_figure_takes_an_earlier_ones_place(tmp_path: Path) -> None:
    """The same condition is replaced, another one stands beside it."""
    path = tmp_path / "m.json"
    card_metrics.merge(path, entries(clean=BAD, noisy=BAD))
    card_metrics.merge(path, entries(clean=GOOD))
    accuracy = {
        entry["condition"]: entry["value"]
        for entry in json.loads(path.read_text())
        if entry["metric"] == "accuracy"
    }
    assert accuracy == {"clean": 1.0, "noisy": 0.75}


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """It is no list of metrics: one line, and the file as it was."""
    path = tmp_path / "m.json"
    path.write_text('{"not": "metrics"}')
    with pytest.raises(ConfigError, match=r"m\.json"):
        card_metrics.merge(path, entries(clean=GOOD))
    assert path.read_text() == '{"not": "metrics"}'
