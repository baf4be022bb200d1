"""What viewers are told, and what they may wish: granted or refused, never the end of the loop."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ecg_device.alarms import Alarms, Limits
from ecg_device.daemon.batches import Batches
from ecg_device.daemon.kept_limits import KeptLimits
from ecg_device.daemon.model_in_use import ModelInUse
from ecg_device.daemon.state import State
from ecg_device.daemon.storage import Storage
from ecg_device.daemon.watch import Watch
from ecg_device.errors import ConfigError, SourceError
from ecg_device.health import Condition, Health
from ecg_device.live import (
    Acknowledge,
    Broadcast,
    CancelTake,
    PauseAlarms,
    Requests,
    ResumeAlarms,
    SetLimits,
    TakeEcg,
)
from ecg_device.signals import WORKING_RATE_HZ
from ecg_device.sources.synthetic import SyntheticSource, load_scenario
from ecg_device.sources.wire import Taken


class Appliance:
    """The parts around a state, all of them real, played a synthetic heart by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.health, self.broadcast, self.requests = Health(), Broadcast(), Requests()
        self.storage = Storage(str(folder), 1.0, self.health, live=False)
        self.limits = KeptLimits(folder, self.health)
        self.alarms = Alarms(self.limits.load(), WORKING_RATE_HZ)
        model = ModelInUse("none", refused=lambda error: None)
        self.state = State(
            self.broadcast, self.storage, self.alarms, self.limits, self.health, model
        )
        self._blocks: Any = iter(())

    def begin(self) -> Watch:
        source = SyntheticSource(load_scenario("sinus"), seed=1)
        self._blocks = source.blocks()
        self.watch = Watch(
            source.info,
            "synthetic",
            alarms=self.alarms,
            batches=Batches(self.broadcast, source.info.rate_hz, 1),
            keep=self.storage.keep,
            finished=self.state.take_finished,
        )
        self.state.begin(self.watch, 1)
        return self.watch

    def play(self, seconds: float) -> None:
        stop = self.watch.tally.signal.stop + seconds * 360
        for block in self._blocks:
            self.watch.feed(Taken(block, 0, 0), None)
            if block.stop >= stop:
                return

    def ask(self, request: Any) -> Any:
        answer = self.requests.ask(request)
        self.requests.serve(self.state.grant)
        return answer.result(0)

    def told(self) -> dict[str, Any]:
        self.state._next_look_s = 0.0
        self.state.publish_if_due()
        return self.state.latest()


@pytest.fixture
def appliance(tmp_path: Path) -> Iterator[Appliance]:
    appliance = Appliance(tmp_path / "data")
    with closing(appliance.storage):
        yield appliance


def test_without_a_signal_all_is_said_to_be_unknown(appliance: Appliance) -> None:
    """No rate, no rhythm, and an ECG is refused with the reason; the state is JSON."""
    told = appliance.told()
    assert told["heart_rate"]["bpm"] is None and told["rhythm"]["reason"] == "no signal"
    with pytest.raises(SourceError, match="no ECG can be taken"):
        appliance.ask(TakeEcg(10))
    json.dumps(told, allow_nan=False)


def test_a_source_that_is_away_shows_no_rate_but_its_name(appliance: Appliance) -> None:
    """What was known of the heart goes with the signal; which source is missed stays."""
    appliance.begin()
    appliance.play(20)
    told = appliance.told()
    assert told["heart_rate"]["bpm"] == pytest.approx(72, abs=4)
    appliance.watch.finish()
    appliance.state.end()
    gone = appliance.told()
    assert gone["heart_rate"]["bpm"] is None and gone["source"] == told["source"] is not None
    assert gone["sampling"] is None and gone.keys() == told.keys()


def test_an_ecg_is_taken_and_kept_under_a_number(appliance: Appliance) -> None:
    """Ten seconds of it; then its number, under which the page can read it."""
    appliance.begin()
    appliance.play(10)
    assert appliance.ask(TakeEcg(10))["phase"] == "contact"
    with pytest.raises(ConfigError, match="a recording is being taken"):
        appliance.ask(TakeEcg(30))
    appliance.play(15)
    end = time.monotonic() + 10
    while (take := appliance.told()["take"])["recording"] is None and time.monotonic() < end:
        time.sleep(0.02)
    assert (take["phase"], take["recording"]) == ("done", 1)


def test_an_ecg_whose_signal_ends_fails_and_says_so(appliance: Appliance) -> None:
    """The reason outlasts the watch; nothing is kept; it can be cancelled and asked for anew."""
    appliance.begin()
    appliance.play(10)
    appliance.ask(TakeEcg(30))
    appliance.play(5)
    appliance.watch.finish()
    appliance.state.end()
    take = appliance.told()["take"]
    assert take["phase"] == "failed" and "ended" in take["reason"]
    appliance.ask(CancelTake())
    appliance.begin()
    assert appliance.ask(TakeEcg(10))["phase"] == "contact"


def test_limits_last_and_a_wrong_one_changes_nothing(appliance: Appliance) -> None:
    """What was set is there after a restart; what was refused is not, in part neither."""
    appliance.ask(SetLimits({"rate_high_bpm": 111}))
    with pytest.raises(ConfigError):
        appliance.ask(SetLimits({"rate_high_bpm": 112, "rate_low_bpm": "low"}))
    assert appliance.alarms.limits.rate_high_bpm == 111
    assert KeptLimits(appliance.folder, Health()).load() == appliance.alarms.limits


@pytest.mark.parametrize("content", ["", "[]", '{"rate_high_bpm": "x"}', '{"quux": 1}', "\0"])
def test_limits_that_cannot_be_read_are_the_shipped_ones(tmp_path: Path, content: str) -> None:
    """It is told as a complaint, and is no reason not to watch; saved anew, it is over."""
    (tmp_path / "alarm-limits.json").write_text(content)
    health = Health()
    kept = KeptLimits(tmp_path, health)
    assert kept.load() == Limits() and health.condition is Condition.DEGRADED
    assert "alarm-limits.json" in health.complaints[0].reason
    kept.save(Limits())
    assert health.complaints == ()
    assert KeptLimits(tmp_path, Health()).load() == Limits()


def test_wishes_about_alarms(appliance: Appliance) -> None:
    """A pause is shown until it is over; what is not there cannot be acknowledged."""
    appliance.ask(PauseAlarms(60))
    told = appliance.told()
    assert told["alarms"]["paused_until_ms"] - told["now_ms"] == pytest.approx(60_000, abs=1000)
    appliance.ask(ResumeAlarms())
    assert appliance.told()["alarms"]["paused_until_ms"] is None
    assert appliance.ask(Acknowledge("nothing-1")) is False
    with pytest.raises(ConfigError):
        appliance.ask(PauseAlarms(10**9))


def test_what_has_not_changed_is_told_once_a_second(appliance: Appliance) -> None:
    """A change is told at once, the same again is not."""
    appliance.told()
    before = appliance.broadcast.next_seq
    for _ in range(5):
        appliance.told()
    assert appliance.broadcast.next_seq <= before + 1  # a slow machine may take a second
    appliance.health.unwell("model", Condition.DEGRADED, "damaged")
    assert appliance.told()["health"]["state"] == "degraded"
    assert appliance.broadcast.next_seq > before
