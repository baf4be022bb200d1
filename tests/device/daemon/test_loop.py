"""The loop and its supervision, with real samplers: what is asked for, fails, is tried again."""

import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from ecg_device.alarms import Alarms, Limits
from ecg_device.analysis.tally import Tally
from ecg_device.daemon import supervision
from ecg_device.daemon.kept_limits import KeptLimits
from ecg_device.daemon.loop import Loop
from ecg_device.daemon.model_in_use import ModelInUse
from ecg_device.daemon.notify import Notifier
from ecg_device.daemon.storage import Storage
from ecg_device.health import Complaint, Health
from ecg_device.live import Broadcast, Requests
from ecg_device.signals import WORKING_RATE_HZ, Event, SignalInfo
from ecg_device.sources.sampled import Order, Sampled

FAULTY = Path(__file__).parents[1] / "sources" / "faulty_sampler.py"


class Listener:
    """Notes what it hears, and when."""

    def __init__(self) -> None:
        self.began_s: list[float] = []
        self.failed_s: list[float] = []
        self.samples: list[int] = []
        self.complaints: list[str] = []

    def began(self, info: SignalInfo, model: Callable[[], str | None]) -> None:
        self.began_s.append(time.monotonic())

    def heard(self, events: list[Event]) -> None:
        pass

    def ended(self, tally: Tally) -> None:
        self.samples.append(tally.signal.stop)

    def complained(self, component: str, complaint: Complaint | None) -> None:
        if complaint is not None:
            self.failed_s.append(time.monotonic())
            self.complaints.append(complaint.reason)


@pytest.fixture
def listener() -> Listener:
    return Listener()


Make = Callable[..., Loop]


@pytest.fixture
def make(listener: Listener) -> Make:
    """A loop that keeps nothing and names no beats."""

    def loop(order: Order, stopped: Callable[[], bool] = lambda: False) -> Loop:
        health = Health(listener.complained)
        return Loop(
            order,
            model=ModelInUse("none", refused=lambda error: None),
            storage=Storage("none", 1.0, health, live=True),
            broadcast=Broadcast(),
            requests=Requests(),
            alarms=Alarms(Limits(), WORKING_RATE_HZ),
            limits=KeptLimits(None, health),
            health=health,
            notifier=Notifier({}),
            listener=listener,
            stopped=stopped,
        )

    return loop


def watch(
    monkeypatch: pytest.MonkeyPatch, loop: Loop, order: Order, seconds: float | None, *fault: str
) -> None:
    """The whole of it, every sampler started as a faulty one."""
    command = (sys.executable, str(FAULTY), *fault)
    monkeypatch.setattr(supervision, "Sampled", partial(Sampled, command=command))
    source = Sampled(order, command=command)
    info = supervision.begin(loop, source)
    assert info is not None
    supervision.watch_until_over(loop, order, source, info, seconds)


@pytest.mark.parametrize("seconds", [0.5, 1.0, 1.003])
def test_so_many_seconds_are_so_many_samples(
    monkeypatch: pytest.MonkeyPatch, make: Make, listener: Listener, seconds: float
) -> None:
    """To the sample, wherever the blocks end."""
    order = Order("synthetic:sinus", speed=20.0)
    watch(monkeypatch, make(order), order, seconds, "none")
    assert listener.samples == [round(seconds * 360)]


@pytest.mark.slow
def test_a_source_that_opens_and_fails_at_once_is_tried_less_and_less_often(
    monkeypatch: pytest.MonkeyPatch, make: Make, listener: Listener
) -> None:
    """To open is no proof of health: half a second, one and two pass before the next try."""
    order = Order("synthetic:sinus")
    loop = make(order, stopped=lambda: len(listener.began_s) >= 4)
    watch(monkeypatch, loop, order, None, "die", "--after", "1")
    pauses = [b - a for a, b in pairwise(listener.began_s)]
    assert len(pauses) == 3
    assert all(pause >= due for pause, due in zip(pauses, (0.5, 1.0, 2.0), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["die", "crash", "torn", "garbage", "error", "back", "leave"])
def test_whatever_fails_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, make: Make, listener: Listener, tmp_path: Path, fault: str
) -> None:
    """One complaint of one line, two openings, the second to its end."""
    order = Order("synthetic:sinus", speed=10.0)
    times = ("--times", "1", "--counter", str(tmp_path / "starts"))
    watch(monkeypatch, make(order), order, 2.0, fault, "--after", "10", *times)
    assert len(listener.began_s) == 2 and listener.samples[-1] == 720
    assert len(listener.complaints) == 1 and "\n" not in listener.complaints[0]


def test_the_end_asked_for_is_heard_while_a_source_is_away(
    monkeypatch: pytest.MonkeyPatch, make: Make, listener: Listener
) -> None:
    """During a pause, not after it."""
    order = Order("synthetic:sinus")
    monkeypatch.setattr(supervision, "FIRST_PAUSE_S", 60.0)
    loop = make(order, stopped=lambda: bool(listener.complaints))
    begun = time.monotonic()
    watch(monkeypatch, loop, order, None, "die", "--after", "1")
    assert time.monotonic() - begun < 30.0
