"""The beats of a run: its protocol's split, and what else its recipe learns from.

Front ends, noises, leads and weak labels multiply only the training part: whoever chooses or judges
sees the beats as the protocol has them, and none of another set.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from ecg_device.errors import ConfigError
from ecg_training import weaksets
from ecg_training.beatsets import BeatSet, collect, join
from ecg_training.datasets import data_root
from ecg_training.protocols import Protocol, Split, find
from ecg_training.train.settings import Recipe, Settings

_PLAIN = [("clean", 0)]


def split_of(settings: Settings, data: Path | None, jobs: int = 1) -> Split:
    """The split of a run; the recordings lie in `data`, or where `data_root` finds them."""
    root, recipe, fold = data_root(data), settings.recipe, settings.fold or 0
    protocol = find(settings.protocol)
    _check(protocol, recipe)
    split = protocol.split(root, fold, jobs)
    if _recorded(recipe) != _PLAIN:
        split = replace(split, train=_multiplied(protocol, root, fold, recipe, jobs))
    elif not recipe.validate:
        split = replace(split, train=join([split.train, split.validation]))
    if not recipe.validate:
        nobody = np.zeros(len(split.validation), np.bool_)
        split = replace(split, validation=split.validation.where(nobody))
    if recipe.weak > 0:
        donors = learnt_from(protocol, root, fold, recipe) if _plants(recipe) else ()
        split = replace(split, weak=weaksets.pools(root, jobs, donors))
    return split


def _plants(recipe: Recipe) -> bool:
    return recipe.weak_mixture.get("planted", 0.0) > 0


def learnt_from(protocol: Protocol, root: Path, fold: int, recipe: Recipe) -> tuple[str, ...]:
    """The records whose patients neither choose nor judge."""
    plan = protocol.plan(root, fold)
    return plan.train if recipe.validate else (*plan.train, *plan.validation)


def _recorded(recipe: Recipe) -> list[tuple[str, int]]:
    return [(condition, lead) for condition in recipe.conditions for lead in recipe.leads]


def _multiplied(protocol: Protocol, root: Path, fold: int, recipe: Recipe, jobs: int) -> BeatSet:
    """The training records under all the recipe's conditions and on all its leads."""
    records = learnt_from(protocol, root, fold, recipe)
    made = [
        collect(root, records, lead=lead, condition=condition, seed=number, jobs=jobs)
        for number, (condition, lead) in enumerate(_recorded(recipe))
    ]
    return protocol.classes.only(join(made))


def _check(protocol: Protocol, recipe: Recipe) -> None:
    """Refuse before any work what cannot be meant."""
    if protocol.leak and _recorded(recipe) != _PLAIN:
        asked = ", ".join(f"{condition} lead {lead}" for condition, lead in _recorded(recipe))
        raise ConfigError(
            f"the protocol {protocol.name} has its own beats to learn from",
            expected="the condition clean and lead 0",
            received=asked,
        )
    if protocol.leak and (recipe.weak > 0 or not recipe.validate):
        raise ConfigError(
            f"the protocol {protocol.name} has its own beats to learn from",
            expected="no weak labels, and a validation",
            received=f"weak {recipe.weak:g}, validate {recipe.validate}",
        )
    if not 0 <= recipe.weak <= 1:
        raise ConfigError(
            "no such share of weak labels", expected="0 to 1", received=f"{recipe.weak:g}"
        )
    if not recipe.validate and (recipe.keep == "best" or recipe.patience is not None):
        raise ConfigError(
            "where nobody validates, no epoch is the best",
            expected="keep last, and no patience",
            received=f"keep {recipe.keep}, patience {recipe.patience}",
        )
