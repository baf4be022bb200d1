"""Fit the weights of the AF likelihood: `python -m ecg_training.fit_af [--data DIR]`.

Prints the constants of `ecg_device/rhythm/af.py`. The material:

* mitdb, the records of DS1: every window of 12, 30 and 60 intervals (a quarter of it apart), once
  by the annotated beats with their symbols, as if a perfect classifier had named them, and once by
  our own beats, their shape telling which are ventricular. AF is a window of which at least half
  is annotated `(AFIB`. Windows with flutter or ventricular fibrillation are left out: regular
  flutter is not what the intervals could show.
* cinc2017, half of its records (by the CRC of the name), by our own beats: AF is A, not AF are N
  and O; the noisy ones are left out. The other half is for reporting.

DS2 is never read. In each group of windows the two classes weigh the same; cinc2017 weighs as
much as CINC_WEIGHT of the groups of mitdb.
"""

import argparse
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from ecg_device.rhythm.af import FEWEST, MOST, choose, features
from ecg_device.signals import WORKING_RATE_HZ, BoolArray, FloatArray
from ecg_training.datasets import cinc2017, data_root, mitdb
from ecg_training.parallel import default_jobs, map_records
from ecg_training.product import conducted, detector_alone, our_beats
from ecg_training.roc import auc
from ecg_training.scoring import IntArray

LENGTHS = (12, 30, 60)
CINC_WEIGHT = 3.0
LONGEST_S = 4.0  # a longer interval is a break in the annotation
NAMES = (
    "INTERCEPT",
    "WEIGHT_ENTROPY",
    "WEIGHT_STEADY",
    "WEIGHT_DRR",
    "WEIGHT_ORDER",
    "WEIGHT_ECTOPIC",
)

Features = tuple[float, float, float, float, float]


class Group(NamedTuple):
    """Windows that weigh together: their features, and which are AF."""

    features: FloatArray
    is_af: BoolArray
    weight: float


class Window(NamedTuple):
    """The features of one window, and of which length and whose beats it is."""

    length: int
    ours: bool
    features: Features
    is_af: bool


def mitdb_windows(root: Path, name: str) -> list[Window]:
    """All windows of one record, by the annotated beats and by ours."""
    record = mitdb.load(root, name)
    named = conducted(record.symbols, np.zeros(len(record.beats)))
    found = detector_alone(record.mv, record.rate_hz)
    return [
        Window(length, ours, *judged)
        for ours, beats, atrial in ((False, record.beats, named), (True, *our_beats(found)))
        for length in LENGTHS
        for start in range(0, len(beats) - length, max(5, length // 4))
        if (judged := _judged(record, beats, atrial, slice(start, start + length + 1)))
    ]


def _judged(
    record: mitdb.Record, beats: IntArray, atrial: BoolArray, inside: slice
) -> tuple[Features, bool] | None:
    """The features of a window and whether it is AF; None where it tells nothing."""
    beats, atrial = beats[inside], atrial[inside]
    rr_s = np.diff(beats) / record.rate_hz
    rhythms = [record.rhythm_at(int(beat)) for beat in beats]
    fibrillates = any(a <= beats[-1] and b >= beats[0] for a, b in record.fibrillation)
    if fibrillates or np.max(rr_s) > LONGEST_S or "(AFL" in rhythms:
        return None
    is_af = rhythms[1:].count("(AFIB") >= len(rr_s) / 2
    return _features(rr_s, atrial[1:] & atrial[:-1]), is_af


def _features(rr_s: FloatArray, atrial: BoolArray) -> Features:
    kept, ectopic = choose(rr_s, atrial)
    return *features(kept), ectopic


def cinc_features(root: Path, name: str) -> Features | None:
    """The features of one short record by our own beats; None with too few."""
    rate_hz, mv = cinc2017.load(root, name)
    beats, atrial = our_beats(detector_alone(mv, rate_hz))
    rr_s, atrial = np.diff(beats)[-MOST:] / WORKING_RATE_HZ, (atrial[1:] & atrial[:-1])[-MOST:]
    return _features(rr_s, atrial) if len(rr_s) >= FEWEST else None


def fit(groups: list[Group]) -> FloatArray:
    """The intercept and the weights of the logistic with the greatest weighted likelihood."""
    x = np.concatenate([group.features for group in groups])
    is_af = np.concatenate([group.is_af for group in groups])
    weight = np.concatenate([_balanced(group) for group in groups])
    centre, scale = x.mean(0), x.std(0)
    design = np.column_stack((np.ones(len(x)), (x - centre) / scale))
    sign = np.where(is_af, 1.0, -1.0)

    def loss(w: FloatArray) -> tuple[float, FloatArray]:
        margin = sign * (design @ w)
        slope = -sign * weight / (1.0 + np.exp(margin))
        return float(weight @ np.logaddexp(0.0, -margin)), slope @ design

    found = minimize(loss, np.zeros(design.shape[1]), jac=True, method="BFGS").x
    weights = found[1:] / scale
    return np.array([found[0] - weights @ centre, *weights])


def _balanced(group: Group) -> FloatArray:
    share = np.mean(group.is_af)
    each = np.where(group.is_af, 0.5 / share, 0.5 / (1.0 - share))
    return np.asarray(group.weight * each / len(group.is_af), np.float64)


def _mitdb_groups(root: Path, jobs: int) -> list[Group]:
    per_record = map_records(partial(mitdb_windows, root), mitdb.DS1, jobs, "mitdb, DS1")
    grouped: dict[tuple[int, bool], list[Window]] = {}
    for window in (window for windows in per_record for window in windows):
        grouped.setdefault((window.length, window.ours), []).append(window)
    return [
        Group(np.array([w.features for w in of]), np.array([w.is_af for w in of]), 1.0)
        for of in grouped.values()
    ]


def _cinc_halves(root: Path, jobs: int) -> tuple[Group, Group]:
    labels = {name: label for name, label in cinc2017.labels(root).items() if label != "~"}
    found = map_records(partial(cinc_features, root), list(labels), jobs, "cinc2017")
    halves = []
    for wanted in (True, False):
        rows = [
            (values, labels[name] == "A")
            for name, values in zip(labels, found, strict=True)
            if values is not None and cinc2017.for_fitting(name) is wanted
        ]
        halves.append(
            Group(np.array([v for v, _ in rows]), np.array([a for _, a in rows]), CINC_WEIGHT)
        )
    return halves[0], halves[1]


def main() -> None:
    """Fit, print the constants and what they reach on the half that was kept apart."""
    parser = argparse.ArgumentParser(prog="python -m ecg_training.fit_af")
    parser.add_argument("--data", type=Path, help="folder that holds mitdb and cinc2017")
    parser.add_argument("--jobs", type=int, default=default_jobs())
    arguments = parser.parse_args()
    root = data_root(arguments.data)
    fitted, apart = _cinc_halves(root, arguments.jobs)
    weights = fit([*_mitdb_groups(root, arguments.jobs), fitted])
    for name, value in zip(NAMES, weights, strict=True):
        print(f"{name} = {value:.3f}")
    for name, half in (("fitted on", fitted), ("kept apart", apart)):
        score = auc(weights[0] + half.features @ weights[1:], half.is_af)
        print(f"# cinc2017, half {name}: {len(half.is_af)} records, AUC {score:.4f}")


if __name__ == "__main__":
    main()
