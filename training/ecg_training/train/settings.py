"""What a run is asked to be: everything that decides its numbers, and nothing else."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Precision = Literal["float32", "mixed_bfloat16"]
Keep = Literal["best", "last"]
Option = int | float | str | bool


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained; each network brings its own, the command line overrules it."""

    epochs: int = 30
    batch: int = 64
    rate: float = 1e-3  # the greatest learning rate
    warmup: float = 0.0  # share of the training over which the rate rises to it
    cosine: bool = True  # and then falls to nothing along a cosine
    weight_decay: float = 0.0
    smoothing: float = 0.0  # of the labels
    sampling: float = 0.0  # 0: classes as they come; 1: equally often
    weighting: float = 0.0  # 0: every beat counts alike; 1: every class does
    steps: int | None = None  # batches an epoch; None: as many as per_epoch says
    per_epoch: int | None = None  # beats; None: as many as there are
    mixture: Mapping[str, float] | None = None  # of labels, instead of what sampling makes
    patients: float = 0.0  # a patient with n beats of a class lends it each with the weight n**this
    weak: float = 0.0  # share of an epoch with weak labels (`weaksets`)
    weak_mixture: Mapping[str, float] = field(
        default_factory=lambda: {"normal": 0.5, "fibrillation": 0.2, "early": 0.3}
    )
    validate: bool = True  # False: those who would validate are learnt from too
    conditions: tuple[str, ...] = ("clean",)  # under which the beats to learn from were recorded
    leads: tuple[int, ...] = (0,)  # from which they are taken
    augment: float = 0.0  # strength of the changes made to each beat; 0: none
    average: float = 0.0  # share kept of the weights' moving average at an epoch's end; 0: none
    patience: int | None = None  # epochs without a better validation after which it ends
    keep: Keep = "best"  # the weights of the best validation, or the last
    precision: Precision = "float32"

    @property
    def draws(self) -> bool:
        """Whether an epoch is drawn in shares, and not simply all the beats once."""
        return self.mixture is not None or self.patients != 0 or self.weak > 0


@dataclass(frozen=True, slots=True)
class Settings:
    """A run: network, data, seed and recipe, and on what it is computed."""

    network: str
    protocol: str
    seed: int = 0
    fold: int | None = None
    options: Mapping[str, Option] = field(default_factory=dict)  # of the network
    recipe: Recipe = field(default_factory=Recipe)
    backend: str = "tensorflow"
    threads: int = 1
    devices: int = 1

    @property
    def name(self) -> str:
        """A folder name that tells the runs of a sweep apart."""
        options = [f"{key}-{value}" for key, value in sorted(self.options.items())]
        fold = [] if self.fold is None else [f"fold{self.fold}"]
        return "-".join([self.network, self.protocol, *options, *fold, f"seed{self.seed}"])

    def as_json(self) -> dict[str, Any]:
        """Plain values, as they stand in config.json."""
        return {**asdict(self), "options": dict(self.options)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Settings":
        """The settings that `as_json` wrote."""
        recipe: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in values["recipe"].items()
        }
        return cls(**{**values, "recipe": Recipe(**recipe)})

    def differences(self, other: "Settings") -> list[str]:
        """What sets two runs apart, as `name: mine, the other's`."""
        mine, theirs = _flat(self), _flat(other)
        return [
            f"{name}: {mine.get(name)}, {theirs.get(name)}"
            for name in sorted(mine.keys() | theirs.keys())
            if mine.get(name) != theirs.get(name)
        ]


def _flat(settings: Settings) -> dict[str, object]:
    values: dict[str, dict[str, object]] = settings.as_json()
    return values.pop("options") | values.pop("recipe") | values
