"""From simulated electrodes to alarms: raised where the heart was made to be so, and nowhere."""

from collections.abc import Callable, Iterable

import pytest

from ecg_device.alarms import Alarms, Limits
from ecg_device.pipeline import Pipeline
from ecg_device.signals import Name
from ecg_device.sources.synthetic import Scenario, SyntheticSource, load_scenario
from ecg_device.sources.synthetic.scenario import Asystole, LeadOff, Sinus

Moments = dict[str, list[float]]


@pytest.fixture(scope="module")
def watched() -> Callable[..., Moments]:
    """Each kind of alarm with the seconds at which it held; beats by their true names."""

    def watch(scenario: Scenario, limits: Limits | None = None) -> Moments:
        source = SyntheticSource(scenario, block_s=0.25)

        def name(view) -> Name:
            nearest = min(source.truth.beats, key=lambda b: abs(b.sample - view.beat.sample))
            return Name(nearest.symbol, 1.0)

        pipeline, alarms = Pipeline(source.info, name), Alarms(limits or Limits(), 360.0)
        held: Moments = {}
        for block in source.blocks():
            now_s = block.stop / 360
            for event in pipeline.feed(block):
                alarms.feed(event, now_s)
            alarms.tick(block.stop, now_s, round(1000 * now_s))
            for alarm in alarms.active():
                if alarm.holds:
                    held.setdefault(alarm.kind, []).append(now_s)
        return held

    return watch


def within(moments: Iterable[float], start_s: float, stop_s: float) -> bool:
    return all(start_s <= at_s <= stop_s for at_s in moments)


def test_sinus_rhythm_raises_nothing(watched) -> None:
    assert watched(load_scenario("sinus")) == {}


def test_asystole(watched) -> None:
    """The heart stands from 40 to 60 s: told within 10 s (with the good signal, 4 s of silence)."""
    held = watched(load_scenario("asystole"))
    assert 43.0 <= min(held["asystole"]) <= 46.0
    assert within(held["asystole"], 40, 63)
    assert max(held["asystole"]) >= 59.5
    assert set(held) <= {"asystole", "rate-low", "pause"}
    assert within(held.get("rate-low", []), 25, 80)


def test_pauses_of_three_and_of_five_seconds(watched) -> None:
    """Between sinus beats 1.03 s apart: about 3.5 s from 40 s on, a pause; 5.5 s, asystole."""
    held = watched(load_scenario("pause"))
    assert set(held) <= {"pause", "asystole", "rate-low"}
    assert within(held["asystole"], 83 + 4 - 1.1, 92)
    assert any(41 <= at_s <= 46 for at_s in held["pause"])
    assert not any(at_s < 41 or 57 < at_s < 84 for at_s in held["pause"])


def test_fibrillation(watched) -> None:
    """From 60 to 240 s; told when likely for 30 s."""
    held = watched(load_scenario("af"))
    assert 90 <= min(held["atrial-fibrillation"]) <= 125
    assert within(held["atrial-fibrillation"], 90, 262)


def test_runs_of_ventricular_tachycardia(watched) -> None:
    """Runs of three beats before 40 s; 8 s of tachycardia from there, 3 s from 78 s on."""
    held = watched(load_scenario("vt-run"))
    assert min(held["ventricular-run"]) < 40
    tachycardia = held["ventricular-tachycardia"]
    assert 41 <= min(tachycardia) <= 45
    assert any(78 <= at_s <= 83 for at_s in tachycardia)
    assert within(tachycardia, 41, 83.5)
    assert not any(52 <= at_s <= 78 for at_s in tachycardia)
    assert "asystole" not in held


def test_each_electrode_in_turn(watched) -> None:
    """Told while it is off (15-23, 40-48, 65-77 s), never as a standing heart."""
    held = watched(load_scenario("lead-off"))
    off = [(15, 23), (40, 48), (65, 77)]
    for start_s, stop_s in off:
        inside = [at_s for at_s in held["lead-off"] if start_s <= at_s < stop_s + 1]
        assert min(inside) <= start_s + 1.0
        assert max(inside) >= stop_s - 0.5
    assert all(any(a <= at_s <= b + 1 for a, b in off) for at_s in held["lead-off"])
    assert within(held["no-signal"], 67, 100.5)
    assert set(held) == {"lead-off", "no-signal"}


def test_bigeminy_is_many_ventricular_beats(watched) -> None:
    held = watched(load_scenario("bigeminy"))
    assert 35 <= min(held["ventricular-beats"]) <= 50
    assert set(held) == {"ventricular-beats"}


def test_a_heart_that_stands_while_an_electrode_is_off(watched) -> None:
    """Nothing is said of it while nobody can see it; once contact is good, it is."""
    scenario = Scenario(
        segments=(Sinus(duration_s=20), Asystole(duration_s=40)),
        faults=(LeadOff(start_s=18, duration_s=15),),
    )
    held = watched(scenario)
    assert within(held["lead-off"], 18, 34)
    assert min(held["asystole"]) >= 33 + 4
    assert "pause" not in held


def test_a_lead_that_comes_off_ends_the_asystole_at_once(watched) -> None:
    scenario = Scenario(
        segments=(Sinus(duration_s=20), Asystole(duration_s=30), Sinus(duration_s=10)),
        faults=(LeadOff(start_s=30, duration_s=29),),
    )
    held = watched(scenario)
    assert within(held["asystole"], 23, 31)
    assert max(held["lead-off"]) >= 58
