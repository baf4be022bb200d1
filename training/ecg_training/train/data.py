"""The beats of a run: its protocol's split, and what else its recipe learns from.

Front ends, noises and leads multiply only the training part: whoever chooses or judges sees the
beats as the protocol has them.
"""

from dataclasses import replace
from pathlib import Path

from ecg_device.errors import ConfigError
from ecg_training.beatsets import collect, join
from ecg_training.datasets import data_root
from ecg_training.protocols import Split, find
from ecg_training.train.settings import Settings

_PLAIN = ("clean", 0)


def split_of(settings: Settings, data: Path | None, jobs: int = 1) -> Split:
    """The split of a run; the recordings lie in `data`, or where `data_root` finds them."""
    root, recipe = data_root(data), settings.recipe
    protocol = find(settings.protocol)
    split = protocol.split(root, settings.fold or 0, jobs)
    asked = [(condition, lead) for condition in recipe.conditions for lead in recipe.leads]
    if asked == [_PLAIN]:
        return split
    if protocol.leak:
        raise ConfigError(
            f"the protocol {protocol.name} has its own beats to learn from",
            expected="the condition clean and lead 0",
            received=", ".join(f"{condition} lead {lead}" for condition, lead in asked),
        )
    records = protocol.plan(root, settings.fold or 0).train
    made = [
        collect(root, records, lead=lead, condition=condition, seed=number, jobs=jobs)
        for number, (condition, lead) in enumerate(asked)
    ]
    return replace(split, train=protocol.classes.only(join(made)))
