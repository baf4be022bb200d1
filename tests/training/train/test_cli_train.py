"""The arguments of `ecg-train train`: which runs they ask for."""

import argparse
import json
from pathlib import Path

import pytest

from ecg_training.cli import build_parser, main
from ecg_training.cli.train import _tasks
from ecg_training.train.recipes import recipe_of
from ecg_training.train.settings import Settings
from ecg_training.train.sweep import Task


def _asked(text: str) -> list[Task]:
    arguments: argparse.Namespace = build_parser().parse_args(["train", *text.split()])
    return _tasks(arguments)


def _only(text: str) -> Settings:
    (task,) = _asked(text)
    return task.settings


def test_a_network_brings_its_own_recipe() -> None:
    """What is not given stays; what is given is taken."""
    own = recipe_of("resecanet_s", "inter-patient")
    assert _only("resecanet_s").recipe == own
    changed = _only("resecanet_s --epochs 3 --rate 0.01 --no-cosine --conditions clean random")
    assert (changed.recipe.epochs, changed.recipe.rate, changed.recipe.cosine) == (3, 0.01, False)
    assert changed.recipe.conditions == ("clean", "random")
    assert changed.recipe.batch == own.batch


def test_options_of_a_network_keep_their_types() -> None:
    """Numbers, truth values and words."""
    asked = _only("resecanet_s --width 0.5 --option depth=3 rate=1.5 head=gap context=false")
    assert asked.options == {
        "width": 0.5, "depth": 3, "rate": 1.5, "head": "gap", "context": False,
    }  # fmt: skip


def test_all_folds_and_seeds_lie_side_by_side() -> None:
    """Five folds by two seeds are ten runs in folders of their own, one thread each."""
    tasks = _asked("resecanet --protocol patient-folds --fold all --seed 1 2 --out runs/six")
    assert len(tasks) == len({task.folder for task in tasks}) == 10
    assert {task.folder.parent for task in tasks} == {Path("runs/six")}
    assert {(task.settings.fold, task.settings.seed) for task in tasks} == {
        (fold, seed) for fold in range(5) for seed in (1, 2)
    }
    assert {task.settings.threads for task in tasks} == {1}


def test_one_run_lies_where_it_is_told() -> None:
    """In --out itself, or under runs by its name."""
    assert _asked("resecanet --out here")[0].folder == Path("here")
    assert _asked("resecanet --seed 7")[0].folder == Path("runs/resecanet-inter-patient-seed7")


@pytest.mark.parametrize("wrong", ["--option width", "--epochs 0", "--backend theano"])
def test_wrong_usage_is_status_2(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Told by the parser, before anything is loaded."""
    with pytest.raises(SystemExit) as raised:
        main(["train", "resecanet", *wrong.split()])
    assert raised.value.code == 2
    assert "usage: ecg-train train" in capsys.readouterr().err


def test_a_fold_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 1 and one line."""
    assert main(["train", "resecanet", "--protocol", "patient-folds", "--fold", "5"]) == 1
    assert "expected 0 to 4, or all; received 5" in capsys.readouterr().err


def test_missing_recordings_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 1 and one line, before a network is built or a folder begun."""
    out = tmp_path / "run"
    assert main(["train", "resecanet", "--data", str(tmp_path), "--out", str(out)]) == 1
    assert "mitdb" in capsys.readouterr().err
    assert not out.exists()


def test_an_epoch_can_be_drawn_as_wished() -> None:
    """Shares by name, weak labels, patients, and nobody held back; written and read again."""
    asked = _only(
        "resecanet_s --weak 0.3 --per-epoch 40000 --patients -0.5 --no-validate --keep last "
        "--mixture N=0.6 S=0.4 --weak-mixture normal=0.5 early=0.5"
    )
    recipe = asked.recipe
    assert (recipe.weak, recipe.per_epoch, recipe.patients) == (0.3, 40000, -0.5)
    assert recipe.mixture == {"N": 0.6, "S": 0.4}
    assert recipe.weak_mixture == {"normal": 0.5, "early": 0.5}
    assert (recipe.validate, recipe.keep) == (False, "last")
    assert Settings.from_json(json.loads(json.dumps(asked.as_json()))) == asked
