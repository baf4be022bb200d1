"""One ECG and nothing else: the appliance's own loop, with one wish and no page.

The composition root of `ecg-device record`.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ecg_device.alarms import Alarms, Limits
from ecg_device.analysis.tally import Tally
from ecg_device.config import Config
from ecg_device.daemon.kept_limits import KeptLimits
from ecg_device.daemon.loop import MODEL, Loop
from ecg_device.daemon.model_in_use import ModelInUse
from ecg_device.daemon.notify import Notifier
from ecg_device.daemon.state import State
from ecg_device.daemon.storage import Storage
from ecg_device.daemon.supervision import begin
from ecg_device.errors import ModelError, SourceError, StoreError
from ecg_device.health import Complaint, Condition, Health
from ecg_device.live import Broadcast, CancelTake, Requests, TakeEcg
from ecg_device.recordings import Phase
from ecg_device.signals import WORKING_RATE_HZ, Event, HeartRate, Reason, Rhythm, SignalInfo
from ecg_device.sources.order import block_s_at
from ecg_device.sources.sampled import Order, Sampled
from ecg_device.store import Chunk, KeptRecording, SessionInfo

LONG_S = 30  # so long an ECG tells its rhythm by itself
LONGEST_LOOK_S = 20.0  # at a signal, before a short one is begun all the same
KEPT_WITHIN_S = 10.0  # a disk that takes longer is told as one that does not keep


@dataclass(frozen=True, slots=True)
class Recorded:
    """An ECG that was taken."""

    recording: KeptRecording
    folder: Path | None  # where it was to be kept; None: nowhere, as was asked
    number: int | None  # that it is kept under
    failure: StoreError | None  # why it is not kept, though it should be


class Onlooker(Protocol):
    """Who sees how far it is."""

    def began(self, info: SignalInfo) -> None: ...

    def progress(self, take: Mapping[str, Any]) -> None: ...

    def complained(self, component: str, complaint: Complaint | None) -> None: ...


def record(
    config: Config, onlooker: Onlooker, *, seconds: int, stopped: Callable[[], bool]
) -> Recorded | None:
    """Take it; None: the end was asked for before it was complete, and nothing is kept.

    SourceError where there is none to be had: no signal, or no contact.
    """
    health = Health(onlooker.complained)
    order = Order(
        config.source, config.scenario, config.speed, config.seed, block_s_at(config.speed)
    )
    with ExitStack() as parts:
        storage = _Recordings(config.data, config.quota_gb, health, live=config.speed == 1.0)
        parts.callback(storage.close)
        sampled = parts.enter_context(Sampled(order))
        model = parts.enter_context(closing(ModelInUse(config.model, refused=_teller(health))))
        taking = _Taking(onlooker, storage, seconds, stopped)
        loop = Loop(
            order,
            model=model,
            storage=storage,
            broadcast=Broadcast(),
            requests=Requests(),
            alarms=Alarms(Limits(), WORKING_RATE_HZ),
            limits=KeptLimits(None, health),
            health=health,
            notifier=parts.enter_context(closing(Notifier({}))),  # it is no service
            listener=taking,
            stopped=taking.is_over,
        )
        taking.state = loop.state
        if (info := begin(loop, sampled)) is not None:
            loop.watch(sampled, info, None)
        return taking.outcome()


class _Recordings(Storage):
    """Keeps the ECG that is taken, and no session around it."""

    taken: KeptRecording | None = None
    _number: "Future[int] | None" = None

    def begin(self, info: SessionInfo) -> None:
        """A session is what `run` keeps."""

    def keep(self, chunk: Chunk) -> None:
        """The recording has a signal of its own."""

    def keep_recording(self, recording: KeptRecording) -> "Future[int] | None":
        self.taken = recording
        self._number = super().keep_recording(recording)
        return self._number

    def number(self) -> int | None:
        """Once it is known; None: nothing is to be kept."""
        try:
            return None if self._number is None else self._number.result(KEPT_WITHIN_S)
        except TimeoutError:
            raise StoreError(
                "the disk does not answer", expected=f"a write within {KEPT_WITHIN_S:g} s"
            ) from None


class _Taking:
    """Wishes for one ECG as soon as there is a signal, and for nothing more once it is taken."""

    state: State

    def __init__(
        self, onlooker: Onlooker, storage: _Recordings, seconds: int, stopped: Callable[[], bool]
    ) -> None:
        self._onlooker, self._storage = onlooker, storage
        self._seconds, self._stopped = seconds, stopped
        self._asked = False

    def began(self, info: SignalInfo, model: Callable[[], str | None]) -> None:
        self._onlooker.began(info)
        if self._seconds >= LONG_S:
            self._ask()

    def heard(self, events: list[Event]) -> None:
        """A short ECG begins once the rhythm is known: alone it has too few beats to tell it."""
        if not self._asked and any(_is_news(event) for event in events):
            self._ask()

    def _ask(self) -> None:
        self._asked = True
        self.state.grant(TakeEcg(self._seconds))  # at this very block, however fast they come

    def ended(self, tally: Tally) -> None:
        """Nor is anything said of the signal around it."""

    def is_over(self) -> bool:
        """Called between blocks."""
        if self._storage.taken is not None:
            return True
        if self._stopped():
            self.state.grant(CancelTake())  # what lacks only names would be finished without them
            return True
        take = self.state.take()
        self._onlooker.progress(take)
        return take["phase"] == Phase.FAILED

    def outcome(self) -> Recorded | None:
        taken = self._storage.taken
        if taken is None:
            if self._stopped():
                return None
            raise _not_taken(self.state.take())
        try:
            return Recorded(taken, self._storage.folder, self._storage.number(), None)
        except StoreError as error:
            return Recorded(taken, self._storage.folder, None, error)


def _is_news(event: Event) -> bool:
    """A rhythm, or why there is none; or it has been waited for long enough."""
    if isinstance(event, HeartRate):
        return event.sample >= LONGEST_LOOK_S * WORKING_RATE_HZ
    return isinstance(event, Rhythm) and event.reason is not Reason.STARTING


def _not_taken(take: Mapping[str, Any]) -> SourceError:
    return SourceError(
        "no ECG was taken",
        expected="good contact, then a signal that lasts",
        received=take["reason"] or "the signal ended",
        remedy=take["advice"] or "use a signal that lasts longer",
    )


def _teller(health: Health) -> Callable[[ModelError], None]:
    """Without names there is still an ECG."""
    return lambda error: health.unwell(MODEL, Condition.DEGRADED, str(error))
