"""Fit the weights of the beat detector: `python -m ecg_training.fit_beats [--data DIR]`.

Prints `ecg_device/beats/weights.py`. The material, none of it from DS2:

* mitdb, the records of DS1, channel 0, and three variants of each: with T waves three times as
  tall, with synthetic muscle noise and with synthetic electrode motion at 12 dB;
* the synthetic source: its rhythms, sinus rhythm with T waves up to 1.2 mV, slow paced beats,
  ventricular tachycardia.

What a candidate is compared with depends on how the ones before were judged. So the detector runs
over everything with the weights it has, the candidates it meets are collected with the truth, the
weights are fitted anew, and so on (dataset aggregation, Ross et al. 2011); the first round is led
by the truth. Each weight may only have the sign that physiology gives it: without that, and without
the variants, the fit is better on DS1 and worse on records that it has not seen.
"""

import argparse
from collections.abc import Iterator
from functools import partial
from operator import mul
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from ecg_device.beats import BeatDetector
from ecg_device.beats.candidates import OWN_FEATURES, CandidateFinder, Candidates
from ecg_device.beats.envelope import SAMPLES_PER_FRAME, EnvelopeStream
from ecg_device.beats.levels import COMPARED_FEATURES, Features
from ecg_device.signals import WORKING_RATE_HZ, FloatArray
from ecg_device.sources.synthetic import Scenario, load_scenario, render
from ecg_device.sources.synthetic.noise import motion, muscle
from ecg_device.sources.synthetic.scenario import (
    Paced,
    Patient,
    Sinus,
    VentricularTachycardia,
)
from ecg_training.datasets import data_root, mitdb
from ecg_training.noise import add_noise, gain_for, noise_rms, qrs_amplitude
from ecg_training.parallel import default_jobs, map_records

FEATURES = OWN_FEATURES + COMPARED_FEATURES
WEIGHT_OF = {"clean": 1.0, "tall T": 0.15, "muscle": 0.05, "motion": 0.05, "synthetic": 0.3}
ROUNDS = 5
ROUNDS_KEPT = 2  # the fit sees the candidates of the newest rounds
PENALTY = 1e-6
NEAR_S = 0.1  # the strongest candidate so near to an annotated beat is that beat
SNR_DB = 12.0
T_GAIN = 3.0
RHYTHMS = ("sinus", "sinus-arrhythmia", "ectopy", "bigeminy", "trigeminy", "couplets", "vt-run")
CONDUCTION = ("af", "lbbb", "rbbb", "paced")
TALL_T = ((1.2, 45), (1.2, 60), (1.2, 75), (1.2, 95), (1.2, 130), (0.8, 120), (0.6, 70), (-0.8, 70))
SLOW_PACED = (35, 40, 45, 50)
FAST_VT = (110, 130, 150, 170, 200, 220)
BLOCK = 1 << 15

RISING = (
    "weaker", "over_weakest", "over_last", "over_noise", "early", "likeness", "t_time_weaker",
)  # fmt: skip
FALLING = (
    "next_over", "next_over_positive", "rise_ahead", "rise_ahead_positive",
    "low_share", "high_background", "premature", "noise_likeness", "t_time_low_share",
)  # fmt: skip


class Signal(NamedTuple):
    """Samples at 360 Hz, the true beats, and spans without truth (ventricular fibrillation)."""

    kind: str
    mv: FloatArray
    beats: np.ndarray
    unknown: tuple[tuple[int, int], ...] = ()


class Judged(NamedTuple):
    """The candidates that one run has met: features, truth (0 or 1), weight."""

    features: FloatArray
    is_beat: FloatArray
    weight: FloatArray


class Weights(NamedTuple):
    """A fit: one weight a feature, and the bias."""

    weights: tuple[float, ...]
    bias: float


def record_signals(root: Path, name: str) -> Iterator[Signal]:
    """A record of DS1 and its variants."""
    record = mitdb.load(root, name)
    mv, rate = record.mv, float(WORKING_RATE_HZ)
    yield Signal("clean", mv, record.beats, record.fibrillation)
    yield Signal("tall T", with_tall_t(mv, record.beats), record.beats, record.fibrillation)
    amplitude = qrs_amplitude(mv, record.narrow_beats, rate)
    for kind, make in (("muscle", muscle), ("motion", motion)):
        noise = make(np.random.default_rng(int(name)), len(mv), rate)
        gain = gain_for(SNR_DB, amplitude, noise_rms(noise, rate))
        noisy = add_noise(mv, noise, gain, rate)
        yield Signal(kind, noisy, record.beats, record.fibrillation)


def with_tall_t(mv: FloatArray, beats: np.ndarray) -> FloatArray:
    """The record with what lies 120 to 440 ms after each R wave swollen T_GAIN times."""
    gain = np.ones(len(mv))
    full = round(0.32 * WORKING_RATE_HZ)
    following = np.append(beats[1:], len(mv))
    for beat, after in zip(beats.tolist(), following.tolist(), strict=True):
        start = beat + round(0.12 * WORKING_RATE_HZ)
        stop = min(start + full, beat + round(0.75 * (after - beat)), len(mv))
        if stop - start > full // 6:
            swell = 1.0 + (T_GAIN - 1.0) * np.hanning(stop - start + 2)[1:-1]
            gain[start:stop] = np.maximum(gain[start:stop], swell)
    half = WORKING_RATE_HZ // 2
    mean = np.ones(2 * half + 1) / (2 * half + 1)
    baseline = np.convolve(np.pad(mv, half, mode="edge"), mean, "valid")
    return np.asarray(baseline + (mv - baseline) * gain)


def synthetic_signals() -> Iterator[Signal]:
    """The synthetic source's rhythms; tall T waves, slow paced beats, ventricular tachycardia."""
    made = [
        Scenario(segments=(Sinus(duration_s=300, rate_bpm=bpm),), patient=Patient(t_mv=t_mv))
        for t_mv, bpm in TALL_T
    ]
    made += [Scenario(segments=(Paced(duration_s=120, rate_bpm=bpm),)) for bpm in SLOW_PACED]
    made += [
        Scenario(
            segments=(Sinus(duration_s=20), VentricularTachycardia(duration_s=60, rate_bpm=bpm))
        )
        for bpm in FAST_VT
    ]
    for seed, scenario in enumerate([*made, *map(load_scenario, RHYTHMS + CONDUCTION)]):
        mv, _, truth = render(scenario, seed=seed)
        beats = np.array([beat.sample for beat in truth.beats if beat.is_beat])
        yield Signal("synthetic", np.nan_to_num(mv), beats)


def truth_of(signal: Signal) -> dict[int, int]:
    """For each candidate's frame 1 (a beat), 0 (none) or -1 (nobody knows)."""
    envelope, finder = EnvelopeStream(), CandidateFinder()
    frames: list[int] = []
    strengths: list[float] = []
    for start in range(0, len(signal.mv), BLOCK):
        found = finder.find(envelope.feed(signal.mv[start : start + BLOCK]))
        frames += found.frame
        strengths += found.strength
    at, strength = np.array(frames) * SAMPLES_PER_FRAME, np.array(strengths)
    truth = np.zeros(len(at), dtype=int)
    near = round(NEAR_S * WORKING_RATE_HZ)
    first = np.searchsorted(at, signal.beats - near)
    stop = np.searchsorted(at, signal.beats + near, side="right")
    for a, b in zip(first.tolist(), stop.tolist(), strict=True):
        if b > a:
            truth[a + int(np.argmax(strength[a:b]))] = 1
    for begin, end in signal.unknown:
        truth[(at >= begin - near) & (at <= end + near)] = -1
    return dict(zip(frames, truth.tolist(), strict=True))


def met(signal: Signal, weights: Weights | None) -> Judged:
    """What the detector meets with these weights; without any the truth leads it."""
    truth = truth_of(signal)
    seen: list[Features] = []
    labels: list[int] = []

    def judge(c: Candidates, i: int, compared: Features) -> float:
        features = tuple(float(column[i]) for column in c.own) + compared
        label = truth[c.frame[i]]
        seen.append(features)
        labels.append(label)
        if weights is None:
            return 2.0 * label - 1.0
        return sum(map(mul, weights.weights, features), weights.bias)

    detector = BeatDetector(judge)
    for start in range(0, len(signal.mv), BLOCK):
        detector.feed(signal.mv[start : start + BLOCK])
    is_beat = np.array(labels)
    known = is_beat >= 0
    return Judged(
        np.array(seen)[known],
        is_beat[known].astype(float),
        np.full(np.count_nonzero(known), WEIGHT_OF[signal.kind]),
    )


def fitted(judged: Judged) -> Weights:
    """Logistic regression with signs; features are scaled for the penalty's sake alone."""
    mean, spread = judged.features.mean(axis=0), judged.features.std(axis=0) + 1e-6
    x = (judged.features - mean) / spread
    sign = 2.0 * judged.is_beat - 1.0
    share = judged.weight / judged.weight.sum()

    def loss(p: FloatArray) -> tuple[float, FloatArray]:
        margin = sign * (x @ p[:-1] + p[-1])
        slope = -sign * share / (1.0 + np.exp(np.minimum(margin, 500.0)))
        value = share @ np.logaddexp(0.0, -margin) + PENALTY * (p[:-1] @ p[:-1])
        return float(value), np.append(x.T @ slope + 2.0 * PENALTY * p[:-1], slope.sum())

    bounds = [_bounds(name) for name in FEATURES] + [(None, None)]
    start = np.zeros(len(FEATURES) + 1)
    best = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}
    )
    weights = best.x[:-1] / spread
    return Weights(tuple(weights.tolist()), float(best.x[-1] - weights @ mean))


def _bounds(name: str) -> tuple[float | None, float | None]:
    return (0.0 if name in RISING else None, 0.0 if name in FALLING else None)


def met_in_record(root: Path, weights: Weights | None, name: str | None) -> Judged:
    """A record of DS1 with its variants, or (None) the synthetic source."""
    signals = synthetic_signals() if name is None else record_signals(root, name)
    return joined([met(signal, weights) for signal in signals])


def joined(parts: list[Judged]) -> Judged:
    return Judged(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def fit(root: Path, jobs: int) -> Weights:
    """The weights after all rounds."""
    weights: Weights | None = None
    rounds: list[Judged] = []
    for number in range(ROUNDS):
        task = partial(met_in_record, root, weights)
        items: list[str | None] = [*mitdb.DS1, None]
        rounds.append(joined(map_records(task, items, jobs, f"round {number + 1} of {ROUNDS}")))
        weights = fitted(joined(rounds[-ROUNDS_KEPT:]))
    assert weights is not None
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m ecg_training.fit_beats")
    parser.add_argument("--data", type=Path, help="the folder of recordings")
    parser.add_argument("--jobs", type=int, default=default_jobs())
    arguments = parser.parse_args()
    found = fit(data_root(arguments.data), arguments.jobs)
    print('"""The fitted numbers: `python -m ecg_training.fit_beats` prints this file."""\n')
    own = len(OWN_FEATURES)
    _print_weights("OWN_WEIGHTS", found.weights[:own], OWN_FEATURES)
    _print_weights("COMPARED_WEIGHTS", found.weights[own:], COMPARED_FEATURES)
    print(f"BIAS = {found.bias:.5g}")


def _print_weights(name: str, weights: tuple[float, ...], features: tuple[str, ...]) -> None:
    print(f"{name} = (")
    for weight, feature in zip(weights, features, strict=True):
        print(f"    {weight:.5g},  # {feature}")
    print(")")


if __name__ == "__main__":
    main()
