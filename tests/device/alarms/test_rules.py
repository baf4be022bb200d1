"""What stands and for how long: latched, acknowledged, paused; nothing of a heart unseen."""

import pytest

from ecg_device.errors import ConfigError
from ecg_device.signals import Reason, SignalState


def in_asystole(ward):
    """A heart that stood still at 6.6 s, noticed at 11 s."""
    heart = ward()
    last_s = heart.beats(1.0, 8, 0.8)
    heart.to(11).rhythm(last_s, "(ASYS")
    return heart.to(11)


def test_a_high_alarm_stays_until_somebody_has_seen_it(ward) -> None:
    heart = in_asystole(ward)
    heart.rhythm(12, "INCONCLUSIVE")
    heart.to(20)
    (alarm,) = heart.alarms.active()
    assert not alarm.holds
    assert alarm.as_json()["text"].endswith("(ended)")
    assert heart.to(3000).alarms.active() == [alarm]
    assert heart.alarms.acknowledge(alarm.id)
    assert heart.alarms.active() == []
    told = [change for one, change in heart.alarms.changes() if one.kind == "asystole"]
    assert told == ["raised", "ended", "acknowledged"]


def test_acknowledged_while_it_holds_it_goes_with_its_cause(ward) -> None:
    heart = in_asystole(ward)
    assert heart.alarms.acknowledge(None)
    assert heart.one("asystole").acknowledged
    assert heart.to(12).kinds == ["asystole"]
    heart.rhythm(12, "INCONCLUSIVE")
    assert heart.to(15).alarms.active() == []


def test_a_pause_that_became_asystole_is_not_told_after_it(ward) -> None:
    heart = in_asystole(ward)
    assert heart.kinds == ["asystole"]
    heart.rhythm(12, "INCONCLUSIVE")
    heart.alarms.acknowledge(None)
    assert heart.to(14.5).alarms.active() == []


def test_what_comes_again_is_another_alarm(ward) -> None:
    """The latched one of before gives way to it, and nobody has acknowledged the new one."""
    heart = in_asystole(ward)
    first = heart.one("asystole").id
    heart.alarms.acknowledge(first)
    heart.rhythm(12, "INCONCLUSIVE")
    heart.to(16)
    heart.rhythm(16, "(ASYS")
    heart.to(20.5)
    assert heart.kinds == ["asystole"]
    assert heart.one("asystole").id != first
    assert not heart.one("asystole").acknowledged


def test_a_medium_alarm_goes_by_itself(ward) -> None:
    heart = ward()
    heart.rate(140)
    heart.rate(140)
    heart.rate(100)
    assert [alarm.holds for alarm in heart.alarms.active()] == [False]
    heart.to(6)
    assert heart.alarms.active() == []


def test_there_is_none_such(ward) -> None:
    assert not ward().alarms.acknowledge("asystole-7")
    assert not ward().alarms.acknowledge(None)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (SignalState.OFF, Reason.RA_OFF),
        (SignalState.OFF, Reason.FLAT),
        (SignalState.SETTLING, Reason.SETTLING),
        (SignalState.NOISY, Reason.NOISE),
    ],
)
def test_of_a_heart_that_cannot_be_seen_nothing_holds(ward, state, reason) -> None:
    """All that stood ends at once with the reason; only the high one waits, marked."""
    heart = in_asystole(ward)
    for n in range(12):
        heart.beat(n, "V")
    heart.rate(140)
    heart.rate(140)
    assert {"asystole", "ventricular-beats", "rate-high"} <= set(heart.kinds)
    heart.quality(state, reason)
    heart.to(14)
    standing = [alarm for alarm in heart.alarms.active() if not alarm.technical]
    assert [alarm.kind for alarm in standing] == ["asystole"]
    assert not standing[0].holds
    assert f"not assessable: {reason}" in standing[0].as_json()["text"]
    for at_s in range(15, 90):  # whatever still comes in
        heart.rhythm(at_s - 10, "(ASYS")
        heart.rate(190)
        assert all(alarm.technical for alarm in heart.alarms.active() if alarm.holds)


def test_a_source_that_failed_ends_them_too(ward) -> None:
    heart = in_asystole(ward)
    heart.alarms.technical("source", "no answer for 2 s")
    assert heart.kinds == ["source"]
    assert "no answer" in heart.one("asystole").over


def test_an_old_count_is_not_raised_again_by_contact(ward) -> None:
    """Minutes after the electrode came off, those ventricular beats are not of the last minute."""
    heart = ward()
    for n in range(12):
        heart.beat(n, "V")
    assert heart.to(12.5).kinds == ["ventricular-beats"]
    heart.quality(SignalState.OFF, Reason.LA_OFF)
    heart.to(13)
    heart.to(300).quality()
    heart.to(301)
    assert heart.kinds == []
    heart.beat(301)
    assert heart.to(302).kinds == []


def test_no_pause_over_bad_signal(ward) -> None:
    heart = ward()
    last_s = heart.beats(1.0, 8, 0.8)
    heart.to(last_s + 1).quality(SignalState.NOISY, Reason.NOISE)
    heart.to(last_s + 3).quality()
    heart.beat(last_s + 3.3)
    assert heart.to(last_s + 3.9).alarms.active() == []


def test_a_source_opened_again_begins_anew(ward) -> None:
    """What stood is not found again, and a new signal's samples count from zero."""
    heart = ward()
    heart.rate(150)
    heart.rate(150)
    heart.alarms.restart(250.0)
    assert heart.kinds == []
    heart.alarms.tick(250, 100.0, 100_000)
    assert heart.kinds == []


def test_the_pause_counts_down_and_hides_nothing(ward) -> None:
    heart = in_asystole(ward)
    heart.alarms.pause(120, now_s=1000.0)
    state = heart.alarms.state(now_s=1030.0, wall_ms=5_000_000)
    assert state["paused_until_ms"] == 5_000_000 + 90_000
    assert [alarm["kind"] for alarm in state["active"]] == ["asystole"]
    assert heart.alarms.state(1119.9, 0)["paused_until_ms"] is not None
    assert heart.alarms.state(1120.0, 0)["paused_until_ms"] is None
    assert heart.alarms.state(1000.0, 0)["paused_until_ms"] is None  # over is over


def test_the_pause_can_be_ended(ward) -> None:
    heart = ward()
    heart.alarms.pause(60, now_s=0.0)
    heart.alarms.resume()
    assert heart.alarms.state(1.0, 0)["paused_until_ms"] is None


@pytest.mark.parametrize("seconds", [9.9, 600.1, 0, -1, float("nan"), float("inf"), True, "60"])
def test_no_pause_is_for_ever(ward, seconds) -> None:
    with pytest.raises(ConfigError, match="10 to 600 seconds"):
        ward().alarms.pause(seconds, now_s=0.0)


def test_since_when_by_the_wall_clock(ward) -> None:
    """Fibrillation since 10 s is told as of then, though raised half a minute later."""
    heart = ward()
    heart.to(20).rhythm(10, "(AFIB")
    heart.to(41)
    assert heart.one("atrial-fibrillation").since_wall_ms == pytest.approx(10_000, abs=3)
