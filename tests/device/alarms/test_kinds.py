"""Each kind of alarm: at its limit and not before, as urgent as it is, told with its numbers."""

import pytest

from ecg_device.alarms import Limits, Priority
from ecg_device.signals import Reason, SignalState


@pytest.mark.parametrize(
    ("bpm", "kind", "priority"),
    [
        (131, "rate-high", Priority.MEDIUM),
        (161, "extreme-rate-high", Priority.HIGH),
        (44, "rate-low", Priority.MEDIUM),
        (34, "extreme-rate-low", Priority.HIGH),
    ],
)
def test_a_rate_beyond_its_limit_twice(ward, bpm: float, kind: str, priority: Priority) -> None:
    """One such rate may be a mistake, two a second apart are none; one alarm for one thing."""
    heart = ward()
    heart.rate(bpm)
    assert heart.kinds == []
    heart.rate(bpm)
    assert heart.kinds == [kind]
    alarm = heart.one(kind)
    assert (alarm.priority, alarm.value, alarm.technical) == (priority, bpm, False)
    sign = ">" if bpm > 100 else "<"
    assert alarm.text == f"HR {bpm} {sign} {alarm.limit:g}"


@pytest.mark.parametrize("bpm", [130, 130.4, 45, 44.6, 70])
def test_a_rate_at_its_limit_is_none(ward, bpm: float) -> None:
    """What is shown as 130 is not above 130."""
    heart = ward()
    for _ in range(10):
        heart.rate(bpm)
    assert heart.kinds == []


def test_a_rate_around_its_limit_does_not_flap(ward) -> None:
    """Ten seconds on either side of 130: one alarm; over when 3 bpm within and lingered."""
    heart = ward()
    for bpm in (132, 132, 129, 131, 128, 132, 129, 128, 131, 129):
        heart.rate(bpm)
    assert heart.kinds == ["rate-high"]
    assert [change for _, change in heart.alarms.changes()] == ["raised"]
    heart.rate(127)
    assert heart.kinds == []
    for _ in range(2):
        heart.rate(127)
    assert heart.alarms.active() == []
    assert [change for _, change in heart.alarms.changes()] == ["ended"]


def test_alternating_rates_raise_nothing(ward) -> None:
    """Never twice in a row beyond the limit."""
    heart = ward()
    for _ in range(10):
        heart.rate(135)
        heart.rate(125)
    assert heart.alarms.changes() == []


def test_an_extreme_rate_stands_for_the_high_one(ward) -> None:
    """While it is extreme only that is shown; later the lesser one."""
    heart = ward()
    for bpm in (140, 140, 170, 170):
        heart.rate(bpm)
    assert heart.kinds == ["extreme-rate-high"]
    for _ in range(4):
        heart.rate(140)
    assert heart.kinds == ["rate-high"]


@pytest.mark.parametrize(
    ("length_s", "kinds"), [(2.9, []), (3.0, []), (3.1, ["pause"]), (3.9, ["pause"])]
)
def test_a_pause_between_two_beats(ward, length_s: float, kinds: list[str]) -> None:
    heart = ward()
    last_s = heart.beats(1.0, 8, 0.8)
    heart.beat(last_s + length_s)
    heart.to(last_s + length_s + 0.5)
    assert heart.kinds == kinds
    for alarm in heart.alarms.active():
        assert (alarm.priority, alarm.limit) == (Priority.MEDIUM, 3.0)
        assert alarm.value == pytest.approx(length_s, abs=0.05)
        assert alarm.since == pytest.approx(last_s * 360, abs=1)


def test_a_pause_that_goes_on_is_told_before_it_ends(ward) -> None:
    """Once every beat in it would have its name, 0.6 s later; it can be read for 10 s after."""
    heart = ward()
    last_s = heart.beats(1.0, 8, 0.8)
    assert heart.to(last_s + 3.5).kinds == []
    assert heart.to(last_s + 3.7).kinds == ["pause"]
    heart.beat(last_s + 3.8)
    heart.to(last_s + 4.3)
    over_s = heart.now_s
    for n in range(1, 16):
        heart.beat(last_s + 3.8 + n * 0.8)
        heart.to(over_s + n * 0.8)
        assert bool(heart.alarms.active()) == (n * 0.8 <= 10)


@pytest.mark.parametrize(("asystole_s", "silent_s"), [(4, 4), (6, 6), (8, 8)])
def test_asystole_after_its_limit(ward, asystole_s: float, silent_s: float) -> None:
    """Four seconds of good signal without a QRS as shipped; later where one chose so."""
    heart = ward(Limits(asystole_s=asystole_s))
    last_s = heart.beats(1.0, 8, 0.8)
    heart.to(last_s + 3.8)
    heart.rhythm(last_s, "(ASYS")
    heart.to(last_s + silent_s - 0.1)
    assert "asystole" not in heart.kinds
    heart.to(last_s + silent_s + 0.1)
    assert heart.kinds == ["asystole"]
    alarm = heart.one("asystole")
    assert (alarm.priority, alarm.value, alarm.limit) == (Priority.HIGH, silent_s, asystole_s)


def test_asystole_says_what_a_pause_and_a_low_rate_would(ward) -> None:
    heart = ward()
    for _ in range(8):
        heart.beat(heart.now_s + 0.5)
        heart.rate(40)
    assert heart.kinds == ["rate-low"]
    last_s = heart.now_s - 0.5
    heart.to(last_s + 3.8)
    heart.rhythm(last_s, "(ASYS")
    heart.to(last_s + 4.2)
    assert heart.kinds == ["asystole"]


@pytest.mark.parametrize(
    ("count", "kind", "priority"),
    [
        (3, "ventricular-run", Priority.MEDIUM),
        (4, "ventricular-run", Priority.MEDIUM),
        (5, "ventricular-tachycardia", Priority.HIGH),
        (9, "ventricular-tachycardia", Priority.HIGH),
    ],
)
def test_runs(ward, count: int, kind: str, priority: Priority) -> None:
    """Short ones are told, from five beats on they are a tachycardia."""
    heart = ward()
    last_s = heart.beats(1.0, 8, 0.8)
    first_s = last_s + 0.5
    heart.beats(first_s, count, 0.4, "V")
    heart.rhythm(first_s, "(VT", "ventricular tachycardia")
    heart.to(first_s + 0.4 * count + 0.5)
    assert heart.kinds == [kind]
    alarm = heart.one(kind)
    assert (alarm.priority, alarm.value) == (priority, 150.0)
    assert f"{count} beats at 150 bpm" in alarm.text


def test_a_slow_ventricular_rhythm(ward) -> None:
    heart = ward()
    heart.beats(1.0, 6, 1.0, "V")
    heart.rhythm(1.0, "(IVR", "ventricular rhythm")
    heart.to(7.0)
    assert heart.kinds == ["ventricular-rhythm"]
    assert heart.one("ventricular-rhythm").priority is Priority.MEDIUM


def test_ventricular_beats_in_a_minute(ward) -> None:
    """Ten in a minute are within the limit, eleven are not; over at eight."""
    heart = ward()
    for n in range(10):
        heart.beat(5 + 4 * n, "V")
        heart.beat(6 + 4 * n)
    assert heart.to(43).kinds == []
    heart.beat(45, "V")
    assert heart.to(46).kinds == ["ventricular-beats"]
    alarm = heart.one("ventricular-beats")
    assert (alarm.priority, alarm.value, alarm.limit) == (Priority.LOW, 11.0, 10.0)
    heart.beat(65.5)  # the first one is a minute ago: ten
    assert heart.to(66).kinds == ["ventricular-beats"]
    heart.beat(73.5)  # eight
    assert heart.to(74).kinds == []


def test_fibrillation_that_lasts(ward) -> None:
    heart = ward()
    heart.to(20).rhythm(10, "(AFIB", "atrial fibrillation likely")
    assert heart.to(40).kinds == []
    assert heart.to(40.1).kinds == ["atrial-fibrillation"]
    assert heart.one("atrial-fibrillation").priority is Priority.LOW
    heart.rhythm(40, "(N", "sinus rhythm")
    assert heart.to(41).kinds == []


@pytest.mark.parametrize("reason", [Reason.RA_OFF, Reason.LA_OFF, Reason.CABLE_OFF])
def test_an_electrode_at_once(ward, reason: Reason) -> None:
    heart = ward()
    heart.to(10).quality(SignalState.OFF, reason)
    heart.to(10.04)
    assert heart.kinds == ["lead-off"]
    alarm = heart.one("lead-off")
    assert (alarm.priority, alarm.technical) == (Priority.MEDIUM, True)
    assert alarm.text.lower() == str(reason).lower()


@pytest.mark.parametrize(
    ("state", "reason", "after_s", "kind", "priority"),
    [
        (SignalState.OFF, Reason.FLAT, 2, "no-signal", Priority.MEDIUM),
        (SignalState.OFF, Reason.SATURATED, 2, "no-signal", Priority.MEDIUM),
        (SignalState.OFF, Reason.GAP, 2, "no-signal", Priority.MEDIUM),
        (SignalState.NOISY, Reason.NOISE, 10, "noise", Priority.LOW),
    ],
)
def test_a_signal_that_stays_bad(ward, state, reason, after_s, kind, priority) -> None:
    heart = ward()
    heart.to(10).quality(state, reason)
    assert heart.to(10 + after_s - 0.1).kinds == []
    assert heart.to(10 + after_s).kinds == [kind]
    assert (heart.one(kind).priority, heart.one(kind).technical) == (priority, True)


def test_a_heart_that_cannot_be_seen_for_changing_reasons(ward) -> None:
    """Noise, settling and a moment without signal in turn: after 10 s it is told all the same."""
    heart = ward()
    heart.to(10).quality(SignalState.NOISY, Reason.NOISE)
    heart.to(14).quality(SignalState.OFF, Reason.FLAT)
    heart.to(15).quality(SignalState.SETTLING, Reason.SETTLING)
    heart.to(19).quality(SignalState.NOISY, Reason.NOISE)
    assert heart.to(19.9).kinds == []
    assert heart.to(20).kinds == ["noise"]
    assert "not assessed" in heart.one("noise").text


@pytest.mark.parametrize(
    ("component", "priority"),
    [("source", Priority.MEDIUM), ("storage", Priority.LOW), ("model", Priority.LOW)],
)
def test_a_part_that_complains_until_it_is_well(ward, component: str, priority: Priority) -> None:
    heart = ward()
    heart.to(10)
    heart.alarms.technical(component, "broken\nin two")
    assert heart.kinds == [component]
    assert heart.one(component).text == f"{component.capitalize()}: broken in two"
    assert (heart.one(component).priority, heart.one(component).technical) == (priority, True)
    heart.alarms.technical(component, None)
    assert heart.kinds == []
    assert heart.to(12.1).alarms.active() == []


def test_a_part_may_be_more_urgent_than_usual(ward) -> None:
    heart = ward()
    heart.alarms.technical("storage", "full", Priority.MEDIUM)
    assert heart.one("storage").priority is Priority.MEDIUM


def test_a_model_that_fails_five_times(ward) -> None:
    """One beat without a name is none; without a bundle at all the reason is told as well."""
    heart = ward()
    for n in range(5):
        assert heart.to(n + 1).kinds == []
        heart.beat(n, "Q", Reason.MODEL_FAILED)
    assert heart.to(6).kinds == ["model"]
    heart.beat(6)
    assert heart.to(7).kinds == []


@pytest.mark.parametrize("name", ["rate_low_bpm", "rate_high_bpm", "pause_s", "pvc_per_min"])
def test_what_is_off_is_not_raised(ward, name: str) -> None:
    heart = ward(Limits().changed({name: None}))
    for bpm in (40, 40, 140, 140):
        heart.rate(bpm)
    for n in range(12):
        heart.beat(5 + n, "V")
    heart.beat(19.5, "N")
    heart.to(20)
    shown = {alarm.kind for alarm in heart.alarms.active()}
    everything = {"rate-high", "pause", "ventricular-beats"}
    off = {"rate_high_bpm": "rate-high", "pause_s": "pause", "pvc_per_min": "ventricular-beats"}
    assert shown == everything - {off.get(name, "")}


def test_the_most_urgent_comes_first(ward) -> None:
    heart = ward()
    heart.alarms.technical("storage", "full")
    for n in range(12):
        heart.beat(n, "V")
    for _ in range(2):
        heart.rate(150)
    for _ in range(2):
        heart.rate(180)
    priorities = [alarm.priority for alarm in heart.alarms.active()]
    assert priorities == [Priority.HIGH, Priority.LOW, Priority.LOW]
    assert heart.alarms.active()[-1].technical


def test_a_pause_that_is_no_asystole_by_the_limits_that_hold(ward) -> None:
    """The pipeline speaks of asystole after 4 s; who allows 8 hears of 7 s as of a pause."""
    heart = ward(Limits(pause_s=6.0, asystole_s=8.0))
    last_s = heart.beats(1.0, 5, 0.8)
    heart.to(last_s + 4.5).rhythm(last_s, "(ASYS", "asystole")
    heart.to(last_s + 5.9)
    assert heart.kinds == []
    heart.to(last_s + 6.9)
    assert heart.kinds == ["pause"]
    heart.to(last_s + 8.1)
    assert heart.kinds == ["asystole"]
