"""An archive recording as this appliance would have got it: the AD8232, then the converter.

MIT-BIH was recorded at 0.1-100 Hz with 11 bits over 10 mV; the device sees 0.48-41 Hz, rails at
1.5 mV and its own converter's steps. The order is the physics': noise of the electrodes and mains
meet the signal on the skin, the amplifier's gain, band and rails follow, the sampler takes it at
instants that are a little off, the converter rounds. Band, rails and noises are those of
`ecg_device.sources.synthetic`: there is one model of the circuit.

Noise is on throughout (`nst` switches it on and off), its amount by the definitions of
`ecg_training.noise`: SNR against the typical QRS height, noise as its RMS about a second's mean.

The low-pass delays. Over 8 to 30 Hz, where a QRS has its energy, the circuit's group delay is 6.4
to 7.1 ms, two samples at 360 Hz. So a reference annotation belongs `delay_samples`
later in the filtered signal: matching within 150 ms does not feel it, an error of location and a
window cut about the reference do. Windows are cut about the R that the detector finds in the
filtered signal, as on the device.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
from scipy.ndimage import map_coordinates
from scipy.signal import group_delay, sos2tf

from ecg_device.beats import detect
from ecg_device.resampler import Resampler
from ecg_device.signals import BoolArray, FloatArray, source_sample
from ecg_device.sources.synthetic import noise as sources
from ecg_device.sources.synthetic.front_end import RAIL_MV, Band, circuit, clip
from ecg_training import noise

GAIN = 1100.0
REFERENCE_V = 1.65  # the amplifier's output without a signal: half the supply
NOMINAL_QRS_MV = 1.0  # where a signal has no beat to measure
RANDOM = "random"  # the condition that draws a front end for each record
QRS_HZ = 12.0  # the middle of a QRS's energy

_EQUILIBRIUM_S = 12.0  # the high-pass has forgotten all but a 10^11th of its start
_LEVEL_S = 2.0  # so much of the beginning tells the level the electrodes had before
_SHORTEST_NOISE_S = 30.0  # else its RMS is not the typical one

Generator = np.random.Generator
Source = Callable[[Generator, int, float], FloatArray]


@dataclass(frozen=True, slots=True)
class Adc:
    """A converter on the amplifier's output: so many bits over a span of volts."""

    bits: int
    span_v: float
    lowest_v: float

    @property
    def step_mv(self) -> float:
        """One step, in mV at the electrodes."""
        return 1000.0 * self.span_v / float(2**self.bits) / GAIN

    def convert(self, mv: FloatArray) -> FloatArray:
        """The nearest code of each value, within the range, back in mV at the electrodes."""
        zero = 1000.0 * (REFERENCE_V - self.lowest_v) / GAIN / self.step_mv
        codes = np.clip(np.round(mv / self.step_mv + zero), 0, 2**self.bits - 1)
        return np.asarray((codes - zero) * self.step_mv)


# The ADS1x15 at gain 1 (+-4.096 V, for +-2.048 V would clip), the MCP3008 from the 3.3 V supply.
ADCS = {
    "ads1115": Adc(16, 8.192, -4.096),
    "ads1015": Adc(12, 8.192, -4.096),
    "mcp3008": Adc(10, 3.3, 0.0),
}


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """What lies between skin and sample numbers; as it stands, nothing."""

    band: bool = False  # 0.48-41.1 Hz
    rails: bool = False  # +-1.5 mV
    gain_tolerance: float = 0.0  # each board's gain is off by up to this share
    adc: Adc | None = None
    jitter_s: float = 0.0  # RMS of the sampling instants' error
    mains_hz: float = 50.0
    mains_mv: float = 0.0  # RMS at the electrodes
    snr_db: float | None = None  # of wander, muscle and motion together; None: none of them
    wander: float = 1.0  # their shares of the noise's power, in any unit
    muscle: float = 1.0
    motion: float = 1.0

    def apply(
        self, mv: FloatArray, rate_hz: float, rng: Generator, qrs_mv: float | None = None
    ) -> FloatArray:
        """The recording behind this front end, sample for sample; missing samples stay missing.

        `qrs_mv` is the typical QRS height (`noise.qrs_amplitude`), else it is measured at the
        beats the detector finds.
        """
        if not len(mv):
            return mv
        missing = np.isnan(mv)
        seen = self._on_the_skin(_bridged(mv, missing), rate_hz, rng, qrs_mv)
        if self.gain_tolerance:
            seen = seen * (1.0 + rng.uniform(-self.gain_tolerance, self.gain_tolerance))
        if self.band:
            seen = _filtered(seen, rate_hz)
        if self.rails:
            seen = clip(seen)
        if self.jitter_s:
            seen = _resampled_at(seen, rng.normal(0.0, self.jitter_s * rate_hz, len(seen)))
        if self.adc is not None:
            seen = self.adc.convert(seen)
        return np.where(missing, np.nan, seen)

    @property
    def rails_mv(self) -> tuple[float, float] | None:
        """Where it saturates, for a `SignalInfo`: a device knows its own rails."""
        return (-RAIL_MV, RAIL_MV) if self.rails else None

    def delay_samples(self, rate_hz: float) -> int:
        """How much later a QRS stands in the output: the circuit's group delay at `QRS_HZ`."""
        if not self.band:
            return 0
        sections = sos2tf(circuit(rate_hz))
        return round(float(group_delay(sections, [QRS_HZ], fs=rate_hz)[1][0]))

    def _on_the_skin(
        self, mv: FloatArray, rate_hz: float, rng: Generator, qrs_mv: float | None
    ) -> FloatArray:
        if self.snr_db is not None:
            height = qrs_height(mv, rate_hz) if qrs_mv is None else qrs_mv
            added = self._mixture(len(mv), rate_hz, rng)
            mv = mv + noise.gain_for(self.snr_db, height, 1.0) * added
        if self.mains_mv:
            phase = rng.uniform(0.0, 2 * np.pi, 1)
            hum = sources.mains(np.arange(len(mv)), rate_hz, self.mains_hz, (), phase)
            mv = mv + self.mains_mv * hum
        return mv

    def _mixture(self, samples: int, rate_hz: float, rng: Generator) -> FloatArray:
        """Wander, muscle and motion in their shares, together of unit RMS as `nst` measures it."""
        n = max(samples, round(_SHORTEST_NOISE_S * rate_hz))
        shares: tuple[tuple[Source, float], ...] = (
            (sources.wander, self.wander),
            (sources.muscle, self.muscle),
            (sources.motion, self.motion),
        )
        mixture = np.zeros(n)
        for source, share in shares:
            part = source(rng, n, rate_hz)
            mixture += np.sqrt(share) * part / noise.noise_rms(part, rate_hz)
        return mixture[:samples] / noise.noise_rms(mixture, rate_hz)


def qrs_height(mv: FloatArray, rate_hz: float) -> float:
    """The typical QRS height at the beats our detector finds, or the nominal one without any."""
    resampler = Resampler(rate_hz)
    found = detect(np.concatenate((resampler.feed(mv), resampler.finish())))
    beats = [source_sample(beat.sample, rate_hz) for beat in found]
    reach = round(0.1 * rate_hz)
    inside = [beat for beat in beats if reach <= beat < len(mv) - reach]
    return noise.qrs_amplitude(mv, inside, rate_hz) if inside else NOMINAL_QRS_MV


def random_front_end(rng: Generator) -> FrontEnd:
    """A front end to train behind: any converter, most often the circuit, often some noise."""
    behind = rng.random() < 0.8  # else the archive's own band, that the networks know it too
    adcs = tuple(ADCS.values())
    noisy = rng.random() < 0.7
    wander, muscle, motion = (float(share) for share in rng.dirichlet((1.0, 1.0, 1.0)))
    return FrontEnd(
        band=behind,
        rails=behind,
        gain_tolerance=0.1,
        adc=adcs[int(rng.integers(len(adcs)))] if behind else None,
        jitter_s=float(10 ** rng.uniform(-5.0, -3.0)),
        mains_hz=float(rng.choice((50.0, 60.0))),
        mains_mv=float(rng.uniform(0.0, 0.05)),
        snr_db=float(rng.uniform(6.0, 30.0)) if noisy else None,
        wander=wander,
        muscle=muscle,
        motion=motion,
    )


def _conditions() -> dict[str, FrontEnd]:
    conditions = {"clean": FrontEnd()}
    for name, adc in ADCS.items():
        quiet = FrontEnd(band=True, rails=True, gain_tolerance=0.05, adc=adc, jitter_s=200e-6)
        conditions[f"ad8232-{name}"] = quiet
        for snr_db in (18, 12, 6):
            noisy = replace(quiet, snr_db=float(snr_db), mains_mv=0.01)
            conditions[f"ad8232-{name}-{snr_db}db"] = noisy
    return conditions


CONDITIONS = _conditions()


@dataclass(frozen=True, slots=True, eq=False)
class Delivered:
    """A record's lead as a front end delivers it, and what the appliance knows of that one."""

    mv: FloatArray
    rails_mv: tuple[float, float] | None
    delay_samples: int  # by so much later a QRS stands than in the record


def delivered(
    condition: str, mv: FloatArray, rate_hz: float, record: str, *, lead: int = 0, seed: int = 0
) -> Delivered:
    """A lead of a mitdb record in one of `CONDITIONS`, or "random": the one way to run it.

    Training and evaluation both come here, so that they see the same noise and the same rails.
    """
    rng = np.random.default_rng([seed, int(record), lead, crc32(condition.encode())])
    front_end = random_front_end(rng) if condition == RANDOM else CONDITIONS[condition]
    seen = front_end.apply(mv, rate_hz, rng)
    return Delivered(seen, front_end.rails_mv, front_end.delay_samples(rate_hz))


def _filtered(mv: FloatArray, rate_hz: float) -> FloatArray:
    """Behind the circuit, that had long been in equilibrium with the level of the beginning."""
    level = float(np.median(mv[: max(round(_LEVEL_S * rate_hz), 1)]))
    before = np.full(round(_EQUILIBRIUM_S * rate_hz), level)
    band = Band(rate_hz)
    band.feed(before)
    return band.feed(mv)


def _resampled_at(mv: FloatArray, off: FloatArray) -> FloatArray:
    """The values `off` samples beside each sample, by cubic splines."""
    at = np.clip(np.arange(len(mv)) + off, 0, len(mv) - 1)
    return np.asarray(map_coordinates(mv, [at], order=3, mode="nearest"))


def _bridged(mv: FloatArray, missing: BoolArray) -> FloatArray:
    """Missing samples on a line between their neighbours: a filter must not meet a NaN."""
    if not missing.any():
        return mv
    if missing.all():
        return np.zeros(len(mv))
    index = np.arange(len(mv))
    return np.asarray(np.interp(index, index[~missing], mv[~missing]))
