"""`ecg-device model` as a user types it."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ecg_device.cli import main

MakeBundle = Callable[..., Path]


@pytest.fixture
def model(state: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Type the command; its status and what it says."""

    def typed(*arguments: str) -> tuple[int, str, str]:
        status = main(["model", *arguments])
        return (status, *capfd.readouterr())

    return typed


Model = Callable[..., tuple[int, str, str]]


def test_from_install_to_rollback(model: Model, make_bundle: MakeBundle) -> None:
    """What a user does, in order, each step saying what comes next."""
    make_bundle("shipped/aami", lambda card: card.update(name="aami"))
    assert model("install", str(make_bundle()))[:2] == (
        0,
        "installed formula; to use it: ecg-device model activate formula\n",
    )
    assert model("list")[1].startswith("* aami ")
    assert model("activate", "formula") == (0, "in use: formula (installed)\n", "")
    lines = model("list")[1].splitlines()
    assert [line[:9] for line in lines] == ["  aami   ", "* formula"]
    assert "N S V F" in lines[1] and "arithmetic accuracy 1.00 (0.90-1.00)" in lines[1]
    assert model("rollback") == (0, "in use again: aami (shipped)\n", "")


def test_list_for_programs(model: Model, make_bundle: MakeBundle) -> None:
    """The same as JSON, with hash and metrics."""
    folder = make_bundle("shipped/aami", lambda card: card.update(name="aami"))
    status, out, _ = model("list", "--json")
    (row,) = json.loads(out)
    card = json.loads((folder / "card.json").read_text())
    assert (status, row["name"], row["active"], row["shipped"]) == (0, "aami", True, True)
    assert (row["sha256"], row["metrics"][0]["high"]) == (card["sha256"], 1.0)


def test_show_gives_the_card(model: Model, make_bundle: MakeBundle) -> None:
    """For people what was written for them, for programs all of it."""
    folder = make_bundle("shipped/aami", lambda card: card.update(name="aami"))
    assert model("show", "aami") == (0, "# formula\n", "")
    assert model("show", "aami", "--json")[1] == (folder / "card.json").read_text()


def test_verify_names_the_bad_and_goes_on(model: Model, make_bundle: MakeBundle) -> None:
    """One of two is damaged: its line is on stderr, the other is sound, the status is 1."""
    bad = make_bundle("shipped/bad", lambda card: card.update(name="bad"))
    make_bundle("shipped/good", lambda card: card.update(name="good"))
    (bad / "model.tflite").write_bytes(b"")
    status, out, err = model("verify")
    assert status == 1
    assert out.startswith("good (shipped): sound; int8, ") and "3 golden beats within" in out
    assert err.startswith("ecg-device: bad (shipped): ") and err.count("\n") == 1
    assert model("verify", "good")[0] == 0


def test_verify_takes_a_folder(model: Model, make_bundle: MakeBundle) -> None:
    """A bundle that is in no library yet."""
    folder = make_bundle("anywhere")
    assert model("verify", str(folder))[1].startswith(f"{folder}: sound; int8")


def test_a_broken_bundle_is_listed(model: Model, make_bundle: MakeBundle) -> None:
    """The list shows that it is there and why it cannot be used."""
    bad = make_bundle("shipped/bad", lambda card: card.update(name="bad"))
    (bad / "card.json").write_text("{")
    status, out, _ = model("list")
    assert status == 0 and "unusable:" in out and "is no JSON" in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show", "nobody"], "there is no model 'nobody'; see: ecg-device model list"),
        (["verify", "nobody"], "there is no model 'nobody'"),
        (["install", "nowhere"], "nowhere is no bundle; expected a folder that holds"),
        (["rollback"], "there is nothing to go back to"),
    ],
)
def test_failures_are_one_line(model: Model, arguments: list[str], told: str) -> None:
    """Status 1 and why."""
    status, out, err = model(*arguments)
    assert (status, out) == (1, "")
    assert told in err and err.count("\n") == 1


def test_an_empty_library_is_said(model: Model) -> None:
    """No model is no error: beats are then unnamed."""
    assert model("list") == (0, "no models: beats go unnamed\n", "")


@pytest.mark.slow
def test_the_other_runtime_agrees(
    state: Path, make_bundle: MakeBundle, tflite_python: Path
) -> None:
    """The golden logits, from the formula, hold in tflite-runtime 2.14 too, and quietly."""
    import subprocess

    import ecg_device

    for int8 in (True, False):
        folder = make_bundle(f"int8-{int8}", int8=int8)
        done = subprocess.run(
            [tflite_python, "-m", "ecg_device", "model", "verify", str(folder)],
            env=os.environ | {"PYTHONPATH": str(Path(ecg_device.__file__).parents[1])},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "in tflite-runtime 2.14.0" in done.stdout
