"""Noise by `nst`'s definitions: amplitudes, gains and the on/off pattern, by arithmetic."""

import numpy as np
import pytest

from ecg_device.signals import FloatArray
from ecg_training import noise
from ecg_training.unwanted import electrode_motion

RATE = 360.0


def spikes(heights: list[float]) -> tuple[FloatArray, list[int]]:
    """A flat signal with one spike a second, and where the spikes are."""
    at = [360 * (i + 1) for i in range(len(heights))]
    mv = np.zeros(360 * (len(heights) + 2))
    mv[at] = heights
    return mv, at


def test_amplitude_is_the_trimmed_mean_of_peak_to_peak_heights() -> None:
    """Of twenty heights the largest and the smallest are left out: 1 to 20 give 10.5."""
    mv, at = spikes([float(height) for height in range(1, 21)])
    mv[at[19]] = 1000.0
    assert noise.qrs_amplitude(mv, at, RATE) == pytest.approx(10.5)


def test_only_the_first_300_beats_are_measured() -> None:
    """300 beats of 2 mV, then taller ones: 2 mV."""
    mv, at = spikes([2.0] * 300 + [9.0] * 100)
    assert noise.qrs_amplitude(mv, at, RATE) == pytest.approx(2.0)


def test_the_amplitude_looks_50_ms_to_each_side() -> None:
    """A spike 18 samples after the annotation counts, one 19 samples after it does not."""
    mv = np.zeros(10_000)
    mv[5018] = 1.0
    assert noise.qrs_amplitude(mv, [5000], RATE) == 1.0
    assert noise.qrs_amplitude(np.roll(mv, 1), [5000], RATE) == 0.0


def test_noise_is_measured_about_the_mean_of_each_second() -> None:
    """A sine of 10 Hz and 1 mV on a slow staircase has an RMS of 1/sqrt(2) mV."""
    t = np.arange(300 * 360) / RATE
    assert noise.noise_rms(np.sin(2 * np.pi * 10 * t) + 5 * np.floor(t), RATE) == pytest.approx(
        np.sqrt(0.5)
    )


@pytest.mark.parametrize("snr_db", [24, 6, 0, -6])
def test_the_gain_gives_the_signal_to_noise_ratio(snr_db: int) -> None:
    """SNR = 10 log10((A^2 / 8) / (gain * rms)^2), solved for the gain."""
    amplitude, rms = 1.7, 0.3
    gain = noise.gain_for(snr_db, amplitude, rms)
    assert 10 * np.log10(amplitude**2 / 8 / (gain * rms) ** 2) == pytest.approx(snr_db)


def test_noise_begins_at_five_minutes_and_alternates_every_two() -> None:
    """The noise switches at 5, 7, 9, ... 29 minutes and is off at the beginning."""
    on = noise.noise_is_on(650_000, RATE)
    changes = np.flatnonzero(np.diff(on.astype(int))) + 1
    assert not on[0]
    assert (changes / RATE / 60).tolist() == list(range(5, 31, 2))


def test_added_noise_has_its_size_and_no_steps() -> None:
    """While on it moves as the noise does, while off it stays where the noise left it."""
    t = np.arange(15 * 60 * 360) / RATE
    added = noise.add_noise(np.zeros(len(t)), np.cos(2 * np.pi * 0.7 * t), 0.5, RATE)
    on = noise.noise_is_on(len(t), RATE)
    assert np.all(added[~on & (t < 300)] == 0)
    assert np.abs(np.diff(added)).max() <= 0.5 * 2 * np.pi * 0.7 / RATE
    assert np.ptp(added[(t >= 425) & (t < 535)]) == 0
    assert np.ptp(added[(t >= 300) & (t < 420)]) == pytest.approx(1.0, rel=1e-3)


def test_short_noise_is_repeated_without_a_jump() -> None:
    """A ramp of one minute, repeated, goes on rising: its fall back to zero is cancelled."""
    ramp = np.arange(60 * 360) / (60 * 360)
    added = noise.add_noise(np.zeros(7 * 60 * 360), ramp, 1.0, RATE)
    assert np.diff(added).min() >= 0
    assert added[-1] == pytest.approx(2.0, rel=1e-3)


def test_electrode_motion_overlaps_the_qrs_and_does_not_jump() -> None:
    """A third of its 1 s RMS power or more lies in 1 to 10 Hz; no sample leaves its neighbours."""
    motion = electrode_motion()
    seconds = motion.reshape(-1, 360)
    power = np.abs(np.fft.rfft(seconds - seconds.mean(axis=1, keepdims=True), axis=1)) ** 2
    assert len(motion) == 30 * 60 * 360
    assert power[:, 1:11].sum() > power.sum() / 3
    assert np.abs(np.diff(motion)).max() < np.ptp(motion) / 10
