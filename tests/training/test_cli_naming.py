"""`ecg-train evaluate beats` and its like, from the command line to the table."""

import json
from pathlib import Path
from typing import Any

import pytest

from ecg_device.cli import main as device
from ecg_training.cli import main as train

RECORDS = ("119", "208")


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The tables of an evaluation, as JSON."""
    assert train(["evaluate", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.data
@pytest.mark.slow
def test_what_analyze_wrote_scores_what_the_evaluation_scores(
    ecg_data: Path, formula_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same numbers in every table, but for the confidence, which no annotation file tells."""
    paths = [str(ecg_data / "mitdb" / record) for record in RECORDS]
    model = ["--model", str(formula_bundle)]
    assert device(["analyze", *paths, "--out", str(tmp_path), *model]) == 0
    capsys.readouterr()
    common = ["beats", *model, "--records", *RECORDS, "--data", str(ecg_data), "--jobs", "1"]
    direct = told(common, capsys)
    from_files = told([*common, "--from-files", str(tmp_path)], capsys)
    for table in (*direct, *from_files):
        for row in table["rows"]:
            del row["scope"]
            row.pop("ece", None)
    assert from_files == direct
    assert {row["class"]: row["beats"] for row in direct[0]["rows"]}["V"] == 444 + 992


@pytest.mark.data
def test_questions_about_a_bundle_are_answered(
    ecg_data: Path,
    formula_bundle: Path,
    formula_bundle_float32: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Calibration and quantization of one record: some 1970 of 119's 1987 beats are compared."""
    common = ["--model", str(formula_bundle), "--records", "119", "--data", str(ecg_data)]
    summary, _ = told(["calibration", *common], capsys)
    assert 1950 < summary["rows"][0]["beats"] <= 1987
    (costs,) = told(["quantization", *common, "--float", str(formula_bundle_float32)], capsys)
    assert costs["rows"][0]["beats"] == summary["rows"][0]["beats"]
    assert 50 < costs["rows"][0]["same"] <= 100


def test_an_unknown_condition_is_one_line_and_status_1(
    ecg_data: Path, formula_bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It lists the conditions there are, before any work."""
    arguments = ["beats", "--model", str(formula_bundle), "--data", str(ecg_data)]
    assert train(["evaluate", *arguments, "--condition", "moonlight"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "ad8232-mcp3008-12db" in err


def test_runs_that_are_none_are_one_line_and_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder without a run is told by its name."""
    assert train(["evaluate", "predictions", str(tmp_path)]) == 1
    _, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert str(tmp_path) in err


def test_an_unknown_protocol_is_one_line_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    """It lists the protocols there are, before any data is looked for."""
    assert train(["evaluate", "baseline", "--protocol", "telepathy"]) == 1
    _, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert "inter-patient" in err
