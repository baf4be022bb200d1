"""Fit the weights of the noise gate: `python -m ecg_training.fit_noise [--data DIR]`.

Prints the constants of `ecg_device/quality/noise.py`. The material: the records of DS1, as they are
and with synthetic muscle noise and electrode motion at 12 to -6 dB (other noise than nstdb's, which
is kept for the report). Every third second, the signs of the last five seconds are set against the
detector's true F1 in them: bad under 80 %, good over 90 %, between them nobody's.
"""

import argparse
from functools import partial
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from ecg_device.beats import BeatDetector
from ecg_device.quality.noise import WINDOW_S, NoiseWatch
from ecg_device.signals import WORKING_RATE_HZ, FloatArray
from ecg_device.sources.synthetic.noise import motion, muscle
from ecg_training.datasets import data_root, mitdb
from ecg_training.noise import add_noise, gain_for, noise_rms, qrs_amplitude
from ecg_training.parallel import default_jobs, map_records
from ecg_training.scoring import match_beats

SNRS_DB = (12.0, 6.0, 0.0, -6.0)
EVERY_S = 3
BAD, GOOD = 0.8, 0.9
SEED = 1000  # added to the record's number: not the noise that the detector was fitted with
MATCH = 54  # samples: 150 ms


def samples_of(root: Path, name: str) -> FloatArray:
    """Rows of signs and, last, 1 where the detector was bad: one record in all its variants."""
    record = mitdb.load(root, name)
    rate = float(WORKING_RATE_HZ)
    rows = [rows_of(record.mv, record)]
    amplitude = qrs_amplitude(record.mv, record.narrow_beats, rate)
    for make in (muscle, motion):
        noise = make(np.random.default_rng(SEED + int(name)), len(record.mv), rate)
        for snr in SNRS_DB:
            gain = gain_for(snr, amplitude, noise_rms(noise, rate))
            rows.append(rows_of(add_noise(record.mv, noise, gain, rate), record))
    return np.concatenate(rows)


def rows_of(mv: FloatArray, record: mitdb.Record) -> FloatArray:
    """What the watch sees of one signal, and how good the detector was meanwhile."""
    detector, watch = BeatDetector(), NoiseWatch()
    beats: list[int] = []
    signs: list[tuple[float, float, float]] = []
    for start in range(0, len(mv) - WORKING_RATE_HZ + 1, WORKING_RATE_HZ):
        beats += [b.sample for b in detector.feed(mv[start : start + WORKING_RATE_HZ])]
        for judged in detector.judged:
            watch.candidate(judged)
        watch.second()
        signs.append(watch.signs())
    true_f1 = f1_of_windows(record.beats, np.array(beats, dtype=np.int64), len(signs))
    known = (true_f1 < BAD) | (true_f1 > GOOD)
    for first, last in record.fibrillation:
        known[first // WORKING_RATE_HZ : last // WORKING_RATE_HZ + WINDOW_S + 1] = False
    known[: 2 * WINDOW_S] = False
    chosen = np.flatnonzero(known)[::EVERY_S]
    return np.column_stack((np.array(signs)[chosen], true_f1[chosen] < BAD))


def f1_of_windows(reference: np.ndarray, found: np.ndarray, seconds: int) -> FloatArray:
    """The detector's F1 over the last WINDOW_S seconds, at the end of each."""
    matches = match_beats(reference, found, MATCH)
    pairs = per_second(reference[matches.reference], seconds)
    total = per_second(reference, seconds) + per_second(found, seconds)
    window = np.ones(WINDOW_S)
    pairs, total = (np.convolve(x, window)[:seconds] for x in (pairs, total))
    return np.asarray(np.where(total > 0, 2.0 * pairs / np.maximum(total, 1.0), 1.0))


def per_second(samples: np.ndarray, seconds: int) -> FloatArray:
    counts = np.bincount(samples // WORKING_RATE_HZ, minlength=seconds)
    return counts[:seconds].astype(float)


def fit(rows: FloatArray) -> FloatArray:
    """Logistic regression: weights of the signs, then the bias."""
    x, sign = np.column_stack((rows[:, :-1], np.ones(len(rows)))), 2.0 * rows[:, -1] - 1.0

    def loss(p: FloatArray) -> tuple[float, FloatArray]:
        margin = sign * (x @ p)
        slope = -sign / (1.0 + np.exp(np.minimum(margin, 500.0))) / len(x)
        return float(np.logaddexp(0.0, -margin).mean()), x.T @ slope

    return np.asarray(minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m ecg_training.fit_noise")
    parser.add_argument("--data", type=Path, help="the folder of recordings")
    parser.add_argument("--jobs", type=int, default=default_jobs())
    arguments = parser.parse_args()
    task = partial(samples_of, data_root(arguments.data))
    *weights, bias = fit(np.concatenate(map_records(task, mitdb.DS1, arguments.jobs, "records")))
    print(f"WEIGHTS = ({', '.join(f'{weight:.3g}' for weight in weights)})")
    print(f"BIAS = {bias:.3g}")


if __name__ == "__main__":
    main()
