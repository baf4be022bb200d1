"""Taking an ECG: contact, countdown, what comes between, and a signal kept to the sample."""

import numpy as np
import pytest

from ecg_device.errors import ConfigError
from ecg_device.recordings import Finished, Taker
from ecg_device.signals import (
    Block,
    Quality,
    Reason,
    SignalInfo,
    SignalState,
)
from ecg_device.sources.synthetic import Scenario, render
from ecg_device.sources.synthetic.scenario import LeadOff, Sinus

RATE_HZ = 360
INFO = SignalInfo("bench", float(RATE_HZ), band_hz=(0.48, 41.0))
GOOD = Quality(0, 0, SignalState.OK)


class Bench:
    """A taker fed in blocks of a quarter second."""

    def __init__(self, *events: Quality) -> None:
        self.taker = Taker(INFO)
        self.at = 0
        self.done: list[Finished] = []
        self.feed(0.25, *events)

    def feed(self, seconds: float, *events: Quality) -> "Bench":
        stop = self.at + round(seconds * RATE_HZ)
        while self.at < stop:
            block = Block(self.at, np.arange(self.at, self.at + 90) / 1000)
            if (finished := self.taker.feed(block, events)) is not None:
                self.done.append(finished)
            events = ()
            self.at += 90
        return self

    def quality(self, state: SignalState, reason: Reason = Reason.NONE) -> Quality:
        return Quality(self.at, self.at, state, reason)

    def phase(self) -> object:
        return self.taker.state()["phase"]


def test_from_the_wish_to_the_result() -> None:
    """Contact that is good begins the countdown, which ends at zero; then the last names."""
    bench = Bench(GOOD).feed(2)
    assert bench.phase() == "idle"
    bench.taker.ask(10)
    assert bench.phase() == "contact"
    bench.feed(0.25)
    assert bench.phase() == "recording"
    remaining = []
    while bench.phase() == "recording":
        remaining.append(bench.taker.state()["remaining_s"])
        bench.feed(0.25)
    assert remaining == pytest.approx([10 - 0.25 * n for n in range(40)], abs=0.051)
    assert bench.phase() == "naming"
    assert bench.done == []
    bench.feed(0.75)
    assert (bench.phase(), bench.taker.state()["remaining_s"]) == ("done", 0.0)
    bench.taker.kept(17)
    assert bench.taker.state()["recording"] == 17
    take = bench.done[0].take
    assert (take.stop - take.start, take.seconds) == (3600, 10)
    assert np.array_equal(take.mv, np.arange(take.start, take.stop) / 1000)


def test_it_waits_for_contact_and_says_why() -> None:
    """Until the contact has been good for a second."""
    bench = Bench(Quality(0, 0, SignalState.OFF, Reason.RA_OFF)).feed(1)
    bench.taker.ask(10)
    bench.feed(5)
    state = bench.taker.state()
    assert (state["phase"], state["reason"]) == ("contact", "electrode RA off")
    assert "right arm" in state["advice"]
    bench.feed(0.75, bench.quality(SignalState.OK))
    assert bench.phase() == "contact"
    bench.feed(0.5)
    assert bench.phase() == "recording"


def test_its_patience_ends() -> None:
    bench = Bench(Quality(0, 0, SignalState.OFF, Reason.LA_OFF)).feed(1)
    bench.taker.ask(30)
    bench.feed(20)
    assert bench.phase() == "contact"
    bench.feed(0.5)
    state = bench.taker.state()
    assert (state["phase"], state["reason"]) == ("failed", "electrode LA off")
    assert "left arm" in state["advice"]
    bench.taker.ask(10)  # and it may be tried again
    assert bench.phase() == "contact"


@pytest.mark.parametrize("seconds", [0, 9, 20, -30, 10.5, "30", None, True])
def test_only_10_or_30_seconds(seconds) -> None:
    with pytest.raises(ConfigError, match="10 or 30 seconds"):
        Bench(GOOD).taker.ask(seconds)


def test_one_at_a_time() -> None:
    bench = Bench(GOOD).feed(2)
    bench.taker.ask(10)
    with pytest.raises(ConfigError, match="being taken"):
        bench.taker.ask(30)
    bench.feed(3)
    with pytest.raises(ConfigError, match="cancel"):
        bench.taker.ask(10)
    assert bench.taker.state()["seconds"] == 10


@pytest.mark.parametrize("after_s", [0, 5, 10.5])
def test_cancelled_nothing_is_kept(after_s: float) -> None:
    bench = Bench(GOOD).feed(2)
    bench.taker.ask(10)
    bench.feed(after_s)
    bench.taker.cancel()
    assert bench.phase() == "idle"
    bench.feed(15)
    assert bench.done == []


def test_a_signal_that_goes_away() -> None:
    bench = Bench(GOOD).feed(2)
    bench.taker.ask(10)
    bench.feed(4)
    bench.taker.fail("the source failed")
    state = bench.taker.state()
    assert (state["phase"], state["reason"]) == ("failed", "the source failed")
    assert state["advice"]


def test_a_signal_that_ends() -> None:
    """Too early it fails; where only names were waited for it is finished without them."""
    early, late = Bench(GOOD).feed(2), Bench(GOOD).feed(2)
    for bench, seconds in ((early, 5), (late, 10.25)):
        bench.taker.ask(10)
        bench.feed(seconds)
    assert early.taker.finish() is None
    assert early.phase() == "failed"
    finished = late.taker.finish()
    assert finished is not None
    assert late.phase() == "done"


def test_missing_samples_are_missing() -> None:
    """A gap keeps its place: the rest is not moved together."""
    bench = Bench(GOOD).feed(2)
    bench.taker.ask(10)
    bench.feed(5)
    gap = bench.at
    bench.at += 180
    bench.feed(8)
    take = bench.done[0].take
    missing = np.flatnonzero(np.isnan(take.mv)) + take.start
    assert missing.tolist() == list(range(gap, gap + 180))
    assert take.mv[-1] == (take.stop - 1) / 1000


def test_an_electrode_lost_on_the_way(recorded) -> None:
    """The recording goes on to its end; what could be judged is told, and what to do."""
    scenario = Scenario(
        segments=(Sinus(duration_s=60),), faults=(LeadOff(start_s=10, duration_s=20),)
    )
    finished, _, taker = recorded(scenario)
    result = finished.result
    assert taker.state()["phase"] == "done"
    assert (result.conclusive, result.reason) == (False, "electrode RA off")
    assert result.conclusion == "Inconclusive: electrode RA off."
    assert "right arm" in result.advice
    assert 0.1 < result.usable < 0.4
    lost = finished.take.leads[(10 * 360) - finished.take.start :][:7200]
    assert (lost == 1).mean() > 0.99


def test_what_is_kept_is_what_was_sampled(recorded) -> None:
    scenario = Scenario(segments=(Sinus(duration_s=30),))
    finished, _, _ = recorded(scenario, 10)
    mv, leads, _ = render(scenario)
    span = slice(finished.take.start, finished.take.stop)
    assert np.array_equal(finished.take.mv, mv[span])
    assert np.array_equal(finished.take.leads, leads[span])
