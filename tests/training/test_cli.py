"""The command `ecg-train evaluate`: exit statuses, one line for an error, JSON."""

import json
from pathlib import Path

import pytest

from ecg_training.cli import main


def test_a_missing_set_is_one_line_and_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing on stdout, one line on stderr that names the publisher's page."""
    assert main(["evaluate", "qrs", "--data", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("ecg-train: ")
    assert "physionet.org/content/mitdb" in err


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["evaluate"],
        ["evaluate", "qrs", "--jobs", "0"],
        ["evaluate", "qrs", "--gated", "--detector-only"],
        ["evaluate", "noise", "--noise", "hum"],
    ],
)
def test_wrong_usage_is_status_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The usage and what is wrong with it go to stderr."""
    with pytest.raises(SystemExit) as raised:
        main(wrong)
    assert raised.value.code == 2
    assert "usage: ecg-train" in capsys.readouterr().err


@pytest.mark.data
def test_json_tells_the_beats_of_a_record(
    ecg_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Record 100 has 1902 beats from 5:00 on; a detector worth the name finds most of them."""
    arguments = ["evaluate", "qrs", "--records", "100", "--data", str(ecg_data), "--json"]
    assert main([*arguments, "--detector-only"]) == 0
    each, groups = json.loads(capsys.readouterr().out)
    assert each["rows"][0]["beats"] == 1902
    assert each["rows"][0]["f1"] > 95
    assert [row["record"] for row in groups["rows"]] == [
        "all (1), gross",
        "all, average",
        "DS2 (1), gross",
        "DS2, average",
    ]


@pytest.mark.data
@pytest.mark.parametrize("question", ["qrs", "hr", "noise"])
def test_every_question_has_an_answer(
    question: str, ecg_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On record 100, in clean signal, the tables hold numbers that a good detector earns."""
    arguments = ["evaluate", question, "--records", "100", "--data", str(ecg_data), "--json"]
    arguments += ["--jobs", "1"]
    level = ["--noise", "ma", "--snr", "24"] if question == "noise" else []
    assert main([*arguments, *level]) == 0
    rows = [row for table in json.loads(capsys.readouterr().out) for row in table["rows"]]
    key = "within_given" if question == "hr" else "f1"
    assert all(row[key] > 95 for row in rows if row[key] is not None)
