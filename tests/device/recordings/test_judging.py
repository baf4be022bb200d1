"""What a recording is said to show, against what the simulated heart did."""

from collections import Counter

import numpy as np
import pytest

from ecg_device.recordings import judge
from ecg_device.recordings.advice import advice
from ecg_device.signals import Reason
from ecg_device.sources.synthetic import Scenario
from ecg_device.sources.synthetic.scenario import (
    Asystole,
    AtrialFibrillation,
    Bigeminy,
    Motion,
    Muscle,
    Sinus,
    VentricularTachycardia,
)


def true_beats(take, truth) -> list:
    """The beats of the recording that are surely inside."""
    return [b for b in truth.beats if b.is_beat and take.start + 5 <= b.sample < take.stop - 5]


@pytest.mark.parametrize("seconds", [10, 30])
@pytest.mark.parametrize("bpm", [48, 72, 110])
def test_rate_and_count_are_the_hearts(recorded, bpm: int, seconds: int) -> None:
    scenario = Scenario(segments=(Sinus(duration_s=60, rate_bpm=bpm),))
    finished, truth, _ = recorded(scenario, seconds, after_s=20)
    result, beats = finished.result, true_beats(finished.take, truth)
    rr_s = np.diff([beat.sample for beat in beats]) / 360
    assert result.rates.mean == pytest.approx(60 / rr_s.mean(), rel=0.02)
    assert result.rates.lowest <= result.rates.mean <= result.rates.highest
    assert set(result.beats) == {"N"}
    assert abs(result.beats["N"] - len(beats)) <= 1
    assert (result.usable, result.seconds) == (1.0, seconds)
    assert result.conclusive
    assert result.aux == ("(SBR" if bpm < 50 else "(N")
    assert ("rule out atrial fibrillation" in result.conclusion) == (seconds < 30)


def test_ectopic_beats_are_counted(recorded) -> None:
    scenario = Scenario(segments=(Sinus(duration_s=60, pvc_every=7, pac_every=11),))
    finished, truth, _ = recorded(scenario)
    wanted = Counter(beat.symbol for beat in true_beats(finished.take, truth))
    found = Counter(finished.result.beats)
    assert set(found) == set(wanted)
    assert all(abs(found[symbol] - wanted[symbol]) <= 1 for symbol in wanted)
    assert f"{found['V']} ventricular beats" in finished.result.conclusion.lower()


@pytest.mark.parametrize(
    ("segment", "aux"),
    [
        (AtrialFibrillation(duration_s=60), "(AFIB"),
        (Bigeminy(duration_s=60), "(B"),
    ],
)
def test_the_rhythm_is_the_hearts(recorded, segment, aux: str) -> None:
    finished, _, _ = recorded(Scenario(segments=(segment,)), after_s=25)
    assert finished.result.conclusive
    assert finished.result.aux == aux
    assert finished.result.evidence


@pytest.mark.parametrize(
    ("segment", "aux"),
    [(VentricularTachycardia(duration_s=5), "(VT"), (Asystole(duration_s=7), "(ASYS")],
)
def test_what_is_grave_is_told_however_short(recorded, segment, aux: str) -> None:
    scenario = Scenario(segments=(Sinus(duration_s=30), segment, Sinus(duration_s=30)))
    finished, _, _ = recorded(scenario, after_s=20)
    assert (finished.result.conclusive, finished.result.aux) == (True, aux)


@pytest.mark.parametrize("seconds", [10, 30])
def test_noise_is_inconclusive_with_a_reason_and_advice(recorded, seconds: int) -> None:
    """Good contact, then movement from soon after the beginning on."""
    noise = (Motion(start_s=5.5, rms_mv=1.0), Muscle(start_s=5.5, rms_mv=0.5))
    scenario = Scenario(segments=(Sinus(duration_s=60),), faults=noise)
    result = recorded(scenario, seconds)[0].result
    assert not result.conclusive
    assert result.reason
    assert result.advice == advice(result.reason)
    assert result.conclusion.startswith("Inconclusive: ")
    assert all(result.intervals[name].value is None for name in ("pr_ms", "qrs_ms", "qt_ms"))


def test_too_few_beats_to_say(built) -> None:
    result = judge(built(bpm=25, seconds=10).take())
    assert (result.conclusive, result.reason) == (False, "too few beats")


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason])
def test_every_reason_has_advice(reason: Reason) -> None:
    """A sentence, as kind words end: with what to do."""
    assert advice(str(reason)).endswith(".")
    assert advice("something else").endswith(".")
    assert advice("") == ""


def test_no_heart_is_called_healthy(recorded) -> None:
    conclusion = recorded(Scenario(segments=(Sinus(duration_s=60),)))[0].result.conclusion
    assert not any(word in conclusion.lower() for word in ("normal", "healthy", "fine", "okay"))
