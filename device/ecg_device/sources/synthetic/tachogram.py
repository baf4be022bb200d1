"""How the intervals between beats vary: the sinus node's tachogram and fibrillation's disorder."""

import math
from statistics import NormalDist

import numpy as np

from ecg_device.sources.synthetic.scenario import Sinus

SHORTEST_RR_S = 0.17
_LF_HZ, _LF_WIDTH_HZ, _HF_WIDTH_HZ = 0.1, 0.01, 0.01
_LINES = 24


class SinusNode:
    """The interval that follows a sinus beat at a given time.

    As in McSharry et al. the tachogram's spectrum is two Gaussians, LF at 0.1 Hz (Mayer waves)
    and HF at the breath, with random phases. Here each is a handful of spectral lines evaluated
    when a beat needs them, so that it goes on for ever without a table. The lines' variances add
    up to `sd_ms` squared; `rsa_ms` adds one more line, in step with the breath seen elsewhere.
    """

    def __init__(
        self, segment: Sinus, start_s: float, respiration_hz: float, rng: np.random.Generator
    ) -> None:
        self._segment = segment
        self._start_s = start_s
        self._respiration_hz = respiration_hz
        quantiles = (np.arange(_LINES) + rng.random(_LINES)) / _LINES
        normal = np.array([NormalDist().inv_cdf(q) for q in np.clip(quantiles, 1e-3, 1 - 1e-3)])
        lf_hz, hf_hz = _LF_HZ + _LF_WIDTH_HZ * normal, respiration_hz + _HF_WIDTH_HZ * normal
        lf_power = segment.lf_hf / (1 + segment.lf_hf)
        amplitude = segment.sd_ms / 1000 * math.sqrt(2 / _LINES)
        self._omega = 2 * math.pi * np.concatenate([lf_hz, hf_hz])
        self._phase = rng.uniform(0, 2 * math.pi, 2 * _LINES)
        self._amplitude = amplitude * np.repeat(
            [math.sqrt(lf_power), math.sqrt(1 - lf_power)], _LINES
        )

    def interval_s(self, at_s: float) -> float:
        lines = float(self._amplitude @ np.cos(self._omega * at_s + self._phase))
        breath = math.cos(2 * math.pi * self._respiration_hz * at_s)
        varied = 60 / self._rate_bpm(at_s) + lines + self._segment.rsa_ms / 1000 * breath
        return max(varied, SHORTEST_RR_S)

    def _rate_bpm(self, at_s: float) -> float:
        segment = self._segment
        if segment.to_bpm is None:
            return segment.rate_bpm
        part = min(max((at_s - self._start_s) / segment.duration_s, 0.0), 1.0)
        return segment.rate_bpm + part * (segment.to_bpm - segment.rate_bpm)


def fibrillation_interval_s(rng: np.random.Generator, mean_s: float, cv: float) -> float:
    """An interval in atrial fibrillation: a refractory time plus a gamma-distributed wait.

    Shape 4 gives a skewness of 1, the long tail to the right seen in recordings; successive
    intervals are independent.
    """
    shape = 4.0
    spread = cv * mean_s
    refractory = mean_s - math.sqrt(shape) * spread
    return max(refractory + float(rng.gamma(shape, spread / math.sqrt(shape))), SHORTEST_RR_S)
