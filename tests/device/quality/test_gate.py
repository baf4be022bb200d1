"""The gate: clean signals pass, hopeless noise does not, and it does not flutter between."""

import numpy as np
import pytest

from ecg_device.pipeline import Pipeline
from ecg_device.quality import Gate
from ecg_device.signals import (
    Beat,
    Block,
    Classification,
    Event,
    FloatArray,
    HeartRate,
    Judged,
    Quality,
    Reason,
    SignalInfo,
    SignalState,
)
from ecg_device.sources.synthetic import Scenario, load_scenario
from ecg_device.sources.synthetic.scenario import Asystole, Muscle, Patient, Sinus

SECOND = 360
CLEAN = (
    "sinus sinus-arrhythmia af bigeminy trigeminy couplets ectopy lbbb rbbb paced vt-run".split()
)


@pytest.mark.slow
@pytest.mark.parametrize("name", CLEAN)
def test_clean_signal_is_never_noisy(listen, name: str) -> None:
    """Without noise there is none, whatever the rhythm and the shape of the beats."""
    for seed in range(2):
        heard = listen(load_scenario(name), seed=seed)
        assert SignalState.NOISY not in {q.state for q in heard.qualities}


@pytest.mark.parametrize("bpm", [30, 60, 120, 200])
@pytest.mark.parametrize("r_mv", [0.3, 1.0, 3.0])
def test_no_rate_and_no_size_is_noise(listen, bpm: int, r_mv: float) -> None:
    """Slow or fast, small or tall: a clean ECG is read."""
    patient = Patient(r_mv=r_mv, p_mv=0.1 * r_mv, t_mv=0.3 * r_mv)
    segment = Sinus(duration_s=60, rate_bpm=bpm, sd_ms=5)
    heard = listen(Scenario(segments=(segment,), patient=patient))
    assert SignalState.NOISY not in {q.state for q in heard.qualities}


def heard_of(mv: FloatArray) -> list[Event]:
    pipeline = Pipeline(SignalInfo("noise", 360.0))
    return pipeline.feed(Block(0, mv)) + pipeline.finish()


@pytest.mark.parametrize("rms_mv", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("slope", [0, 1])
def test_noise_alone_is_no_ecg(rms_mv: float, slope: int) -> None:
    """A minute of noise without a heart: in its second half NOISY, or at least no beats."""
    rng = np.random.default_rng(slope)
    mv = rng.standard_normal(60 * SECOND)
    if slope:  # 1/f, as of muscles and motion
        spectrum = np.fft.rfft(mv)
        spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
        mv = np.fft.irfft(spectrum, len(mv))
    events = heard_of(rms_mv * mv / mv.std())
    late = [e for e in events if isinstance(e, Classification) and e.beat.decided > 30 * SECOND]
    state = [e.state for e in events if isinstance(e, Quality)][-1]
    assert state is SignalState.NOISY or len(late) <= 3


def test_drowned_heart_is_noisy(listen) -> None:
    """Muscle five times as strong as the heart: NOISY with its reason before half a minute."""
    segments = (Sinus(duration_s=90),)
    fault = Muscle(rms_mv=1.0, start_s=20, duration_s=40)
    heard = listen(Scenario(segments=segments, faults=(fault,), patient=Patient(r_mv=0.2)))
    told = [q for q in heard.qualities if 20 * SECOND < q.decided < 50 * SECOND]
    assert any(q.state is SignalState.NOISY and q.reason is Reason.NOISE for q in told)
    assert heard.state_at(85) is SignalState.OK


def test_while_noisy_no_rate_is_shown(listen) -> None:
    """From NOISY to the next OK there is no number, and the reason is the noise."""
    segments = (Sinus(duration_s=90),)
    fault = Muscle(rms_mv=1.0, start_s=20, duration_s=40)
    heard = listen(Scenario(segments=segments, faults=(fault,), patient=Patient(r_mv=0.2)))
    state = SignalState.SETTLING
    shown: list[HeartRate] = []
    for event in heard.events:
        if isinstance(event, Quality):
            state = event.state
        elif state is SignalState.NOISY:
            assert not isinstance(event, Classification)
            shown += [event] if isinstance(event, HeartRate) else []
    assert len(shown) > 5
    assert all(rate.bpm is None and rate.reason is Reason.NOISE for rate in shown)


def test_asystole_is_not_noise(listen) -> None:
    """An amplifier's own noise holds no candidates: good signal, no heart."""
    heard = listen(Scenario(segments=(Asystole(duration_s=60),)))
    assert heard.qualities[-1].state is SignalState.OK


SURE = 8.0, 0.0, 1.0  # log odds, log size, likeness: each beat like the last
DOUBTFUL = 0.2, 1.0, 0.1  # as well a beat as not, now large, now small, like nothing seen before


def beat_at(time_s: float) -> Beat:
    sample = round(time_s * SECOND)
    return Beat(sample, sample + 70, 1.0, 1.0)


def opened() -> Gate:
    gate = Gate()
    gate.contact(Quality(0, 0, SignalState.SETTLING, Reason.STARTING))
    gate.contact(Quality(SECOND, SECOND, SignalState.OK))
    return gate


def after(gate: Gate, first: int, count: int, kind: tuple[float, float, float]) -> list[Quality]:
    """What the gate says in seconds of three candidates each, every other one larger."""
    score, strength, agreement = kind
    told: list[Quality] = []
    for second in range(first, first + count):
        for i in range(3):
            at = (second - 1) * SECOND + 100 * i + 50
            gate.candidate(Judged(at, score, strength * (-1) ** (second + i), agreement))
        told += gate.second(second * SECOND)
    return told


def test_sure_candidates_keep_it_open() -> None:
    """Beats beyond doubt, all alike: never noise."""
    gate = opened()
    assert after(gate, 2, 300, SURE) == []
    assert gate.lets_out(beat_at(300))


def test_doubt_closes_it_and_trust_opens_it_again() -> None:
    """NOISY within 20 s, its reason told once; OK at most 20 s after the doubts end."""
    gate = opened()
    after(gate, 2, 20, SURE)
    (noisy,) = after(gate, 22, 20, DOUBTFUL)
    assert (noisy.state, noisy.reason) == (SignalState.NOISY, Reason.NOISE)
    assert not gate.lets_out(beat_at(41))
    (ok,) = after(gate, 42, 20, SURE)
    assert ok.state is SignalState.OK
    assert gate.lets_out(beat_at(61))
    assert not gate.lets_out(beat_at(ok.sample / SECOND - 0.1))  # it happened in the noise


def test_it_does_not_flutter() -> None:
    """Wherever the limit lies, doubt that changes by a percent there changes the state once."""
    for share in np.linspace(0.0, 1.0, 40):
        gate = opened()
        told: list[Quality] = []
        for second in range(2, 242):
            mixed = share + 0.01 * (-1) ** second
            level = [s + mixed * (d - s) for s, d in zip(SURE, DOUBTFUL, strict=True)]
            told += after(gate, second, 1, (level[0], level[1], level[2]))
        assert len(told) <= 2


def test_contact_lost_wins_over_noise() -> None:
    """NOISY, then an electrode off: the reason is the electrode, and noise is forgotten."""
    gate = opened()
    after(gate, 2, 30, DOUBTFUL)
    lost = Quality(31 * SECOND + 9, 31 * SECOND + 26, SignalState.OFF, Reason.RA_OFF)
    assert gate.contact(lost) == [lost]
    assert gate.second(32 * SECOND) == []
    back = Quality(35 * SECOND, 35 * SECOND, SignalState.OK)
    assert gate.contact(back) == [back]
    assert gate.second(36 * SECOND) == []
