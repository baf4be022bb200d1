"""From which beats an epoch is drawn, when it is not simply all of them.

A pool is a share of every epoch and the beats among which it is drawn: one for each class, one for
each kind of weak beats. Within a pool nothing is left to luck but which beats of a patient come: of
each patient, and each beat, come as many as are due, to the next whole number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ecg_device.errors import ConfigError
from ecg_device.signals import FloatArray
from ecg_training.scoring import IntArray
from ecg_training.train.settings import Recipe


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Beats among which a share of every epoch is drawn."""

    share: float
    beats: IntArray  # their places, each patient's side by side
    patients: IntArray  # whose they are
    weights: FloatArray  # how much oftener one is drawn than another


def class_pools(
    targets: IntArray, patients: IntArray, labels: Sequence[str], recipe: Recipe
) -> list[Pool]:
    """A pool for each class that has beats, by the recipe's mixture, else by its sampling.

    `targets` are places in the labels, negative where a beat has no class; `patients` are numbers.
    """
    counts = np.bincount(targets[targets >= 0], minlength=len(labels))
    present = np.flatnonzero(counts)
    if recipe.mixture is None:
        shares = np.where(counts > 0, counts.astype(np.float64) ** (1.0 - recipe.sampling), 0.0)
    else:
        _check_shares("mixture", recipe.mixture, labels)
        shares = np.array([recipe.mixture.get(label, 0.0) for label in labels])
        _check_present(
            recipe.mixture, [label for label, n in zip(labels, counts, strict=True) if n]
        )
    total = shares[present].sum()
    return [
        _pool(
            (1.0 - recipe.weak) * float(shares[label] / total),
            np.flatnonzero(targets == label),
            patients,
            recipe.patients,
        )
        for label in present
        if shares[label] > 0
    ]


def weak_pools(kinds: Mapping[str, IntArray], patients: IntArray, recipe: Recipe) -> list[Pool]:
    """A pool for each kind of weak beats; `kinds` are their places."""
    if recipe.weak == 0:
        return []
    _check_shares("weak mixture", recipe.weak_mixture, [*kinds])
    asked = {kind: share for kind, share in recipe.weak_mixture.items() if share > 0}
    for kind in asked:
        if not len(kinds[kind]):
            raise ConfigError("there are no beats to draw", expected=f"some of the kind {kind}")
    total = sum(asked.values())
    return [
        _pool(recipe.weak * share / total, kinds[kind], patients) for kind, share in asked.items()
    ]


def draw_from(pools: Sequence[Pool], size: int, rng: np.random.Generator) -> IntArray:
    """Places of `size` beats, shuffled; each pool has its share of them to the nearest beat."""
    until = np.round(np.cumsum([pool.share for pool in pools]) * size).astype(int)
    until[-1] = size
    drawn = [
        _draw(pool, count, rng)
        for pool, count in zip(pools, np.diff(until, prepend=0).tolist(), strict=True)
    ]
    return np.asarray(rng.permutation(np.concatenate(drawn)))


def _pool(share: float, beats: IntArray, patients: IntArray, exponent: float = 0.0) -> Pool:
    """Beats by patient; each counts as the patient's number of them to the `exponent`."""
    ordered = beats[np.argsort(patients[beats], kind="stable")]
    _, which, counts = np.unique(patients[ordered], return_inverse=True, return_counts=True)
    return Pool(share, ordered, which, np.asarray(counts.astype(np.float64)[which] ** exponent))


def _draw(pool: Pool, count: int, rng: np.random.Generator) -> IntArray:
    """`count` beats at equal steps along the weights, from a random start.

    A patient's beats weigh alike, so they may be shuffled among themselves, and each patient stays
    one stretch of the whole.
    """
    order = np.lexsort((rng.random(len(pool.beats)), pool.patients))
    ends = np.cumsum(pool.weights)
    at = (np.arange(count) + rng.random()) * (ends[-1] / max(count, 1))
    return np.asarray(pool.beats[order[np.searchsorted(ends[:-1], at, side="right")]])


def _check_present(mixture: Mapping[str, float], present: Sequence[str]) -> None:
    asked = [label for label, share in mixture.items() if share > 0]
    if not set(asked) & set(present):
        raise ConfigError(
            "the mixture names only classes without beats to learn from",
            expected=f"a share of one of {', '.join(present) or 'none'}",
            received=", ".join(asked),
            remedy="give one of those a share by --mixture",
        )


def _check_shares(what: str, shares: Mapping[str, float], known: Sequence[str]) -> None:
    wrong = next((name for name in shares if name not in known), None)
    if wrong is not None:
        raise ConfigError(
            f"the {what} names what is not there", expected=", ".join(known), received=wrong
        )
    if min(shares.values(), default=0.0) < 0 or sum(shares.values()) <= 0:
        raise ConfigError(
            f"the shares of the {what} cannot be drawn",
            expected="none below 0, and one above",
            received=", ".join(f"{name} {share}" for name, share in shares.items()),
        )
