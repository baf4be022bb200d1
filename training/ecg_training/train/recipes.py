"""How each network is trained unless the command line says otherwise."""

from ecg_training.train.settings import Recipe

RECIPES = {
    # the thesis: batches of 64, Adam at 4e-4; it does not tell its epochs or its schedule
    "resecanet": Recipe(epochs=30, batch=64, rate=4e-4, precision="mixed_bfloat16"),
    "vgg16_cwt": Recipe(epochs=15, batch=64, rate=4e-4, warmup=0.05, precision="mixed_bfloat16"),
    "resecanet_s": Recipe(
        epochs=30,
        batch=256,
        rate=2e-3,
        warmup=0.1,
        weight_decay=1e-3,
        smoothing=0.05,
        sampling=0.5,
        augment=1.0,
        average=0.7,
    ),
}


def recipe_of(network: str) -> Recipe:
    """A network's own recipe, or the plain one."""
    return RECIPES.get(network, Recipe())
