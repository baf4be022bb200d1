"""The tracker over time: when it speaks, when it falls silent, and why."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_device.rhythm import RhythmTracker
from ecg_device.signals import (
    WORKING_RATE_HZ,
    Beat,
    Classification,
    Event,
    HeartRate,
    Quality,
    Reason,
    Rhythm,
    SignalState,
)

TACHYCARDIA = "tachycardia of unknown origin"


def lost(at_s: float, until_s: float) -> tuple[Quality, Quality]:
    off, on = round(at_s * WORKING_RATE_HZ), round(until_s * WORKING_RATE_HZ)
    return (
        Quality(off, off, SignalState.OFF, Reason.RA_OFF),
        Quality(on, on, SignalState.OK),
    )


def test_regular_rhythm_after_twelve_intervals(play) -> None:
    """First the reason why nothing is known, then the rhythm from the first beat on."""
    starting, regular = play([0.8] * 40).rhythms
    assert starting.aux == "INCONCLUSIVE" and starting.reason is Reason.STARTING
    assert regular.aux == "(N" and regular.name == "regular rhythm"
    assert regular.sample == 0.5 * WORKING_RATE_HZ
    assert regular.decided == round((0.5 + 12 * 0.8) * WORKING_RATE_HZ) + 170
    assert regular.evidence[0].startswith("75 bpm")


@pytest.mark.parametrize(
    ("bpm", "aux", "name"), [(42, "(SBR", "bradycardia"), (130, "INCONCLUSIVE", TACHYCARDIA)]
)
def test_slow_and_fast_are_announced_within_eleven_seconds(play, bpm, aux, name) -> None:
    """After a step from 75 bpm, bedside monitors must tell within 11 s."""
    played = play([0.8] * 30 + [60 / bpm] * 40)
    announced = next(r for r in played.rhythms if r.name == name)
    assert announced.aux == aux
    assert announced.decided / WORKING_RATE_HZ <= 0.5 + 30 * 0.8 + 11 + 1
    assert f"{bpm} bpm" in announced.evidence[0]


@pytest.mark.parametrize(("state", "seconds"), [(SignalState.NOISY, 2), (SignalState.OFF, 5)])
def test_noise_does_not_restart_the_rate_but_lost_contact_does(play, state, seconds) -> None:
    """At 60 bpm a rate takes one interval after 4 s of noise, four after the electrode was off."""
    since, until = 20 * WORKING_RATE_HZ, 24 * WORKING_RATE_HZ
    broken = (Quality(since, since, state, Reason.NOISE), Quality(until, until, SignalState.OK))
    played = play([1.0] * 40, changes=broken)
    assert all(played.bpm_at(second) is None for second in range(20, 24 + seconds))
    shown = [played.bpm_at(second) for second in range(24 + seconds, 38)]
    assert shown == pytest.approx([60.0] * len(shown))


@pytest.mark.parametrize("bpm", [110, 130, 170, 210])
@pytest.mark.parametrize("jitter_s", [0.0, 0.004])
def test_unnamed_tachycardia_claims_no_origin(play, bpm: int, jitter_s: float) -> None:
    """A minute of fast regular beats, then sinus: intervals cannot tell where they came from."""
    rng = np.random.default_rng(6)
    fast = 60 / bpm + jitter_s * rng.standard_normal(bpm)
    played = play([0.8] * 20 + list(fast) + [1.2] + [0.8] * 60)
    found = next(r for r in played.rhythms if r.name == TACHYCARDIA)
    assert found.aux == "INCONCLUSIVE" and found.reason is Reason.NO_MODEL
    assert {r.aux for r in played.rhythms} == {"INCONCLUSIVE", "(N"}
    assert played.rhythms[-1].name.startswith("regular rhythm")


@pytest.mark.parametrize(("bpm", "aux"), [(130, "(N"), (170, "(SVTA")])
def test_named_tachycardia_is_told_by_its_beats(play, bpm: int, aux: str) -> None:
    """Where a classifier calls all beats normal, a fast regular rhythm comes from the atria."""
    last = play([60 / bpm] * 60, ["N"] * 61).rhythms[-1]
    assert (last.aux, last.name) == (aux, "tachycardia")


def test_a_doubt_now_and_then_does_not_unname_a_rhythm(play) -> None:
    """Every fifth beat is Q to the classifier: a fast rhythm stays the one its other beats say."""
    names = ["Q" if at % 5 == 0 else "N" for at in range(121)]
    played = play([60 / 130] * 120, names)
    assert [r.name for r in played.rhythms[1:]] == ["tachycardia"]


def test_steady_intervals_are_never_fibrillation(play) -> None:
    """After irregular fast beats, a pause and a steady rhythm: no AF from what is left of them."""
    rng = np.random.default_rng(11)
    steady = 0.9 + 0.01 * rng.standard_normal(40)
    played = play([0.45, 0.3, 0.5, 2.4, *steady])
    assert "(AFIB" not in [r.aux for r in played.rhythms]


def test_rate_at_the_limit_does_not_chatter(play) -> None:
    """A rate that swings between 49 and 51 bpm is called slow once."""
    rng = np.random.default_rng(2)
    bpm = 50 + np.sin(np.arange(300) / 8) + 0.2 * rng.standard_normal(300)
    assert play(60 / bpm).names.count("bradycardia") == 1


def test_fibrillation_starts_and_ends(play) -> None:
    """Two minutes of random intervals between regular ones: one episode of AF, there."""
    rng = np.random.default_rng(4)
    quiet, random = 0.85 + 0.015 * rng.standard_normal(150), rng.normal(0.6, 0.15, 200).clip(0.3)
    played = play([*quiet, *random, *quiet])
    began = next(r for r in played.rhythms if r.aux == "(AFIB")
    ended = next(r for r in played.rhythms if r.sample > began.sample)
    assert [r.aux for r in played.rhythms].count("(AFIB") == 1
    began_s, ended_s = began.sample / WORKING_RATE_HZ, ended.sample / WORKING_RATE_HZ
    assert began_s == pytest.approx(0.5 + quiet.sum(), abs=30)
    assert ended_s == pytest.approx(0.5 + quiet.sum() + random.sum(), abs=30)
    assert any("likelihood" in said for said in began.evidence)


def test_asystole_is_flagged_and_the_rate_withdrawn(play) -> None:
    """Four seconds without a QRS in a good signal: asystole within ten, and no stale rate."""
    played = play([0.8] * 30, silence_s=20)
    last_beat = 0.5 + 30 * 0.8
    asystole = played.rhythms[-1]
    assert asystole.aux == "(ASYS" and asystole.sample == round(last_beat * WORKING_RATE_HZ)
    assert 4 <= asystole.decided / WORKING_RATE_HZ - last_beat <= 6
    late = [r for r in played.rates if r.sample / WORKING_RATE_HZ > last_beat + 6]
    assert len(late) >= 10
    assert all(r.bpm is None and r.reason is Reason.NO_BEATS for r in late)


def test_the_silence_of_an_asystole_is_in_no_rate(play) -> None:
    """75 bpm, 30 s of nothing, 75 bpm: never another number, and the asystole lasts those 30 s."""
    played = play([0.8] * 25 + [30.0] + [0.8] * 25)
    first_after = 0.5 + 25 * 0.8 + 30.0
    assert {round(r.bpm, 6) for r in played.rates if r.bpm is not None} == {75.0}
    began = next(i for i, r in enumerate(played.rhythms) if r.aux == "(ASYS")
    ended = played.rhythms[began + 1]
    assert ended.sample == round(first_after * WORKING_RATE_HZ)
    assert ended.reason is Reason.STARTING


def test_lead_off_is_never_asystole(play) -> None:
    """With an electrode off there are no beats either: the reason is told, not an asystole."""
    off, _ = lost(25.2, 0)
    played = play([0.8] * 30, silence_s=30, changes=[off])
    assert "(ASYS" not in [r.aux for r in played.rhythms]
    assert played.rhythms[-1].aux == "INCONCLUSIVE"
    assert played.rhythms[-1].reason is Reason.RA_OFF
    assert played.rates[-1].bpm is None and played.rates[-1].reason is Reason.RA_OFF


def test_no_interval_spans_lost_signal(play) -> None:
    """Beats at 75 bpm with 6 s lost: the rate is 75 or none, and no pause is seen."""
    rr_s = [0.8] * 25 + [6.4] + [0.8] * 25
    played = play(rr_s, changes=lost(20.8, 26.0))
    shown = {round(r.bpm, 6) for r in played.rates if r.bpm is not None}
    assert shown == {75.0}
    assert "pause" not in played.names
    assert played.tracker.variability().sdnn_ms == pytest.approx(0.0, abs=1e-6)


def test_same_calls_same_events(play) -> None:
    """The tracker is a function of its calls."""
    rr_s = np.random.default_rng(8).uniform(0.3, 2.5, 300)
    assert play(rr_s).events == play(rr_s).events


def test_a_rate_each_second(play) -> None:
    """Each tick brings one rate, number or reason."""
    played = play([0.8] * 50)
    assert [r.sample // WORKING_RATE_HZ for r in played.rates] == list(
        range(1, len(played.rates) + 1)
    )
    assert all((r.bpm is None) is (r.reason is not Reason.NONE) for r in played.rates)


Step = tuple[str, int, str, float, SignalState]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["beat", "beat", "beat", "tick", "quality"]),
        st.integers(0, 1200),
        st.sampled_from(list("NVASQ/FLe")),
        st.floats(-1, 1),
        st.sampled_from(SignalState),
    ),
    max_size=150,
)


@given(STEPS, st.booleans())
def test_any_sequence(steps: list[Step], starts_ok: bool) -> None:
    """Never an error, never a rate or a rhythm while not OK, and time goes forward."""
    tracker, now, state = RhythmTracker(), 0, SignalState.SETTLING
    heard: list[Rhythm] = []
    if starts_ok:
        steps = [("quality", 0, "N", 0.0, SignalState.OK), *steps]
    for what, later, symbol, agreement, new_state in steps:
        now += later
        events: list[Event]
        if what == "beat":
            beat = Beat(max(0, now - 60), now, 1.0, agreement)
            events = tracker.beat(beat) + tracker.named(Classification(beat, now, symbol))
        elif what == "tick":
            events = tracker.tick(now)
            assert sum(isinstance(event, HeartRate) for event in events) == 1
        else:
            state = new_state
            reason = Reason.NONE if state is SignalState.OK else Reason.NOISE
            events = tracker.quality(Quality(now, now, state, reason))
        for event in events:
            if state is not SignalState.OK:
                assert event.reason is not Reason.NONE
                assert getattr(event, "bpm", None) is None
            if isinstance(event, Rhythm):
                heard.append(event)
    tracker.variability()
    assert all(a.sample < b.sample for a, b in pairwise(heard))
    assert all(a.decided <= b.decided for a, b in pairwise(heard))
    assert all(r.sample <= r.decided for r in heard)
