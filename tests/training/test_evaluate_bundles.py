"""Questions about bundles and runs: which records, what they say, calibration, eight bits."""

import json
from pathlib import Path

import numpy as np
import pytest

from ecg_device.errors import ConfigError, ModelError
from ecg_device.formats.annotations import Annotation, write_annotations
from ecg_device.views import FEATURES, LENGTH
from ecg_training import naming_scores as scores
from ecg_training import protocols
from ecg_training.beat_groups import by_aami
from ecg_training.beatsets import BeatSet
from ecg_training.datasets import mitdb
from ecg_training.evaluate import bundles, calibration, namers, predictions, quantization
from ecg_training.evaluate.predictions import Predictions
from ecg_training.train.runs import Predictions as RunPredictions
from ecg_training.train.runs import Run
from ecg_training.train.settings import Settings

LABELS = ("N", "S", "V", "F")


def said(symbols: str, names: str, records: list[str], sure: float = 0.7) -> Predictions:
    """Each beat named so, with one confidence, the rest shared among the other labels."""
    told = np.full((len(names), 4), (1 - sure) / 3)
    told[np.arange(len(names)), [LABELS.index(name) for name in names]] = sure
    return Predictions(LABELS, told, np.array([*symbols]), np.array(records))


def test_the_most_probable_label_is_compared_in_groups() -> None:
    """L is N, a is S, and a paced beat is not scored: of 4 beats scored 3 are right."""
    found = predictions.by_record(
        said("LaVF/", "NSVNN", ["1"] * 5), predictions.grouping_of(LABELS)
    )
    assert scores.accuracy(found["1"]) == pytest.approx(3 / 4)
    assert found["1"].of("Q", "N") == 1


def test_labels_that_are_no_groups_are_compared_themselves() -> None:
    """Six labels are six classes; S beats, which none of them is, are not scored."""
    six = predictions.grouping_of(("N", "L", "R", "V", "A", "/"))
    assert six.classes == ("N", "L", "R", "V", "A", "/")
    assert six.references("LS") == ["L", "Q"]


def write_run(folder: Path, fold: int, symbols: str, logits: list[list[float]]) -> Path:
    """A finished run of two labels, its test part all of one record."""
    run = Run(folder)
    settings = Settings(network="resecanet", protocol="patient-folds", fold=fold)
    run.write_config({"settings": settings.as_json(), "labels": ["N", "L"]})
    part = RunPredictions(
        np.array(logits, np.float32),
        np.array([*symbols]),
        np.full(len(symbols), f"10{fold}"),
        np.arange(len(symbols)),
    )
    run.write_predictions({"test": part, "validation": part})
    return folder


def test_the_folds_of_a_protocol_are_pooled(tmp_path: Path) -> None:
    """Two folds with a record each: three beats of N and L, two right, under the protocol's name;
    logits 2 and 0 are a confidence of e^2 / (e^2 + 1)."""
    runs = [
        write_run(tmp_path / "a", 0, "NL", [[2, 0], [2, 0]]),
        write_run(tmp_path / "b", 1, "L", [[0, 2]]),
    ]
    pooled = predictions.of_runs(runs)
    (records,) = pooled.values()
    assert [*pooled] == ["resecanet, patient-folds"]
    assert [*records] == ["100", "101"]
    both = scores.total([*records.values()])
    assert scores.accuracy(both) == pytest.approx(2 / 3)
    sure = np.e**2 / (np.e**2 + 1)
    assert scores.calibration_error(both) == pytest.approx(abs(2 / 3 - sure))


def test_a_protocol_that_leaks_says_so(tmp_path: Path) -> None:
    """No table of the thesis's protocol goes without that word."""
    write_run(tmp_path / "a", 0, "N", [[1, 0]])
    config = json.loads((tmp_path / "a" / "config.json").read_text())
    config["settings"]["protocol"] = "thesis"
    (tmp_path / "a" / "config.json").write_text(json.dumps(config))
    assert "LEAKY" in predictions.load(tmp_path / "a")[0]


def test_a_run_that_is_not_finished_is_refused(tmp_path: Path) -> None:
    """The error names the file that its end would have brought."""
    write_run(tmp_path / "a", 0, "N", [[1, 0]])
    (tmp_path / "a" / "predictions.npz").unlink()
    with pytest.raises(ConfigError, match=r"predictions\.npz"):
        predictions.load(tmp_path / "a")


def test_the_records_held_back_are_ds2_without_the_other_record_of_201() -> None:
    """21 records; anything beyond them is told in the title."""
    by = protocols.find("inter-patient")
    assert set(bundles.held_back(by)) == set(mitdb.DS2) - {"202"}
    assert bundles.caveat(by, bundles.held_back(by)) == ""
    assert "2 OF 3 RECORDS NOT HELD BACK" in bundles.caveat(by, ("100", "101", "202"))
    assert "1 OF 1 RECORDS NOT HELD BACK" in bundles.caveat(protocols.find("random"), ("100",))


def test_a_bundle_is_found_by_its_folder_and_an_unknown_one_refused(formula_bundle: Path) -> None:
    """By folder, with the protocol of its card; names are the library's affair."""
    assert bundles.find(str(formula_bundle)) == formula_bundle
    assert bundles.trained_by(bundles.card_of(formula_bundle)).name == "inter-patient"
    with pytest.raises(ModelError, match="no model 'nonsense'"):
        bundles.find("nonsense")
    with pytest.raises(ConfigError):
        protocols.find("cross-my-heart")


def test_a_bundle_says_of_beats_what_its_formula_says(formula_bundle_float32: Path) -> None:
    """Logit k is 2 * context[k] with a flat window: with context k up, label k it is, and its
    probability that of the softmax."""
    context = np.zeros((4, len(FEATURES)), np.float32)
    context[np.arange(4), np.arange(4)] = 1.0
    beats = BeatSet(
        np.zeros((4, LENGTH), np.float32), context, np.array([*"NSVF"]),
        np.full(4, "100"), np.arange(4), np.zeros(4, np.int64),
    )  # fmt: skip
    found = bundles.predict(formula_bundle_float32, beats)
    assert found.names().tolist() == [*"NSVF"]
    np.testing.assert_allclose(found.probabilities.max(axis=1), np.e**2 / (np.e**2 + 3), rtol=1e-5)


def test_what_eight_bits_lose_is_arithmetic() -> None:
    """Of 8 beats in two patients one V turns N: F1 of N from 1 to 10/11, of V from 1 to 4/5, there
    being no S; 7 of 8 labels are the same."""
    records = ["1"] * 4 + ["2"] * 4
    before = said("NNVNNNVV", "NNVNNNVV", records)
    after = said("NNVNNNVV", "NNVNNNVN", records)
    groups = by_aami({label: label for label in LABELS})
    (row,) = quantization.evaluate("", before, after, groups, str).rows
    assert row["float32"] == 100.0
    assert row["drop"] == pytest.approx(100 * (1 - (10 / 11 + 4 / 5) / 2))
    assert row["same"] == pytest.approx(100 * 7 / 8)
    assert row["patients"] == 2
    assert (row["same_low"], row["same_high"]) == (75.0, 100.0)


def test_calibration_is_told_with_its_bins() -> None:
    """Sure to 0.7 and right in 2 of 4: 20 points too sure, all in one bin."""
    groups = by_aami({label: label for label in LABELS})
    summary, bins = calibration.evaluate("", said("NNVV", "NSVN", [*"1122"]), groups, str)
    assert summary.rows[0]["ece"] == pytest.approx(20.0)
    assert [row["beats"] for row in bins.rows if row["beats"]] == [4]


@pytest.mark.slow
@pytest.mark.data
def test_a_condition_is_always_the_same_and_another_record_another_noise(ecg_data: Path) -> None:
    """Twice the same samples; clean ones are untouched; noise differs between records."""
    one, other = (mitdb.load(ecg_data, name) for name in ("100", "101"))
    np.testing.assert_array_equal(namers.behind("clean", one), one.mv)
    noisy = namers.behind("ad8232-mcp3008-12db", one)
    np.testing.assert_array_equal(noisy, namers.behind("ad8232-mcp3008-12db", one))
    assert np.corrcoef(noisy - one.mv, namers.behind("ad8232-mcp3008-12db", other) - other.mv)[
        0, 1
    ] == pytest.approx(0, abs=0.2)


NOTHING = mitdb.Record("100", 360, np.zeros(9), np.zeros(0, np.int64), (), (), ())


def test_missing_files_are_told_with_the_command_that_makes_them(tmp_path: Path) -> None:
    """One line: which file, and what to run."""
    with pytest.raises(ConfigError, match=r"100\.ecgd.*ecg-device analyze"):
        namers.Files(tmp_path, "a" * 64)(NOTHING)


def test_names_of_another_model_are_not_taken_for_its_own(tmp_path: Path) -> None:
    """The report beside the file names its model; a file without a report is taken as it is."""
    write_annotations(tmp_path / "100.ecgd", [Annotation(5, "V")], rate_hz=360)
    assert namers.Files(tmp_path, "a" * 64)(NOTHING).symbols == ("V",)
    (tmp_path / "100.json").write_text(json.dumps({"model": {"sha256": "b" * 64}}))
    assert namers.Files(tmp_path, "b" * 64)(NOTHING).symbols == ("V",)
    with pytest.raises(ConfigError, match=r"names by model aaa.*by bbb"):
        namers.Files(tmp_path, "a" * 64)(NOTHING)
