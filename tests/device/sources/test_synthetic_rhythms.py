"""The synthetic heart keeps the times it was asked for, measured on its annotations."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import lombscargle

from ecg_device.signals import FloatArray
from ecg_device.sources.synthetic import Scenario, Truth, render
from ecg_device.sources.synthetic.scenario import (
    Asystole,
    AtrialFibrillation,
    Bigeminy,
    Couplets,
    Paced,
    Patient,
    Pause,
    Segment,
    Sinus,
    Trigeminy,
    VentricularFibrillation,
    VentricularTachycardia,
)

PATIENT = Patient()
RATE_HZ = 1000.0  # so that rounding to a sample is 0.5 ms


def truth_of(*segments: Segment, patient: Patient = PATIENT, seed: int = 0) -> Truth:
    scenario = Scenario(segments=segments, patient=patient)
    return render(scenario, seed=seed, rate_hz=RATE_HZ)[2]


def intervals_s(truth: Truth) -> FloatArray:
    return np.diff(truth.r_samples) / RATE_HZ


def symbols(truth: Truth) -> str:
    return "".join(beat.symbol for beat in truth.beats)


@pytest.mark.parametrize("rate_bpm", [30, 60, 120, 240])
def test_sinus_keeps_its_rate(rate_bpm: float) -> None:
    """The mean interval is 60 s over the rate."""
    truth = truth_of(Sinus(duration_s=300, rate_bpm=rate_bpm, sd_ms=5))
    assert intervals_s(truth).mean() == pytest.approx(60 / rate_bpm, rel=0.005)


@pytest.mark.parametrize("sd_ms", [10, 50, 100])
def test_sinus_keeps_its_variability(sd_ms: float) -> None:
    """The intervals' standard deviation is the one asked for."""
    spread = [
        intervals_s(truth_of(Sinus(duration_s=600, rate_bpm=70, sd_ms=sd_ms), seed=seed)).std()
        for seed in range(3)
    ]
    assert np.mean(spread) * 1000 == pytest.approx(sd_ms, rel=0.1)


@pytest.mark.parametrize("lf_hf", [0.25, 3.0])
def test_tachogram_has_the_asked_spectrum(lf_hf: float) -> None:
    """Power at 0.04-0.15 Hz over power at 0.15-0.4 Hz is the ratio asked for (Task Force bands)."""
    truth = truth_of(Sinus(duration_s=900, rate_bpm=75, sd_ms=40, lf_hf=lf_hf))
    at_s, rr = np.array(truth.r_samples[:-1]) / RATE_HZ, intervals_s(truth)
    hz = np.arange(0.01, 0.5, 0.0005)
    power = lombscargle(at_s, rr - rr.mean(), 2 * np.pi * hz)
    low = power[(hz >= 0.04) & (hz < 0.15)].sum()
    high = power[(hz >= 0.15) & (hz < 0.4)].sum()
    assert low / high == pytest.approx(lf_hf, rel=0.3)


def test_respiratory_arrhythmia_follows_the_breath() -> None:
    """Regressed on the patient's breath the intervals swing by `rsa_ms` and by nothing else."""
    patient = Patient(respiration_hz=0.2)
    truth = truth_of(Sinus(duration_s=300, rsa_ms=100, sd_ms=0), patient=patient)
    at_s, rr = np.array(truth.r_samples[:-1]) / RATE_HZ, intervals_s(truth)
    angle = 2 * np.pi * 0.2 * at_s
    columns = np.column_stack([np.ones_like(at_s), np.cos(angle), np.sin(angle)])
    weights = np.linalg.lstsq(columns, rr, rcond=None)[0]
    assert np.hypot(*weights[1:]) == pytest.approx(0.1, rel=0.02)
    assert np.std(rr - columns @ weights) < 0.001


@pytest.mark.parametrize("after_bpm", [120, 40])
def test_rate_steps_at_once(after_bpm: float) -> None:
    """80 bpm to another rate: no interval but the old and the new, at most one between."""
    before = Sinus(duration_s=30, sd_ms=0, rate_bpm=80)
    truth = truth_of(before, replace(before, rate_bpm=after_bpm))
    rr = intervals_s(truth)
    old, new = np.isclose(rr, 0.75, atol=0.002), np.isclose(rr, 60 / after_bpm, atol=0.002)
    assert (~(old | new)).sum() <= 1
    assert old[:30].all()
    assert new[-15:].all()


def test_rate_ramps_linearly() -> None:
    """Half way from 60 to 120 bpm the rate is 90."""
    truth = truth_of(Sinus(duration_s=120, rate_bpm=60, to_bpm=120, sd_ms=0))
    at_s = np.array(truth.r_samples[:-1]) / RATE_HZ
    bpm = 60 / intervals_s(truth)
    assert np.interp([30, 60, 90], at_s, bpm) == pytest.approx([75, 90, 105], rel=0.01)


@pytest.mark.parametrize("rate_bpm", [60, 80, 120])
def test_bigeminy_alternates_with_a_compensatory_pause(rate_bpm: float) -> None:
    """N-V is 62 % of the sinus interval, N-V-N two of them, so all beats count to the rate."""
    truth = truth_of(Bigeminy(duration_s=60, rate_bpm=rate_bpm, sd_ms=0))
    assert symbols(truth).startswith("NVNVNVNVNV")
    rr, sinus_s = intervals_s(truth), 60 / rate_bpm
    assert rr[::2] == pytest.approx(np.full(len(rr[::2]), 0.62 * sinus_s), rel=0.08)
    pairs = rr[: len(rr) // 2 * 2].reshape(-1, 2).sum(1)
    assert pairs == pytest.approx(np.full(len(pairs), 2 * sinus_s), abs=0.02)
    assert len(truth.beats) == pytest.approx(rate_bpm, abs=2)


def test_bidirectional_tachycardia_keeps_its_rate() -> None:
    """Two foci in turn at full coupling: the rate asked for, all ventricular."""
    truth = truth_of(Sinus(duration_s=60, rate_bpm=90, sd_ms=0, pattern="VW", coupling=1.0))
    assert set(symbols(truth)) == {"V"}
    assert len(truth.beats) == pytest.approx(90, abs=2)


def test_an_atrial_premature_beat_resets_the_sinus_node() -> None:
    """Around a PAC the two intervals sum to less than two sinus intervals: not compensatory."""
    truth = truth_of(Sinus(duration_s=60, rate_bpm=60, sd_ms=0, pac_every=5))
    assert symbols(truth)[:10] == "NNNNANNNNA"
    rr = intervals_s(truth)
    assert rr[3] == pytest.approx(0.62, rel=0.08)
    assert 1.5 < rr[3] + rr[4] < 1.9


@pytest.mark.parametrize(
    ("segment", "run", "length"), [(Trigeminy, "NNV", 3), (Couplets, "NNNNNNVV", 8)]
)
def test_patterns_repeat(segment: type[Sinus], run: str, length: int) -> None:
    """The annotations spell the pattern again and again."""
    written = symbols(truth_of(segment(duration_s=60)))
    assert written == (run * 60)[: len(written)]
    assert len(written) > 4 * length


def test_ectopic_chance_is_met() -> None:
    """Of 4000 beats 10 % are PVC and 5 % PAC, within three standard errors."""
    segment = Sinus(duration_s=3000, rate_bpm=80, pvc_probability=0.1, pac_probability=0.05)
    written = symbols(truth_of(segment))
    share = np.array([written.count("V"), written.count("A")]) / len(written)
    margin = 3 * np.sqrt(np.array([0.1 * 0.9, 0.05 * 0.95]) / len(written))
    assert (np.abs(share - [0.1, 0.05]) < margin).all()


def test_fibrillation_is_irregular_as_asked() -> None:
    """CV as set, a long right tail, no memory; sinus rhythm stays under a CV of 0.05."""
    fibrillation = intervals_s(truth_of(AtrialFibrillation(duration_s=1800, rate_bpm=90, cv=0.23)))
    assert fibrillation.mean() == pytest.approx(60 / 90, rel=0.02)
    assert fibrillation.std() / fibrillation.mean() == pytest.approx(0.23, abs=0.015)
    centred = fibrillation - fibrillation.mean()
    assert 0.7 < np.mean(centred**3) / fibrillation.std() ** 3 < 1.4
    assert abs(np.corrcoef(fibrillation[1:], fibrillation[:-1])[0, 1]) < 0.06
    sinus = intervals_s(truth_of(Sinus(duration_s=300, rate_bpm=90)))
    assert sinus.std() / sinus.mean() < 0.05


def test_tachycardia_runs_at_its_rate_and_ends_with_a_pause() -> None:
    """150 bpm of V beats, then at least a second without one."""
    around = Sinus(duration_s=20, rate_bpm=75, sd_ms=0)
    truth = truth_of(around, VentricularTachycardia(duration_s=10, rate_bpm=150), around)
    run = np.array([beat.sample for beat in truth.beats if beat.symbol == "V"]) / RATE_HZ
    assert np.diff(run).mean() == pytest.approx(0.4, rel=0.02)
    following = min(r / RATE_HZ for r in truth.r_samples if r / RATE_HZ > run[-1])
    assert following - run[-1] >= 0.98
    assert [rhythm.aux for rhythm in truth.rhythms] == ["(N", "(VT", "(N"]


@pytest.mark.parametrize(("segment", "aux"), [(Pause, []), (Asystole, ["(ASYS", "(N"])])
def test_a_still_heart_has_no_beats(segment: type[Segment], aux: list[str]) -> None:
    """Nothing beats for the time asked; only asystole changes the rhythm's name."""
    truth = truth_of(Sinus(duration_s=20), segment(duration_s=6), Sinus(duration_s=20))
    assert not [r for r in truth.r_samples if 20.05 < r / RATE_HZ < 26]
    assert 6 <= intervals_s(truth).max() < 7.2
    assert [rhythm.aux for rhythm in truth.rhythms] == ["(N", *aux]


def test_ventricular_fibrillation_is_marked_and_holds_no_beats() -> None:
    """[ at its start, ] at its end, ! on each wave between, beats only outside."""
    truth = truth_of(
        Sinus(duration_s=10),
        VentricularFibrillation(duration_s=20, wave_hz=5),
        Sinus(duration_s=10),
    )
    written = symbols(truth)
    inside = written[written.index("[") + 1 : written.index("]")]
    assert set(inside) == {"!"}
    assert len(inside) == pytest.approx(20 * 5, rel=0.1)
    assert not [r for r in truth.r_samples if 10.1 < r / RATE_HZ < 30]


def test_paced_beats_are_regular_and_some_spikes_fail() -> None:
    """Every interval is a whole number of pacing intervals; half the spikes capture."""
    truth = truth_of(Paced(duration_s=600, rate_bpm=60, capture=0.5))
    rr = intervals_s(truth)
    assert np.abs(rr - np.round(rr)).max() < 0.002
    assert len(truth.beats) == pytest.approx(300, abs=3 * np.sqrt(600 * 0.25))
    assert set(symbols(truth)) == {"/"}


def test_conduction_and_slow_rates_are_named() -> None:
    """Bundle branch blocks give L and R beats; a sinus rhythm under 50 bpm is bradycardia."""
    truth = truth_of(
        Sinus(duration_s=10, conduction="lbbb"),
        Sinus(duration_s=10, conduction="rbbb"),
        Sinus(duration_s=10, rate_bpm=40),
    )
    assert set(symbols(truth)) == {"L", "R", "N"}
    assert [rhythm.aux for rhythm in truth.rhythms] == ["(N", "(SBR"]


def test_annotations_are_in_order() -> None:
    """Sample numbers never go back, as WFDB annotation files demand."""
    truth = truth_of(Sinus(duration_s=120, pvc_probability=0.3, pac_probability=0.2))
    samples = [beat.sample for beat in truth.beats]
    assert samples == sorted(samples)
