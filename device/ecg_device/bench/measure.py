"""One run of the real daemon, watched from outside: what it takes, how well it keeps its time."""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ecg_device.bench import figures, load
from ecg_device.bench.appliance import Appliance
from ecg_device.bench.figures import Sampling, Spread
from ecg_device.bench.processes import Usage, family, usage
from ecg_device.bench.viewer import Viewer
from ecg_device.errors import ServerError

SOURCE = "synthetic:demo"  # it never ends, however long is measured
_WARM_S = 5.0  # the first seconds are another matter: modules load, the beat detector learns
_LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Run:
    """What to do to the appliance, and for how long."""

    seconds: float = 60.0
    viewers: int = 1
    loaded: bool = False
    hours: float = 24.0  # of the session that is exported under load


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the appliance over the run."""

    name: str
    cpu_percent: float  # of one core
    resident_mb: float
    own_mb: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out."""

    run: Run
    first_page_s: float
    processes: tuple[Process, ...]
    sampling: Sampling
    label_ms: Spread
    beats: int
    exported: str
    stop_s: float

    @property
    def cpu_percent(self) -> float:
        return sum(each.cpu_percent for each in self.processes)

    @property
    def resident_mb(self) -> float:
        return sum(each.resident_mb for each in self.processes)

    @property
    def own_mb(self) -> float:
        return sum(each.own_mb for each in self.processes)


def measure(run: Run, folder: Path, tell: Callable[[float], None]) -> Measured:
    """Start the daemon in a folder, watch it, stop it. `tell` hears its share done."""
    if run.loaded:
        tell(0.0)
        load.record_hours(folder, run.hours, SOURCE)
    with Appliance(folder, ["--source", SOURCE]) as appliance:
        first_page_s = _until_first_page(appliance)
        with (
            _viewers(appliance.page, run.viewers) as viewers,
            _load(appliance.page, run) as exports,
        ):
            time.sleep(_WARM_S)
            begun = len(viewers[0].messages)
            processes = _watched(appliance.pid, run.seconds, tell)
            received = figures.batches(viewers[0].messages[begun:])
        stop_s = appliance.stop()
        if appliance.process.returncode or appliance.complaints or len(received) < 2:
            raise _ill(appliance, len(received))
    delays = figures.label_delays_ms(received)
    return Measured(
        run=run,
        first_page_s=first_page_s,
        processes=processes,
        sampling=figures.sampling(received),
        label_ms=figures.spread(delays),
        beats=len(delays),
        exported=_told(exports),
        stop_s=stop_s,
    )


def _until_first_page(appliance: Appliance) -> float:
    load.get(appliance.page, "/")
    return time.monotonic() - appliance.began_s


@contextlib.contextmanager
def _viewers(page: str, number: int) -> Iterator[list[Viewer]]:
    """Only the first one keeps what it hears."""
    with contextlib.ExitStack() as stack:
        viewers = [Viewer(page, keep=at == 0) for at in range(number)]
        for viewer in viewers:
            stack.callback(viewer.close)
        yield viewers
        if any(viewer.ended for viewer in viewers):
            raise ServerError("a viewer's stream ended before the run did")


@contextlib.contextmanager
def _load(page: str, run: Run) -> Iterator[load.Exports | None]:
    if not run.loaded:
        yield None
        return
    exports = load.Exports(page)
    with contextlib.closing(exports), load.busy_cores():
        yield exports


def _watched(pid: int, seconds: float, tell: Callable[[float], None]) -> tuple[Process, ...]:
    """CPU time between start and end and memory at its highest, of those that are there then."""
    begun = time.monotonic()
    before = {each.pid: each for each in usage(family(pid))}
    after, resident, own = list(before.values()), Counter[int](), Counter[int]()
    while (passed := time.monotonic() - begun) < seconds:
        tell(passed / seconds)
        time.sleep(min(_LOOK_EVERY_S, seconds - passed))
        after = usage(family(pid))
        resident |= Counter({each.pid: each.resident_kb for each in after})
        own |= Counter({each.pid: each.own_kb for each in after})
    percent = 100.0 / (time.monotonic() - begun)
    nothing = Usage(0, "", 0.0, 0.0, 0, 0)
    processes = [
        Process(
            each.name,
            percent * (each.cpu_s - before.get(each.pid, nothing).cpu_s),
            resident[each.pid] * 1024 / 1e6,
            own[each.pid] * 1024 / 1e6,
        )
        for each in after
    ]
    ended_s = sum(each.ended_s - before.get(each.pid, nothing).ended_s for each in after)
    ended = [Process("ended since", percent * ended_s, 0.0, 0.0)] if ended_s else []
    return (*processes, *ended)


def _told(exports: load.Exports | None) -> str:
    if exports is None:
        return "none"
    if exports.failed:
        raise ServerError("the export under load failed", received=exports.failed)
    return f"{exports.hours:.1f} h, {exports.finished} times, {exports.bytes / 1e6:.0f} MB"


def _ill(appliance: Appliance, received: int) -> ServerError:
    return ServerError(
        "the appliance did not come through its run",
        expected="signal, then status 0 and nothing on stderr",
        received=f"{received} messages of signal, status {appliance.process.returncode}; "
        + appliance.complaints,
    )
