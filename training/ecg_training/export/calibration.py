"""What an eight-bit model takes from data: the ranges of its tensors, and its temperature."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from ecg_device.classifier import softmax
from ecg_device.errors import ModelError
from ecg_device.signals import FloatArray
from ecg_device.views import Float32Array
from ecg_training.beatsets import BeatSet
from ecg_training.protocols import patient_of
from ecg_training.scoring import IntArray

BEATS = 600
PATIENTS = 20  # at least: fewer do not show the range of hearts and electrodes
_COLDEST, _HOTTEST = 0.05, 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Representative:
    """Beats that show the converter what the network will see."""

    windows: Float32Array
    context: Float32Array


def representative(beats: BeatSet, seed: int = 0) -> Representative:
    """Beats of all patients and symbols alike, the rare as often as the common."""
    patients = {patient_of(record) for record in beats.records.tolist()}
    if len(patients) < PATIENTS:
        raise ModelError(
            "too few patients to set the ranges of an eight-bit model",
            expected=f"{PATIENTS} or more",
            received=f"{len(patients)}",
        )
    chosen = beats.where(_in_turn(beats, np.random.default_rng(seed)))
    return Representative(chosen.windows, chosen.context)


def _in_turn(beats: BeatSet, rng: np.random.Generator) -> IntArray:
    """Places of `BEATS` beats: one of each record and symbol, then another of each, and so on."""
    kinds = np.char.add(np.char.add(beats.records, " "), beats.symbols)
    shuffled = rng.permutation(len(beats))
    turn: dict[str, int] = {}
    turns = np.empty(len(beats), np.int64)
    for place in shuffled:
        kind = str(kinds[place])
        turns[place] = turn[kind] = turn.get(kind, -1) + 1
    return np.asarray(shuffled[np.argsort(turns[shuffled], kind="stable")][:BEATS])


def temperature(logits: Float32Array, targets: IntArray) -> float:
    """By what to divide logits so that their softmax is as likely as can be (Guo et al. 2017)."""
    fitted = minimize_scalar(
        lambda log_t: negative_log_likelihood(logits, targets, float(np.exp(log_t))),
        bounds=(np.log(_COLDEST), np.log(_HOTTEST)),
        method="bounded",
    )
    return float(np.exp(fitted.x))


def negative_log_likelihood(logits: Float32Array, targets: IntArray, temperature: float) -> float:
    """The mean surprise at the reference labels."""
    probabilities: FloatArray = softmax(logits, temperature)
    told = probabilities[np.arange(len(targets)), targets]
    return float(-np.log(np.maximum(told, 1e-12)).mean())
