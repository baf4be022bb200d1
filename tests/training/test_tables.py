"""Tables as Markdown and as JSON."""

import json

from ecg_training.tables import Column, Table

TABLE = Table(
    "two records",
    (Column("name", "record"), Column("f1", "F1 %", ".1f"), Column("beats", "beats", "d")),
    [{"name": "100", "f1": 99.96, "beats": 1902}, {"name": "gross", "f1": float("nan")}],
)


def test_markdown_pads_text_left_and_numbers_right() -> None:
    """Every line is equally long, numbers are rounded, what is unknown is a dash."""
    title, _, *lines = TABLE.markdown().splitlines()
    assert title == "**two records**"
    assert lines == [
        "| record |  F1 % | beats |",
        "|--------|------:|------:|",
        "| 100    | 100.0 |  1902 |",
        "| gross  |     - |     - |",
    ]


def test_json_keeps_the_numbers_and_has_no_nan() -> None:
    """Values are unrounded; NaN, which JSON has not, is null."""
    parsed = json.loads(json.dumps(TABLE.as_json(), allow_nan=False))
    assert parsed["rows"] == [
        {"name": "100", "f1": 99.96, "beats": 1902},
        {"name": "gross", "f1": None},
    ]
