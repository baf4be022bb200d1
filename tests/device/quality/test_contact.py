"""Contact: what is certain about the electrodes, by construction and by the simulated AD8232."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_device.pipeline import Pipeline
from ecg_device.quality import MISSING, SATURATED, Contact
from ecg_device.signals import (
    Block,
    Classification,
    Event,
    FloatArray,
    LeadBits,
    LeadState,
    Quality,
    Reason,
    SignalInfo,
    SignalState,
    Span,
)
from ecg_device.sources.synthetic import Scenario, front_end, render
from ecg_device.sources.synthetic.scenario import Dropout, LeadOff, Patient, Saturation, Sinus

SECOND = 360
OFF_S, ON_S, END_S = 10, 16, 30
LEADS = [
    (LeadState.RA_OFF, Reason.RA_OFF),
    (LeadState.LA_OFF, Reason.LA_OFF),
    (LeadState.CABLE_OFF, Reason.CABLE_OFF),
]
FAULTS = [*LEADS, (MISSING, Reason.GAP), (SATURATED, Reason.SATURATED)]


@dataclass(frozen=True)
class Judged:
    """All that a `Contact` said of one signal."""

    changes: list[Quality]
    unusable: list[Span]

    def state(self, sample: float) -> SignalState:
        return next(q.state for q in reversed(self.changes) if q.sample <= sample)

    def reasons(self, start_s: float, stop_s: float) -> set[Reason]:
        """All reasons told from a time to another."""
        return {
            change.reason
            for change in self.changes
            if start_s * SECOND <= change.decided < stop_s * SECOND
        }


def judged(mv: FloatArray, flags: LeadBits, edges: list[int] | None = None) -> Judged:
    contact, told = Contact(), Judged([], [])
    for low, high in pairwise(edges or [0, len(mv)]):
        report = contact.feed(mv[low:high], flags[low:high])
        told.changes.extend(report.changes)
        told.unusable.extend(report.unusable)
    return told


@pytest.fixture(scope="module")
def heart() -> FloatArray:
    """Thirty seconds of an ECG with nothing wrong."""
    return render(Scenario(segments=(Sinus(duration_s=END_S),)))[0]


def no_flags(mv: FloatArray) -> LeadBits:
    return np.zeros(len(mv), np.uint8)


def test_good_signal_is_ok_within_three_seconds_and_stays_so(heart: FloatArray) -> None:
    """First the reason why nothing is known, then OK, then nothing more to say."""
    first, second = judged(heart, no_flags(heart)).changes
    assert first == Quality(0, 0, SignalState.SETTLING, Reason.STARTING)
    assert second.state is SignalState.OK and second.sample <= 3 * SECOND


@pytest.mark.parametrize(("bits", "reason"), FAULTS)
def test_each_fault_has_its_reason_and_passes(heart: FloatArray, bits: int, reason: Reason) -> None:
    """Within a second OFF with the right reason; SETTLING after it; OK again within 3 s."""
    flags = no_flags(heart)
    flags[OFF_S * SECOND : ON_S * SECOND] = bits
    told = judged(heart, flags)
    off, settling, ok = told.changes[2:]
    assert (off.state, off.reason) == (SignalState.OFF, reason)
    assert OFF_S * SECOND - 18 <= off.sample <= off.decided <= (OFF_S + 1) * SECOND
    assert (settling.state, settling.reason) == (SignalState.SETTLING, Reason.SETTLING)
    assert ON_S * SECOND <= settling.sample <= ON_S * SECOND + 18
    assert ok.state is SignalState.OK
    assert settling.sample < ok.sample <= (ON_S + 3) * SECOND


@pytest.mark.parametrize(("bits", "reason"), FAULTS)
def test_off_from_the_start(heart: FloatArray, bits: int, reason: Reason) -> None:
    """A device switched on without electrodes says which, and never OK."""
    told = judged(heart, np.full(len(heart), bits, np.uint8))
    assert told.changes[-1].reason is reason
    assert all(change.state is not SignalState.OK for change in told.changes)


def test_another_electrode_is_another_reason(heart: FloatArray) -> None:
    """RA off, then LA too: both bits mean RL or the cable."""
    flags = no_flags(heart)
    flags[OFF_S * SECOND :] = LeadState.RA_OFF
    flags[13 * SECOND :] = LeadState.RA_OFF | LeadState.LA_OFF
    told = [change.reason for change in judged(heart, flags).changes[2:]]
    assert told == [Reason.RA_OFF, Reason.CABLE_OFF]


@pytest.mark.parametrize("rate_hz", [250, 360])
@pytest.mark.parametrize(
    ("electrode", "reason"),
    [("RA", Reason.RA_OFF), ("LA", Reason.LA_OFF), ("RL", Reason.CABLE_OFF)],
)
@pytest.mark.parametrize("start_s", [10.0, 10.23])
def test_simulated_front_end(listen, rate_hz, electrode, reason, start_s) -> None:
    """An AD8232 that loses an electrode for 6 s: told within 1 s, answers again 3 s after."""
    fault = LeadOff(start_s=start_s, duration_s=6, electrode=electrode)
    heard = listen(Scenario(segments=(Sinus(duration_s=END_S),), faults=(fault,)), rate_hz=rate_hz)
    assert heard.state_at(start_s - 0.1) is SignalState.OK
    assert heard.state_at(start_s + 1) is SignalState.OFF
    assert next(q.reason for q in heard.qualities if q.state is SignalState.OFF) is reason
    assert {heard.state_at(start_s + t) for t in np.arange(1, 5.9, 0.1)} == {SignalState.OFF}
    assert SignalState.SETTLING in {heard.state_at(start_s + 6 + t) for t in np.arange(0, 3, 0.05)}
    assert {heard.state_at(start_s + 9 + t) for t in range(5)} == {SignalState.OK}


@pytest.mark.parametrize("rail", ["high", "low"])
def test_output_at_a_rail(listen, rail) -> None:
    """With every electrode attached and the output at 1.5 mV for 5 s, it is told why."""
    fault = Saturation(start_s=10, duration_s=5, rail=rail)
    heard = listen(Scenario(segments=(Sinus(duration_s=END_S),), faults=(fault,)))
    off = [q for q in heard.qualities if q.state is SignalState.OFF]
    assert [q.reason for q in off] == [Reason.SATURATED]
    assert 10 * SECOND - 18 <= off[0].decided <= 11 * SECOND
    assert heard.state_at(19) is SignalState.OK


@pytest.mark.parametrize("level_mv", [0.0, 0.7, -1.2])
def test_flat_from_the_start_is_never_ok(level_mv: float) -> None:
    """A constant, or one that only a converter's last bit moves, is no signal: told within 3 s."""
    rng = np.random.default_rng(1)
    for mv in (
        np.full(60 * SECOND, level_mv),
        level_mv + 0.003 * rng.integers(0, 2, 60 * SECOND),
    ):
        told = judged(mv, no_flags(mv))
        assert all(change.state is not SignalState.OK for change in told.changes)
        assert told.changes[-1].reason is Reason.FLAT
        assert told.changes[-1].decided <= 3 * SECOND


def test_line_that_goes_flat(heart: FloatArray) -> None:
    """A stuck converter is told within 3 s, an asystole with an amplifier's noise is not flat."""
    mv = heart.copy()
    mv[OFF_S * SECOND :] = mv[OFF_S * SECOND]
    told = judged(mv, no_flags(mv))
    assert told.changes[-1].reason is Reason.FLAT
    assert told.changes[-1].decided <= (OFF_S + 3) * SECOND
    mv[OFF_S * SECOND :] += 0.004 * np.random.default_rng(0).standard_normal(20 * SECOND)
    assert judged(mv, no_flags(mv)).changes[-1].state is SignalState.OK


@pytest.mark.parametrize("r_mv", [3.0, 6.0, 10.0])
def test_tall_r_waves_that_clip_are_an_ecg(listen, r_mv: float) -> None:
    """R waves cut off at the rail for tens of ms are no reason to turn off."""
    patient = Patient(r_mv=r_mv)
    assert (render(Scenario(segments=(Sinus(duration_s=5),), patient=patient))[0] == 1.5).any()
    heard = listen(Scenario(segments=(Sinus(duration_s=60),), patient=patient))
    assert SignalState.OFF not in {q.state for q in heard.qualities}
    assert heard.state_at(5) is SignalState.OK


def through_amplifier(r_mv: float) -> tuple[FloatArray, np.ndarray]:
    """Two minutes of triangular R waves 100 ms wide behind the AD8232, and when they were."""
    at = np.arange(SECOND, 120 * SECOND, 300)
    mv = np.zeros(121 * SECOND)
    for peak in at:
        mv[peak - 18 : peak + 19] += r_mv * np.bartlett(37)
        mv[peak + 60 : peak + 160] += 0.3 * np.hanning(100)
    mv += 0.01 * np.random.default_rng(3).standard_normal(len(mv))
    return front_end.clip(front_end.Band(SECOND).feed(mv)), at


def events_of(mv: FloatArray, block: int = 1 << 20) -> list[Event]:
    pipeline = Pipeline(SignalInfo("rails", SECOND, rails_mv=(-1.5, 1.5)))
    events: list[Event] = []
    for start in range(0, len(mv), block):
        events += pipeline.feed(Block(start, mv[start : start + block]))
    return events + pipeline.finish()


def beats_of(events: list[Event]) -> np.ndarray:
    return np.array([e.beat.sample for e in events if isinstance(e, Classification)])


@pytest.mark.parametrize("r_mv", [2.2, 4.0])
def test_clipped_r_waves_are_beats(r_mv: float) -> None:
    """Once settled, at least 99 % of R waves that the rails cut are let out, and nothing else."""
    mv, at = through_amplifier(r_mv)
    assert (mv >= 1.5).sum() > len(at)
    beats, at = beats_of(events_of(mv)), at[at >= 5 * SECOND]
    found = [np.abs(beats - peak).min() <= 54 for peak in at]
    assert np.mean(found) >= 0.99
    assert all(np.abs(at - beat).min() <= 54 for beat in beats[beats >= 5 * SECOND])


@pytest.mark.parametrize("block", [1, 7, 250])
def test_clipped_r_waves_in_any_blocks(block: int) -> None:
    """A rail reached in a wave and then for good: the same events however it is cut."""
    mv = through_amplifier(4.0)[0][: 12 * SECOND].copy()
    mv[10 * SECOND + 77 :] = 1.5
    assert events_of(mv, block) == events_of(mv)


@pytest.mark.parametrize("rail_mv", [-1.5, 1.5])
@pytest.mark.parametrize("after", range(0, 300, 37))
def test_step_to_a_rail_is_off_and_no_beat(rail_mv: float, after: int) -> None:
    """A lead torn off, without comparators, anywhere in a cycle: OFF in 250 ms, never a beat."""
    mv = through_amplifier(1.0)[0][: 12 * SECOND].copy()
    start = 8 * SECOND + after
    mv[start:] = rail_mv
    events = events_of(mv)
    off = [e for e in events if isinstance(e, Quality) and e.state is SignalState.OFF]
    assert [q.reason for q in off] == [Reason.SATURATED]
    assert start < off[0].decided <= start + SECOND // 4
    assert not (beats_of(events) > start + 3).any()


@pytest.mark.parametrize(("held_ms", "is_off"), [(150, False), (190, False), (250, True)])
@pytest.mark.parametrize("phase", range(0, 18, 5))
def test_how_long_a_rail_may_be_held(
    heart: FloatArray, held_ms: int, is_off: bool, phase: int
) -> None:
    """As long as a wide QRS lasts is a wave; a quarter of a second is none."""
    flags = no_flags(heart)
    start = OFF_S * SECOND + phase
    flags[start : start + round(0.36 * held_ms)] = SATURATED
    told = judged(heart, flags).reasons(OFF_S, END_S)
    assert (Reason.SATURATED in told) is is_off


@pytest.mark.parametrize("shown_as", ["nan", "gap"])
def test_single_lost_samples_are_no_reason(listen, shown_as) -> None:
    """One sample in a hundred lost here and there changes no state."""
    lost = Dropout(share=0.01, burst_ms=0, shown_as=shown_as)
    heard = listen(Scenario(segments=(Sinus(duration_s=60),), faults=(lost,)))
    assert heard.truth.lost_samples > 100
    assert SignalState.OFF not in {q.state for q in heard.qualities}


@pytest.mark.parametrize("burst_ms", [50, 120, 400])
def test_bursts_are_a_gap(heart: FloatArray, burst_ms: int) -> None:
    """Where a whole frame is missing, an R wave may be: OFF, and it says what is missing."""
    flags = no_flags(heart)
    start = OFF_S * SECOND + 5
    flags[start : start + round(burst_ms * 0.36)] = MISSING
    told = judged(heart, flags)
    assert told.reasons(OFF_S, OFF_S + 1) >= {Reason.GAP}
    assert told.state((OFF_S + 4) * SECOND) is SignalState.OK


def test_slow_settling_is_waited_for(heart: FloatArray) -> None:
    """A baseline that still falls by a millivolt a second is not settled; at rest it soon is."""
    falling = np.clip(3.0 - np.arange(len(heart)) / SECOND, 0.0, None)
    flags = no_flags(heart)
    flags[: SECOND // 2] = LeadState.RA_OFF
    told = judged(heart + falling, flags)
    assert {told.state(t * SECOND) for t in (1.0, 1.5, 2.0)} == {SignalState.SETTLING}
    assert told.state(6 * SECOND) is SignalState.OK


def test_wandering_line_is_not_waited_for(heart: FloatArray) -> None:
    """Breath that moves the baseline by 2 mV all the time: OK 4 s after contact all the same."""
    breath = np.sin(2 * np.pi * 0.5 * np.arange(len(heart)) / SECOND)
    flags = no_flags(heart)
    flags[:SECOND] = LeadState.RA_OFF
    assert judged(heart + breath, flags).state(5 * SECOND) is SignalState.OK


signals = st.lists(
    st.tuples(
        st.integers(1, 900),  # samples
        st.sampled_from([0, 0, 0, 0, 1, 2, 3, MISSING, SATURATED, MISSING | SATURATED]),
        st.sampled_from([0.0, 0.001, 0.1, 2.0]),  # noise in mV
    ),
    min_size=1,
    max_size=12,
)


@given(signals, st.integers(0, 2**32))
@settings(max_examples=60)
def test_report_is_whole_and_the_same_for_any_blocks(signal, seed: int) -> None:
    """Changes in order, each new; unusable exactly where the state is not OK; cuts no matter."""
    rng = np.random.default_rng(seed)
    mv = np.concatenate([mv * rng.standard_normal(n) for n, _, mv in signal])
    flags = np.concatenate([np.full(n, bits, np.uint8) for n, bits, _ in signal])
    told = judged(mv, flags)
    edges = sorted({0, len(mv), *rng.integers(0, len(mv) + 1, 9).tolist()})
    pieces = judged(mv, flags, edges)
    assert pieces.changes == told.changes
    assert covered(pieces.unusable, len(mv)).tolist() == covered(told.unusable, len(mv)).tolist()
    for before, after in pairwise(told.changes):
        assert before.sample <= after.sample and before.decided < after.decided
        assert (before.state, before.reason) != (after.state, after.reason)
    whole = len(mv) // 18 * 18
    ok = [told.state(sample) is SignalState.OK for sample in range(whole)]
    assert covered(told.unusable, whole).tolist() == [not is_ok for is_ok in ok]
    assert all(bool(q.reason) is (q.state is not SignalState.OK) for q in told.changes)


def covered(spans: list[Span], samples: int) -> np.ndarray:
    inside = np.zeros(samples, np.bool_)
    for low, high in spans:
        inside[low:high] = True
    return inside
