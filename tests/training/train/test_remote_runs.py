"""Runs of a remote scheduler: where a worker trains, and what it may not replace at home."""

from dataclasses import replace
from pathlib import Path

import pytest

from ecg_device.errors import ConfigError
from ecg_training.train import sweep
from ecg_training.train.runs import Run
from ecg_training.train.settings import Recipe, Settings
from ecg_training.train.sweep import Task

ASKED = Settings("resecanet", "inter-patient", recipe=Recipe(epochs=3))
LONGER = replace(ASKED, recipe=Recipe(epochs=4))
NOWHERE = "tcp://127.0.0.1:9"  # nothing listens: who asks it has gone too far


def _task(folder: Path, settings: Settings = ASKED, resume: bool = False) -> Task:
    return Task(settings, None, folder, resume)


def test_a_worker_resumes_only_the_same_run_of_the_same_code(tmp_path: Path) -> None:
    """One name, but another recipe or commit: another place; the same of all: the same place."""
    task = _task(tmp_path / "same")
    place = sweep.workplace(task, "abc1234")
    assert sweep.workplace(_task(tmp_path / "elsewhere" / "same"), "abc1234") == place
    assert LONGER.name == ASKED.name
    assert sweep.workplace(_task(tmp_path / "same", LONGER), "abc1234") != place
    assert sweep.workplace(task, "abc1235") != place


@pytest.mark.parametrize(
    ("settings", "resume", "said"),
    [(ASKED, False, "is there already"), (LONGER, True, "epochs: 3, 4")],
)
def test_a_run_at_home_is_not_replaced(
    tmp_path: Path, settings: Settings, resume: bool, said: str
) -> None:
    """Without --resume, or as another run: refused as local training does, before any work."""
    home = Run(tmp_path / "run")
    home.write_config({"settings": ASKED.as_json()})
    before = home.config_file.read_bytes()
    with pytest.raises(ConfigError, match=said):
        sweep.train_all([_task(home.folder, settings, resume)], None, NOWHERE, 1)
    assert home.config_file.read_bytes() == before
