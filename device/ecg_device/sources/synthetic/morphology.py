"""The shape of a beat: Gaussians on the phase of a limit cycle.

The model is that of P. E. McSharry, G. D. Clifford, L. Tarassenko and L. A. Smith, "A dynamical
model for generating synthetic electrocardiogram signals", IEEE Trans. Biomed. Eng. 50(3) 289-294,
2003: a point circles once a beat, and P, Q, R, S and T pull the voltage up or down as it passes
their angles. Departures, each for an exact truth or for a shape closer to a patient's:

* the point is always on the cycle (no x and y to integrate) and passes the R angle exactly at
  each beat's time, so R is known without searching for it;
* the voltage equation is solved in closed form, a sum of Gaussians, without the paper's slow
  return to the baseline, which here is the front end's high-pass;
* an angle is written as the time theta / 2 pi * RR from R, times RR ** (stretch - 1): with
  stretch 1 a wave follows the cycle as in the paper, with 0 it keeps its time (the QRS complex,
  whatever the rate), with 0.5 it follows Bazett (the T wave);
* the waves of neighbouring beats add up, so a premature P rides on the T before it;
* T is two Gaussians, rising slowly and falling fast; wide beats have their own Gaussians;
* a pacemaker's spike is a rectangle, sampled by its exact area.
"""

import math
from functools import cache
from typing import Literal, NamedTuple

import numpy as np

from ecg_device.signals import FloatArray
from ecg_device.sources.synthetic.front_end import Band
from ecg_device.sources.synthetic.scenario import Patient

Ventricle = Literal["none", "normal", "lbbb", "rbbb", "pvc", "pvc2", "paced", "fibrillating"]
Atrium = Literal["none", "sinus", "ectopic", "paced"]

SPIKE_S = 0.001
_SHORT_RR_S = 0.22  # a fibrillating wave's typical length; a QRS complex does not depend on it
_REACH = 5.0  # a Gaussian is drawn to this many sigmas: 4e-6 of its peak


class Wave(NamedTuple):
    """A Gaussian `at_s` from R for a cycle of one second; both times go with RR ** stretch."""

    at_s: float
    sigma_s: float
    mv: float
    stretch: float = 0.0


class Spike(NamedTuple):
    """A pacemaker pulse beginning `at_s` from R."""

    at_s: float
    mv: float


class Shape(NamedTuple):
    """A beat: its ventricular depolarization, and the waves around it."""

    qrs: tuple[Wave, ...]
    other: tuple[Wave, ...]


@cache
def shape_of(patient: Patient, ventricle: Ventricle, atrium: Atrium) -> Shape:
    """The patient's waves for a way of excitation."""
    qrs, t = _ventricle(patient, ventricle)
    sign = -1.0 if patient.polarity == "inverted" else 1.0
    flip = [tuple(wave._replace(mv=sign * wave.mv) for wave in part) for part in (qrs, t)]
    p = tuple(wave._replace(mv=sign * wave.mv) for wave in _atrium(patient, atrium))
    return Shape(flip[0], flip[1] + p)


def _ventricle(patient: Patient, ventricle: Ventricle) -> tuple[tuple[Wave, ...], tuple[Wave, ...]]:
    """QRS and T. Wide beats repolarize against their QRS, and measure themselves by R."""
    r, t, w = patient.r_mv, patient.t_mv, patient.qrs_ms / 90_000
    match ventricle:
        case "normal":
            q_r_s = (
                Wave(-26 * w, 8.5 * w, -0.11 * r),
                Wave(0, 11 * w, r),
                Wave(28 * w, 10 * w, -0.24 * r),
            )
            return q_r_s, _t_wave(t)
        case "rbbb":
            slurred_s = (
                Wave(-0.025, 0.008, -0.08 * r),
                Wave(0, 0.0115, r),
                Wave(0.050, 0.021, -0.42 * r),
            )
            return slurred_s, _t_wave(0.9 * t)
        case "lbbb":
            notched = (
                Wave(-0.042, 0.014, 0.32 * r),
                Wave(0, 0.0145, 0.95 * r),
                Wave(0.038, 0.014, 0.55 * r),
            )
            return notched, _t_wave(-0.9 * t, at_s=0.29)
        case "pvc":
            slurred = (
                Wave(-0.042, 0.014, 0.34 * r),
                Wave(0, 0.0185, 1.34 * r),
                Wave(0.042, 0.013, 0.42 * r),
                Wave(0.078, 0.014, -0.24 * r),
            )
            return slurred, _t_wave(-0.42 * r, at_s=0.31)
        case "pvc2":
            deep = (
                Wave(-0.050, 0.014, 0.30 * r),
                Wave(0, 0.0195, -1.28 * r),
                Wave(0.050, 0.015, -0.38 * r),
            )
            return deep, _t_wave(0.45 * r, at_s=0.31)
        case "paced":
            deep = (
                Wave(-0.040, 0.013, -0.34 * r),
                Wave(0, 0.018, -1.15 * r),
                Wave(0.044, 0.015, -0.45 * r),
            )
            return deep, _t_wave(0.40 * r, at_s=0.32)
        case "fibrillating":
            return (Wave(0, 0.19, 1.0, 1.0),), (Wave(0.5, 0.17, -0.8, 1.0),)
        case "none":
            return (), ()


def _t_wave(mv: float, *, at_s: float = 0.27) -> tuple[Wave, ...]:
    """A slow rise and a faster fall whose sum peaks near `at_s` with `mv`."""
    rise = Wave(at_s - 0.042, 0.046, 0.476 * mv, 0.5)
    return rise, Wave(at_s + 0.004, 0.030, 0.711 * mv, 0.5)


def _atrium(patient: Patient, atrium: Atrium) -> tuple[Wave, ...]:
    p = patient.p_mv
    match atrium:
        case "sinus":
            return (Wave(-0.158, 0.021, p, 0.3),)
        case "ectopic":
            return (Wave(-0.152, 0.016, -0.6 * p, 0.3), Wave(-0.112, 0.016, 0.8 * p, 0.3))
        case "paced":
            return (Wave(-0.150, 0.024, 0.9 * p),)
        case "none":
            return ()


def reach_s(shape: Shape, rr_s: float) -> tuple[float, float]:
    """From where to where, around R, the shape differs from zero."""
    spans = [
        (scale * (wave.at_s - _REACH * wave.sigma_s), scale * (wave.at_s + _REACH * wave.sigma_s))
        for wave in shape.qrs + shape.other
        for scale in [rr_s**wave.stretch]
    ]
    return min((s for s, _ in spans), default=0.0), max((s for _, s in spans), default=0.0)


def draw(waves: tuple[Wave, ...], rr_s: float, t_s: FloatArray) -> FloatArray:
    """The sum of the waves at times `t_s` from R, for a cycle of `rr_s`."""
    if not waves:
        return np.zeros_like(t_s)
    at_s, sigma_s, mv, stretch = np.array(waves).T
    scale = rr_s**stretch
    z = (t_s[..., None] - at_s * scale) / (sigma_s * scale)
    return np.asarray(np.exp(-0.5 * z * z) @ mv)


def draw_spike(spike: Spike, t_s: FloatArray, rate_hz: float) -> FloatArray:
    """The pulse averaged over each sampling interval, so that its area is exact at any rate."""
    half = 0.5 / rate_hz
    overlap = np.minimum(t_s + half, spike.at_s + SPIKE_S) - np.maximum(t_s - half, spike.at_s)
    return np.asarray(spike.mv * rate_hz * np.clip(overlap, 0.0, None))


@cache
def fiducial_s(shape: Shape, rate_hz: float, front_end: bool) -> float:
    """From R's time to the peak of the QRS as it is sampled, in seconds.

    The largest deflection of a wide or filtered complex is not where its R Gaussian stands. The
    shape is sampled at 16 sub-sample positions, each run through the same discrete filter as the
    signal, and the peak of them all is taken.
    """
    phases = 16
    reach = math.ceil(0.3 * rate_hz)
    n = np.arange(-reach, reach + 1)[:, None] + np.arange(phases) / phases
    qrs = draw(shape.qrs, _SHORT_RR_S, n / rate_hz)
    if front_end:
        qrs = np.stack([Band(rate_hz).feed(phase) for phase in qrs.T], axis=1)
    return float(n.flat[np.argmax(np.abs(qrs))] / rate_hz)
