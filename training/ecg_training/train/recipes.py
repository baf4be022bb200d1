"""How each network is trained unless the command line says otherwise."""

from dataclasses import replace

from ecg_training.train.settings import Recipe

_SMALL = Recipe(epochs=14, batch=128, rate=2e-3, weight_decay=1e-3, smoothing=0.04, augment=1.0)

RECIPES = {
    # the thesis: batches of 64, Adam at 4e-4; it does not tell its epochs or its schedule
    "resecanet": Recipe(epochs=30, batch=64, rate=4e-4, precision="mixed_bfloat16"),
    "vgg16_cwt": Recipe(epochs=15, batch=64, rate=4e-4, warmup=0.05, precision="mixed_bfloat16"),
    "resecanet_s": _SMALL,
}

_MADE = {"normal": 0.38, "fibrillation": 0.28, "early": 0.18, "planted": 0.16}
_FROM_MANY = replace(
    _SMALL,
    per_epoch=40_000,
    patients=-0.5,
    leads=(0, 1),
    conditions=("clean", "random"),
    weak_mixture=_MADE,
    keep="last",
)
_ACROSS_PATIENTS = {  # what the device's network learns from where patients are kept apart
    "inter-patient": replace(
        _FROM_MANY,
        mixture={"N": 0.62, "S": 0.12, "V": 0.255, "F": 0.005},
        weak=0.4,
    ),
    "patient-folds": replace(
        _FROM_MANY,
        mixture={"N": 0.42, "L": 0.12, "R": 0.12, "V": 0.18, "A": 0.11, "/": 0.05},
        weak=0.3,
    ),
}


def recipe_of(network: str, protocol: str) -> Recipe:
    """A network's own recipe under a protocol, or the plain one."""
    if network == "resecanet_s" and protocol in _ACROSS_PATIENTS:
        return _ACROSS_PATIENTS[protocol]
    return RECIPES.get(network, Recipe())
