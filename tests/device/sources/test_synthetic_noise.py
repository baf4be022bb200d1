"""The synthetic noises, held against arithmetic and against recorded noise."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import wfdb
from scipy.signal import welch

from ecg_device.signals import FloatArray
from ecg_device.sources.synthetic import Scenario, noise, render
from ecg_device.sources.synthetic.front_end import Band
from ecg_device.sources.synthetic.scenario import Fault, Hum, Motion, Muscle, Patient, Sinus, Wander

NOISES = {"wander": noise.wander, "muscle": noise.muscle, "motion": noise.motion}


def added(fault: Fault, *, rate_hz: float = 1000.0, front_end: bool = False) -> FloatArray:
    """What a fault adds: the signal with it minus the signal without."""
    segment = Sinus(duration_s=30)
    clean = Scenario(segments=(segment,), front_end=front_end)
    faulty = Scenario(segments=(segment,), faults=(fault,), front_end=front_end)
    return render(faulty, rate_hz=rate_hz)[0] - render(clean, rate_hz=rate_hz)[0]


def recorded(folder: Path, name: str) -> FloatArray:
    """The first channel of a record of the Noise Stress Test Database."""
    return np.asarray(wfdb.rdrecord(str(folder / "nstdb" / name)).p_signal[:, 0])


def share(x: FloatArray, rate_hz: float, low_hz: float, high_hz: float, floor_hz: float) -> float:
    """Power between two frequencies over all power above the floor."""
    hz, power = welch(x - x.mean(), rate_hz, nperseg=round(20 * rate_hz))
    total = power[hz >= floor_hz].sum()
    return float(power[(hz >= max(low_hz, floor_hz)) & (hz < high_hz)].sum() / total)


@pytest.mark.parametrize("rate_hz", [100.0, 360.0, 1000.0])
@pytest.mark.parametrize("name", NOISES)
def test_generators_have_unit_rms_and_obey_their_seed(name: str, rate_hz: float) -> None:
    """RMS one, whatever the length; the same generator state gives the same array."""
    for n in (1, 50, 20_000):
        made = NOISES[name](np.random.default_rng(4), n, rate_hz)
        assert made.shape == (n,)
        assert np.sqrt(np.mean(made**2)) == pytest.approx(1)
        assert np.array_equal(made, NOISES[name](np.random.default_rng(4), n, rate_hz))


@pytest.mark.parametrize(
    ("fault", "within"), [(Hum, 0.01), (Muscle, 0.02), (Motion, 0.02), (Wander, 0.1)]
)
def test_a_fault_is_as_strong_as_asked(fault: type[Hum], within: float) -> None:
    """0.05 mV RMS at the electrodes during its 12 s but for the fading, nothing outside them."""
    difference = added(fault(start_s=5, duration_s=12, rms_mv=0.05))
    inside = difference[5000:17_000]
    assert np.sqrt(np.mean(inside**2)) == pytest.approx(0.05, rel=within)
    assert not difference[:5000].any()
    assert not difference[17_000:].any()


@pytest.mark.parametrize("hz", [50.0, 60.0])
def test_hum_has_its_harmonics_where_they_belong(hz: float) -> None:
    """Lines at hz, 2 hz, 3 hz in the given ratio, nothing else."""
    line = added(Hum(hz=hz, harmonics=(0.2, 0.5), rms_mv=0.1))[1000:-1000]
    spectrum = np.abs(np.fft.rfft(line)) / len(line) * 2
    step = len(line) / 1000
    fundamental, second, third = (spectrum[round(k * hz * step)] for k in (1, 2, 3))
    assert second / fundamental == pytest.approx(0.2, rel=0.02)
    assert third / fundamental == pytest.approx(0.5, rel=0.02)
    lines = (fundamental**2 + second**2 + third**2) / 2
    assert np.mean(line**2) == pytest.approx(lines, rel=1e-3)


@pytest.mark.parametrize(("hz", "loss_db"), [(50.0, -5.0), (60.0, -7.4)])
def test_the_front_end_weakens_hum_as_the_circuit_does(hz: float, loss_db: float) -> None:
    """The board's low-pass at 41.1 Hz: 5 dB less at 50 Hz, 7.4 dB less at 60 Hz."""
    fault = Hum(hz=hz, harmonics=(), rms_mv=0.1)
    before, after = added(fault)[3000:], added(fault, front_end=True)[3000:]
    assert 20 * np.log10(after.std() / before.std()) == pytest.approx(loss_db, abs=0.3)


def test_signal_to_noise_is_arithmetic() -> None:
    """Twice the strength is 6.02 dB: the same noise, doubled."""
    once, twice = added(Muscle(rms_mv=0.05)), added(Muscle(rms_mv=0.1))
    assert 20 * np.log10(twice.std() / once.std()) == pytest.approx(6.02, abs=0.01)


def test_long_noise_keeps_its_strength_where_pieces_meet() -> None:
    """No dip or jump in 20 minutes: each minute within a factor of two, no step."""
    small = Scenario(segments=(Sinus(duration_s=1200),), patient=Patient(r_mv=0.1), front_end=False)
    noisy = replace(small, faults=(Wander(rms_mv=0.2),))
    difference = render(noisy, rate_hz=100)[0] - render(small, rate_hz=100)[0]
    assert difference.std() == pytest.approx(0.2, rel=0.1)
    minutes = difference.reshape(20, -1).std(1)
    assert minutes.min() > 0.1
    assert minutes.max() < 0.4
    assert np.abs(np.diff(difference)).max() < 0.02


@pytest.mark.data
def test_wander_is_as_slow_as_the_recorded(ecg_data: Path) -> None:
    """nstdb `bw` has over 95 % of its power under 0.7 Hz, and so has ours."""
    noise_bw = recorded(ecg_data, "bw")
    made = noise.wander(np.random.default_rng(1), len(noise_bw), 360.0)
    for line in (noise_bw, made):
        assert share(line, 360.0, 0.0, 0.7, 0.05) > 0.95


@pytest.mark.data
def test_muscle_noise_lies_where_the_recorded_does(ecg_data: Path) -> None:
    """Over 5 Hz, nstdb `ma` and ours behind the front end agree on the share in 15 to 50 Hz."""
    noise_ma = recorded(ecg_data, "ma")
    made = Band(360.0).feed(noise.muscle(np.random.default_rng(1), len(noise_ma), 360.0))
    theirs, ours = (share(line, 360.0, 15.0, 50.0, 5.0) for line in (noise_ma, made))
    assert ours == pytest.approx(theirs, abs=0.15)


def test_motion_reaches_into_the_qrs_band() -> None:
    """Between 2 and 15 Hz lies a good part of it, far more than of wander."""
    rng = np.random.default_rng(2)
    motion, wander = (make(rng, 360 * 300, 360.0) for make in (noise.motion, noise.wander))
    assert share(motion, 360.0, 2.0, 15.0, 0.05) > 0.08
    assert share(wander, 360.0, 2.0, 15.0, 0.05) < 0.005
