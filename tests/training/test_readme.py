"""The tables of training/README.md and the commands that print them."""

from pathlib import Path

import pytest

from ecg_training import readme
from ecg_training.cli import build_parser
from ecg_training.cli.evaluate import QUESTIONS

PAGE = Path(__file__).parents[2] / "training" / "README.md"
TEXT = """before
<!-- printed by: echo one two -->
old
<!-- end -->
between
<!-- printed by: echo three -->
<!-- end -->
"""


def test_output_takes_the_place_of_the_old_table() -> None:
    """Only between the marks, and only for the commands asked for."""
    printed = readme.print_all(readme.commands(TEXT), ["one"])
    assert readme.filled(TEXT, printed) == TEXT.replace("old", "\none two\n")
    assert readme.print_all(readme.commands(TEXT), [""])["echo three"] == "three\n"


def test_a_failing_command_leaves_the_page_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 1, and not a byte of the file has changed."""
    page = tmp_path / "README.md"
    page.write_text(TEXT + "<!-- printed by: false -->\n<!-- end -->\n")
    before = page.read_bytes()
    assert readme.main([str(page)]) == 1
    assert page.read_bytes() == before
    assert "false" in capsys.readouterr().err


def test_the_commands_of_the_page_exist() -> None:
    """Every `ecg-train` command that the README claims to have run can be parsed, and every
    question of `evaluate` is answered there."""
    commands = readme.commands(PAGE.read_text(encoding="utf-8"))
    assert any(command.startswith("tools/bench-qrs") for command in commands)
    ours = [command.split()[1:] for command in commands if command.startswith("ecg-train ")]
    questions = {question.__name__.rpartition(".")[2] for question in QUESTIONS}
    assert {words[1] for words in ours if words[0] == "evaluate"} == questions
    for words in ours:
        build_parser().parse_args(words)
