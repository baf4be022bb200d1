"""Hearts whose waves begin and end where arithmetic says, seen through a front end's filters."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy import signal

from ecg_device.pipeline import Pipeline
from ecg_device.recordings import Finished, Take, Taker
from ecg_device.signals import (
    Beat,
    Classification,
    FloatArray,
    Name,
    Quality,
    Reason,
    Rhythm,
    SignalInfo,
    SignalState,
)
from ecg_device.sources.synthetic import Scenario, SyntheticSource

BAND_HZ = (0.48, 41.0)
FINER = 4  # the heart and the filters run at so many times the sampling rate


@dataclass(frozen=True)
class Built:
    """A heart of Gaussians. A wave begins and ends two standard deviations from its peak.

    That is where the tangent at a Gaussian's steepest slope meets the line it rises from: the
    slope there is h exp(-1/2) / sd at a height of h exp(-1/2), one sd from the peak.
    """

    bpm: float = 70.0
    pr_ms: float = 160.0
    qrs_ms: float = 91.0
    qt_ms: float = 390.0
    p_mv: float = 0.12
    t_mv: float = 0.3
    r_mv: float = 1.0
    jitter_s: float = 0.02
    muscle_mv: float = 0.0
    hum_mv: float = 0.0
    hum_hz: float = 50.0
    seconds: int = 30
    rate_hz: float = 360.0
    band_hz: tuple[float, float] | None = BAND_HZ
    seed: int = 0

    @property
    def truth(self) -> dict[str, float]:
        return {"pr_ms": self.pr_ms, "qrs_ms": self.qrs_ms, "qt_ms": self.qt_ms}

    def take(self) -> Take:
        rng = np.random.default_rng(self.seed)
        fine_hz = FINER * self.rate_hz
        t_s = np.arange(round(self.seconds * fine_hz)) / fine_hz
        wanted = 60 / self.bpm + self.jitter_s * rng.standard_normal(2 * self.seconds * 3)
        r_s = 0.4 + np.cumsum(wanted)
        r_s = r_s[r_s < self.seconds - 0.1]
        mv = sum((self._beat(t_s - at) for at in r_s), np.zeros_like(t_s))
        mv += self.muscle_mv * muscle(rng, len(t_s), fine_hz)
        mv += self.hum_mv * np.sin(2 * np.pi * self.hum_hz * t_s + 1.0)
        mv = through(mv, fine_hz)[::FINER] + 0.004 * rng.standard_normal(len(t_s) // FINER)
        found = r_s + 0.0055 + 0.002 * rng.standard_normal(len(r_s))  # late, as the detector's are
        return taken(mv, found.tolist(), self.rate_hz, self.band_hz)

    def _beat(self, t_s: FloatArray) -> FloatArray:
        wide = self.qrs_ms / 91
        onset_s, sd_p, sd_t = -0.043 * wide, 0.021, 0.030
        p_s = onset_s - self.pr_ms / 1000 + 2 * sd_p
        t_peak_s = onset_s + self.qt_ms / 1000 - 2 * sd_t
        return (
            self.p_mv * gaussian(t_s, p_s, sd_p)
            - 0.11 * self.r_mv * gaussian(t_s, -0.026 * wide, 0.0085 * wide)
            + self.r_mv * gaussian(t_s, 0.0, 0.011 * wide)
            - 0.24 * self.r_mv * gaussian(t_s, 0.028 * wide, 0.010 * wide)
            + self.t_mv * (0.476 * gaussian(t_s, t_peak_s - 0.046, 0.046))
            + self.t_mv * (0.711 * gaussian(t_s, t_peak_s, sd_t))
        )


def gaussian(t_s: FloatArray, at_s: float, sd_s: float) -> FloatArray:
    return np.exp(-0.5 * ((t_s - at_s) / sd_s) ** 2)


def muscle(rng: np.random.Generator, n: int, rate_hz: float) -> FloatArray:
    """Noise from 20 to 150 Hz with an RMS of 1."""
    band = signal.butter(1, [20, 150], "band", fs=rate_hz, output="sos")
    noise = signal.sosfilt(band, rng.standard_normal(n))
    return np.asarray(noise / noise.std())


def through(mv: FloatArray, rate_hz: float) -> FloatArray:
    """The AD8232 board's two filters, as SciPy has them."""
    low, high = BAND_HZ
    sections = np.vstack(
        [
            signal.butter(2, low, "high", fs=rate_hz, output="sos"),
            signal.butter(2, high, "low", fs=rate_hz, output="sos"),
        ]
    )
    return np.asarray(signal.sosfilt(sections, mv))


def taken(
    mv: FloatArray,
    r_s: list[float],
    rate_hz: float = 360.0,
    band_hz: tuple[float, float] | None = BAND_HZ,
) -> Take:
    """A recording of good signal in sinus rhythm, its beats named N."""
    beats = (Beat(round(360 * at_s), round(360 * at_s) + 60, 1.0, 1.0) for at_s in r_s)
    return Take(
        info=SignalInfo("built", rate_hz, band_hz=band_hz),
        seconds=round(len(mv) / rate_hz),
        start=0,
        stop=len(mv),
        mv=mv,
        leads=None,
        qualities=(Quality(0, 0, SignalState.OK),),
        rhythms=(Rhythm(0, 0, "(N", "sinus rhythm"),),
        beats=tuple(Classification(beat, beat.sample + 170, "N", 1.0) for beat in beats),
    )


def record(scenario: Scenario, seconds: int = 30, *, after_s: float = 5.0, seed: int = 0):
    """An ECG of a simulated patient, taken as the appliance does it; beats by their true names."""
    source = SyntheticSource(scenario, seed=seed, block_s=0.25)

    def name(view) -> Name:
        nearest = min(source.truth.beats, key=lambda beat: abs(beat.sample - view.beat.sample))
        is_it = abs(nearest.sample - view.beat.sample) < 54
        return Name(nearest.symbol, 1.0) if is_it else Name("Q", 0.0, Reason.LOW_CONFIDENCE)

    pipeline, taker = Pipeline(source.info, name), Taker(source.info)
    asked = False
    for block in source.blocks():
        if not asked and block.start >= after_s * 360:
            taker.ask(seconds)
            asked = True
        finished = taker.feed(block, pipeline.feed(block))
        if finished is not None:
            return finished, source.truth, taker
    return None, source.truth, taker


@pytest.fixture
def built() -> type[Built]:
    return Built


@pytest.fixture
def recorded() -> Callable[..., tuple[Finished, object, Taker]]:
    return record


@pytest.fixture
def renamed() -> Callable[[Take, str], Take]:
    """The same recording with another rhythm."""
    return lambda take, aux: replace(take, rhythms=(Rhythm(0, 0, aux, aux),))
