"""What a run is asked to be: written, read, compared, named."""

import json
from dataclasses import replace

from ecg_training.train.settings import Recipe, Settings

_RUN = Settings(
    "resecanet_s", "patient-folds", seed=3, fold=2, options={"width": 0.5},
    recipe=Recipe(rate=3e-4, conditions=("clean", "random"), patience=5),
)  # fmt: skip


def test_settings_survive_json() -> None:
    """All values and their types, through text."""
    assert Settings.from_json(json.loads(json.dumps(_RUN.as_json()))) == _RUN


def test_differences_are_named() -> None:
    """Values of the run, the network and the recipe alike; none with itself."""
    other = replace(_RUN, seed=4, options={"width": 1.0}, recipe=replace(_RUN.recipe, batch=128))
    assert _RUN.differences(_RUN) == []
    assert _RUN.differences(other) == ["batch: 64, 128", "seed: 3, 4", "width: 0.5, 1.0"]


def test_the_name_tells_runs_apart() -> None:
    """Network, protocol, options, fold and seed."""
    assert _RUN.name == "resecanet_s-patient-folds-width-0.5-fold2-seed3"
    assert Settings("resecanet", "thesis").name == "resecanet-thesis-seed0"
