"""The synthetic ECG's shape, measured on noiseless waveforms."""

import numpy as np
import pytest

from ecg_device.signals import FloatArray
from ecg_device.sources.synthetic import Scenario, Truth, render
from ecg_device.sources.synthetic.scenario import (
    AtrialFibrillation,
    Paced,
    Patient,
    Segment,
    Sinus,
    VentricularFibrillation,
    VentricularTachycardia,
)

STILL = Patient(respiration_share=0.0)
SHAPES = {
    "normal": Sinus(duration_s=30, rate_bpm=63),
    "fast": Sinus(duration_s=20, rate_bpm=180),
    "lbbb": Sinus(duration_s=30, conduction="lbbb"),
    "rbbb": Sinus(duration_s=30, conduction="rbbb"),
    "ectopic": Sinus(duration_s=60, pattern="NNVNWNA"),
    "vt": VentricularTachycardia(duration_s=20),
    "af": AtrialFibrillation(duration_s=30, f_wave_mv=0.0),
    "paced": Paced(duration_s=30, mode="dual"),
}


def noiseless(
    *segments: Segment, rate_hz: float = 1000.0, front_end: bool = False, patient: Patient = STILL
) -> tuple[FloatArray, Truth]:
    scenario = Scenario(segments=segments, patient=patient, front_end=front_end, floor_mv=0.0)
    mv, _, truth = render(scenario, rate_hz=rate_hz)
    return mv, truth


def beats_of(mv: FloatArray, truth: Truth, symbol: str, before: int, after: int) -> FloatArray:
    """Cut-outs around every beat of a symbol, the first and last beats left out."""
    return np.array(
        [
            mv[beat.sample - before : beat.sample + after]
            for beat in truth.beats[2:-2]
            if beat.symbol == symbol
        ]
    )


def width_ms(mv: FloatArray, truth: Truth, symbol: str) -> float:
    """How long the mean QRS stays over 4 % of its peak, at 1000 Hz, T waves switched off."""
    beat = np.abs(beats_of(mv, truth, symbol, 120, 120).mean(0))
    above = np.flatnonzero(beat > 0.04 * beat.max())
    return float(above[-1] - above[0] + 1)


@pytest.mark.parametrize("front_end", [False, True])
@pytest.mark.parametrize("rate_hz", [100.0, 250.0, 360.0, 500.0, 1000.0])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_true_r_is_the_peak(shape: str, rate_hz: float, front_end: bool) -> None:
    """The largest deflection within 60 ms of every annotated R is at it, within one sample."""
    mv, truth = noiseless(SHAPES[shape], rate_hz=rate_hz, front_end=front_end)
    reach = round(0.06 * rate_hz)
    windows = np.array([mv[r - reach : r + reach + 1] for r in truth.r_samples[1:-1]])
    assert len(windows) > 15
    assert np.abs(np.abs(windows).argmax(1) - reach).max() <= 1


def test_amplitudes_are_those_asked_for() -> None:
    """R, P and T peaks at the electrodes."""
    patient = Patient(r_mv=0.8, p_mv=0.15, t_mv=0.4, respiration_share=0.0)
    mv, truth = noiseless(Sinus(duration_s=60, rate_bpm=60, sd_ms=0), patient=patient)
    beat = beats_of(mv, truth, "N", 300, 500).mean(0)
    assert beat[300] == pytest.approx(0.8, rel=0.02)
    assert beat[100:220].max() == pytest.approx(0.15, rel=0.02)
    assert beat[400:].max() == pytest.approx(0.4, rel=0.03)


@pytest.mark.parametrize(("r_mv", "t_mv"), [(0.2, 0.06), (1.0, 1.2)])
def test_small_qrs_and_tall_t(r_mv: float, t_mv: float) -> None:
    """The extremes that monitors are tested with are reached within 5 %."""
    patient = Patient(r_mv=r_mv, t_mv=t_mv, respiration_share=0.0)
    mv, truth = noiseless(Sinus(duration_s=30, rate_bpm=80, sd_ms=0), patient=patient)
    beat = beats_of(mv, truth, "N", 60, 450).mean(0)
    assert beat[60] == pytest.approx(r_mv, rel=0.05)
    assert beat[160:].max() == pytest.approx(t_mv, rel=0.05)


def test_every_beat_is_whole() -> None:
    """Over ten minutes at a constant rate each P and each T is like all others, scaled by its R."""
    mv, truth = noiseless(Sinus(duration_s=600, rate_bpm=64.3, sd_ms=0))
    beats = beats_of(mv, truth, "N", 300, 500)
    beats = beats[10:]  # the first T waves still adapt to the rate
    p_and_t = np.delete(beats, slice(240, 360), axis=1) / beats[:, 300:301]
    assert len(beats) > 600
    assert np.abs(p_and_t - np.median(p_and_t, axis=0)).max() < 0.004


def test_inverted_polarity_is_the_same_upside_down() -> None:
    """Swapped electrodes: the negative of the upright signal."""
    segment = Sinus(duration_s=20, pvc_every=5)
    upright, _ = noiseless(segment)
    inverted, _ = noiseless(segment, patient=Patient(polarity="inverted", respiration_share=0.0))
    assert np.array_equal(inverted, -upright)


@pytest.mark.parametrize("qrs_ms", [60, 90, 120])
def test_normal_qrs_is_as_wide_as_asked(qrs_ms: float) -> None:
    """Within 10 %, and independent of the rate."""
    patient = Patient(qrs_ms=qrs_ms, t_mv=0.0, p_mv=0.0, respiration_share=0.0)
    for rate_bpm in (50, 150):
        mv, truth = noiseless(Sinus(duration_s=30, rate_bpm=rate_bpm), patient=patient)
        assert width_ms(mv, truth, "N") == pytest.approx(qrs_ms, rel=0.1)


@pytest.mark.parametrize(
    ("segment", "symbol"),
    [
        (Sinus(duration_s=60, conduction="lbbb"), "L"),
        (Sinus(duration_s=60, conduction="rbbb"), "R"),
    ],
)
def test_blocked_conduction_widens_the_qrs(segment: Segment, symbol: str) -> None:
    """Bundle branch block means a QRS of 120 ms or more."""
    patient = Patient(t_mv=0.0, p_mv=0.0, respiration_share=0.0)
    mv, truth = noiseless(segment, patient=patient)
    assert 120 <= width_ms(mv, truth, symbol) <= 180


def test_a_pvc_is_wide_and_its_t_is_discordant() -> None:
    """At half height at least twice as wide as a normal beat; T against the QRS."""
    mv, truth = noiseless(Sinus(duration_s=60, rate_bpm=60, pvc_every=4))
    half = {
        symbol: int((beats_of(mv, truth, symbol, 100, 100).mean(0) > 0.4).sum()) for symbol in "NV"
    }
    assert half["V"] >= 2 * half["N"]
    ventricular = beats_of(mv, truth, "V", 100, 500).mean(0)
    assert ventricular[100] > 1
    assert ventricular[300:500].min() < -0.3


def test_only_sinus_beats_have_a_p_wave() -> None:
    """Mean voltage where P belongs: the P amplitude in sinus rhythm, none in AF or before a PVC."""
    conducted = Sinus(duration_s=120, rate_bpm=50, pvc_every=4, coupling=0.8)
    sinus, sinus_truth = noiseless(conducted)
    fibrillating, af_truth = noiseless(AtrialFibrillation(duration_s=120, rate_bpm=50, cv=0.1))
    p_wave = slice(20, 90)  # 220 to 150 ms before R, at 50 bpm
    assert beats_of(sinus, sinus_truth, "N", 240, 0).mean(0)[p_wave].max() > 0.11
    assert np.abs(beats_of(sinus, sinus_truth, "V", 240, 0).mean(0)[p_wave]).max() < 0.01
    assert np.abs(beats_of(fibrillating, af_truth, "N", 240, 0).mean(0)[p_wave]).max() < 0.03


def test_an_atrial_premature_beat_has_its_own_p_wave() -> None:
    """Before a PAC the wave is not the sinus P, and the QRS is the normal one."""
    mv, truth = noiseless(Sinus(duration_s=120, rate_bpm=50, pac_every=4, coupling=0.9))
    normal, early = (beats_of(mv, truth, symbol, 260, 60).mean(0) for symbol in "NA")
    assert np.corrcoef(normal[:200], early[:200])[0, 1] < 0.8
    assert np.corrcoef(normal[210:], early[210:])[0, 1] > 0.999


def test_fibrillatory_waves_have_the_asked_pitch_and_size() -> None:
    """The waves alone (with minus without): a peak at 7 Hz, an amplitude near that asked for."""
    mv, _ = noiseless(AtrialFibrillation(duration_s=60, f_wave_hz=7, f_wave_mv=0.1))
    bare, _ = noiseless(AtrialFibrillation(duration_s=60, f_wave_mv=0.0))
    waves = mv - bare
    spectrum = np.abs(np.fft.rfft(waves * np.hanning(len(waves)))) ** 2
    smooth = np.convolve(spectrum, np.ones(31), "same")
    assert np.fft.rfftfreq(len(waves), 1e-3)[smooth.argmax()] == pytest.approx(7, abs=0.7)
    assert 0.05 < np.percentile(np.abs(waves), 95) < 0.2


def test_a_spike_has_its_area_at_any_rate() -> None:
    """A pulse of 8 mV and 1 ms is 8 mV ms, seen at 250 Hz or at 1000."""
    patient = Patient(r_mv=0.0, p_mv=0.0, t_mv=0.0, respiration_share=0.0)
    for rate_hz in (250.0, 1000.0):
        segment = Paced(duration_s=10.7, rate_bpm=60, spike_mv=1.2, capture=0.0)
        mv, _ = noiseless(segment, rate_hz=rate_hz, patient=patient)
        assert mv.sum() / rate_hz == pytest.approx(11 * 1.2e-3, rel=1e-6)


def test_the_qt_interval_follows_bazett() -> None:
    """At 120 bpm T comes sqrt(1/2) as late as at 60."""
    late = []
    for rate_bpm in (60, 120):
        mv, truth = noiseless(Sinus(duration_s=60, rate_bpm=rate_bpm, sd_ms=0))
        late.append(beats_of(mv, truth, "N", 0, 400)[:, 120:].mean(0).argmax() + 120)
    assert late[1] / late[0] == pytest.approx(np.sqrt(0.5), rel=0.03)


def test_fibrillating_ventricles_swing_coarsely() -> None:
    """More than 0.2 mV from peak to peak in every second, with its energy between 2 and 9 Hz."""
    mv, _ = noiseless(VentricularFibrillation(duration_s=30, wave_hz=5), front_end=True)
    seconds = mv[1000:-1000].reshape(-1, 1000)
    assert np.ptp(seconds, axis=1).min() > 0.2
    power = np.abs(np.fft.rfft(mv * np.hanning(len(mv)))) ** 2
    hz = np.fft.rfftfreq(len(mv), 1e-3)
    assert power[(hz > 2) & (hz < 9)].sum() > 0.8 * power.sum()
