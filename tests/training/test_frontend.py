"""The simulated AD8232 and converter, against the circuit's arithmetic and the laws of sampling."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ecg_device.signals import FloatArray
from ecg_training.datasets import mitdb
from ecg_training.frontend import (
    ADCS,
    CONDITIONS,
    FrontEnd,
    qrs_height,
    random_front_end,
)
from ecg_training.product import detector_alone

RATE = 360.0


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def sine(hz: float, mv: float = 1.0, seconds: float = 60.0) -> FloatArray:
    return mv * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)


def heart(seconds: float = 60.0, height: float = 1.0) -> tuple[FloatArray, list[int]]:
    """Gaussian R waves of a known height, 75 a minute, on nothing at all; and where they are."""
    t = np.arange(round(seconds * RATE)) / RATE
    phase = np.mod(t - 0.5 + 0.4, 0.8) - 0.4
    at = [round((0.5 + 0.8 * i) * RATE) for i in range(int((seconds - 0.5) / 0.8))]
    return height * np.exp(-0.5 * (phase / 0.011) ** 2), at


def gain_of(front_end: FrontEnd, hz: float) -> float:
    """Output over input of a sine, once the filters are in step with it."""
    wave = sine(hz)
    later = slice(round(20 * RATE), None)
    return float(front_end.apply(wave, RATE, rng())[later].std() / wave[later].std())


def test_clean_is_untouched() -> None:
    """The condition `clean` gives every sample back, the missing ones too."""
    mv, _ = heart()
    mv[100] = np.nan
    assert np.array_equal(CONDITIONS["clean"].apply(mv, RATE, rng()), mv, equal_nan=True)


def test_the_band_ends_where_the_board_says() -> None:
    """-3 dB at 0.48 Hz (10 / 2 pi 10 M 0.33 uF) and at 41.1 Hz, next to nothing lost at 5 Hz."""
    band = FrontEnd(band=True)
    half = 1 / math.sqrt(2)
    assert gain_of(band, 10 / (2 * math.pi * 10e6 * 0.33e-6)) == pytest.approx(half, rel=0.02)
    assert gain_of(band, 41.1) == pytest.approx(half, rel=0.02)
    assert gain_of(band, 5.0) == pytest.approx(1.0, abs=0.01)
    assert gain_of(band, 120.0) < 0.1


def test_the_high_pass_begins_in_equilibrium() -> None:
    """An electrode offset of 200 mV, there for long, leaves no transient and no trace."""
    mv, _ = heart()
    band = FrontEnd(band=True)
    quiet, offset = band.apply(mv, RATE, rng()), band.apply(mv + 200.0, RATE, rng())
    assert np.abs(quiet - offset).max() < 1e-6
    assert np.abs(quiet[: round(0.4 * RATE)]).max() < 0.05


def test_the_rails_clip_at_one_and_a_half_millivolts() -> None:
    """1.65 V of room over a gain of 1100: a sine of 4 mV is cut at +-1.5 mV, the rest is not."""
    seen = FrontEnd(rails=True).apply(sine(5.0, mv=4.0), RATE, rng())
    assert (seen.min(), seen.max()) == (-1.5, 1.5) == FrontEnd(rails=True).rails_mv
    assert FrontEnd().rails_mv is None
    within = np.abs(sine(5.0, mv=4.0)) < 1.5
    assert np.array_equal(seen[within], sine(5.0, mv=4.0)[within])


@pytest.mark.parametrize(
    ("name", "step_uv"),
    [("mcp3008", 3.3 / 1024), ("ads1015", 8.192 / 4096), ("ads1115", 8.192 / 65536)],
)
def test_a_step_is_the_converter_s(name: str, step_uv: float) -> None:
    """A slow ramp comes out as a staircase whose every step is one code over the gain of 1100."""
    step_mv = step_uv * 1000 / 1100
    ramp = np.linspace(-0.1, 0.1, 400_000)
    seen = FrontEnd(adc=ADCS[name]).apply(ramp, RATE, rng())
    steps = np.diff(np.unique(seen))
    assert ADCS[name].step_mv == pytest.approx(step_mv)
    assert steps == pytest.approx(np.full(len(steps), step_mv), rel=1e-6)
    assert np.abs(seen - ramp).max() <= step_mv / 2 * (1 + 1e-9)


def test_the_three_converters_have_the_steps_of_their_data_sheets() -> None:
    """Input-referred: 2.93, 1.82 and 0.114 uV."""
    steps = [round(1000 * ADCS[name].step_mv, 3) for name in ("mcp3008", "ads1015", "ads1115")]
    assert steps == [2.930, 1.818, 0.114]


def test_the_ten_bit_converter_ends_at_its_supply() -> None:
    """Codes 0 to 1023 of the MCP3008: -1.5 mV at the bottom, one step under +1.5 mV at the top."""
    seen = ADCS["mcp3008"].convert(np.array([-9.0, 0.0, 9.0]))
    assert seen == pytest.approx([-1.5, 0.0, 1.5 - ADCS["mcp3008"].step_mv])


@pytest.mark.parametrize("jitter_s", [50e-6, 500e-6])
def test_jitter_errs_by_slope_times_time(jitter_s: float) -> None:
    """A sine's RMS slope is 2 pi f / sqrt 2: times the jitter, that is the RMS error."""
    wave = sine(10.0)
    error = FrontEnd(jitter_s=jitter_s).apply(wave, RATE, rng()) - wave
    expected = 2 * math.pi * 10.0 / math.sqrt(2) * jitter_s
    assert math.sqrt(np.mean(error**2)) == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("snr_db", [18.0, 12.0, -6.0])
@pytest.mark.parametrize("only", ["wander", "muscle", "motion", None])
def test_noise_has_the_ratio_asked_for(snr_db: float, only: str | None) -> None:
    """nst: 10 log10 of QRS height squared / 8 over noise power about each second's mean."""
    kinds = ("wander", "muscle", "motion")
    shares = {kind: float(only is None or kind == only) for kind in kinds}
    mv, _ = heart(seconds=300.0, height=1.7)
    added = FrontEnd(snr_db=snr_db, **shares).apply(mv, RATE, rng(), qrs_mv=1.7) - mv
    spread = np.sort(added.reshape(300, 360).std(axis=1))[15:-15].mean()
    assert 10 * math.log10(1.7**2 / 8 / spread**2) == pytest.approx(snr_db, abs=0.01)


def test_the_height_is_measured_where_it_is_not_given() -> None:
    """R waves of 1.7 mV are found and measured, whatever the baseline; without beats it is 1 mV."""
    mv, _ = heart(height=1.7)
    assert qrs_height(mv + 3.0, RATE) == pytest.approx(1.7, rel=0.02)
    assert qrs_height(np.zeros(3600), RATE) == 1.0


def test_mains_has_its_size_and_pitch() -> None:
    """20 uV RMS at 60 Hz: that much at 60 Hz in the spectrum, nothing elsewhere."""
    seen = FrontEnd(mains_hz=60.0, mains_mv=0.02).apply(np.zeros(3600), RATE, rng())
    power = np.abs(np.fft.rfft(seen)) ** 2
    assert seen.std() == pytest.approx(0.02)
    assert power[600] / power.sum() == pytest.approx(1.0)


def test_gains_differ_by_no_more_than_the_tolerance() -> None:
    """Of 200 boards at 5 %, none is off by more and the worst is off by nearly that."""
    board = FrontEnd(gain_tolerance=0.05)
    gains = [board.apply(np.ones(1), RATE, rng(seed))[0] for seed in range(200)]
    assert 0.95 <= min(gains) < 0.955
    assert 1.045 < max(gains) <= 1.05


def test_missing_samples_stay_missing_and_spoil_nothing() -> None:
    """A second without samples: NaN there, and elsewhere a signal that goes on."""
    mv, _ = heart()
    mv[3600:3960] = np.nan
    seen = replace(CONDITIONS["ad8232-mcp3008"], snr_db=12.0).apply(mv, RATE, rng())
    assert np.array_equal(np.isnan(seen), np.isnan(mv))
    assert np.isnan(CONDITIONS["ad8232-mcp3008-12db"].apply(mv * np.nan, RATE, rng())).all()
    assert len(CONDITIONS["ad8232-mcp3008-12db"].apply(mv[:0], RATE, rng())) == 0


@pytest.mark.parametrize("name", ["ad8232-mcp3008-12db", "ad8232-ads1115"])
def test_the_same_seed_gives_the_same_signal(name: str) -> None:
    """Two runs with one seed agree bit by bit, two seeds do not."""
    mv, _ = heart()
    first, again, other = (CONDITIONS[name].apply(mv, RATE, rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_random_front_ends_are_many_and_repeat_by_seed() -> None:
    """Every converter comes up, with and without circuit and noise; a seed gives one again."""
    drawn = [random_front_end(rng(seed)) for seed in range(200)]
    assert drawn == [random_front_end(rng(seed)) for seed in range(200)]
    assert {front_end.adc for front_end in drawn} == {None, *ADCS.values()}
    assert 0.7 < np.mean([front_end.band for front_end in drawn]) < 0.9
    assert 0.6 < np.mean([front_end.snr_db is not None for front_end in drawn]) < 0.8


def test_the_conditions_name_converter_and_noise() -> None:
    """Each of the three converters alone and at 18, 12 and 6 dB, and the recording as it is."""
    assert len(CONDITIONS) == 1 + 3 * 4
    assert CONDITIONS["ad8232-ads1015-6db"].snr_db == 6.0
    assert CONDITIONS["ad8232-ads1015-6db"].adc == ADCS["ads1015"]


def test_an_r_wave_comes_out_late_by_the_group_delay() -> None:
    """A Gaussian R wave's peak moves by the two samples that `delay_samples` tells."""
    mv, at = heart()
    front_end = FrontEnd(band=True)
    seen = front_end.apply(mv, RATE, rng())
    moved = [int(np.argmax(seen[r - 20 : r + 20])) - 20 for r in at[5:-1]]
    assert front_end.delay_samples(RATE) == 2
    assert abs(np.median(moved) - 2) <= 1
    assert FrontEnd().delay_samples(RATE) == 0


@pytest.mark.data
@pytest.mark.parametrize("name", ["100", "119", "231"])
def test_real_r_waves_move_by_the_delay(ecg_data: Path, name: str) -> None:
    """Behind the front end our R is as near to the reference moved by the delay as it was before:
    the median offset changes by at most a sample."""
    record = mitdb.load(ecg_data, name)
    mv, beats = record.mv[:108_000], record.beats[record.beats < 107_000]
    condition = CONDITIONS["ad8232-mcp3008"]
    seen = condition.apply(mv, RATE, rng())

    def offset(found: np.ndarray, reference: np.ndarray) -> float:
        away = found[:, None] - reference[None, :]
        nearest = away[np.arange(len(found)), np.abs(away).argmin(axis=1)]
        return float(np.median(nearest))

    before = offset(detector_alone(mv, RATE).beats, beats)
    after = offset(detector_alone(seen, RATE).beats, beats + condition.delay_samples(RATE))
    assert abs(after - before) <= 1
