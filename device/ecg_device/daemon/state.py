"""The appliance's state as every viewer sees it, and what viewers may change of it."""

import time
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from ecg_device import __version__
from ecg_device.alarms import Alarms, Limits
from ecg_device.daemon import translation
from ecg_device.daemon.batches import encoded
from ecg_device.daemon.condition import NO_SIGNAL
from ecg_device.daemon.kept_limits import KeptLimits
from ecg_device.daemon.model_in_use import ModelInUse
from ecg_device.daemon.storage import Storage, storage_report
from ecg_device.daemon.watch import Watch
from ecg_device.errors import SourceError
from ecg_device.health import Health
from ecg_device.live import (
    Acknowledge,
    Broadcast,
    CancelTake,
    PauseAlarms,
    Request,
    ResumeAlarms,
    SetLimits,
    TakeEcg,
)
from ecg_device.recordings import NOTHING_TAKEN, Finished, Taker
from ecg_device.store import StorageStatus

LOOK_EVERY_S = 0.2  # whether something has changed
TELL_EVERY_S = 1.0  # if nothing has


class State:
    """Built in the loop's thread; other threads read the last one built."""

    def __init__(
        self,
        broadcast: Broadcast,
        storage: Storage,
        alarms: Alarms,
        limits: KeptLimits,
        health: Health,
        model: ModelInUse,
    ) -> None:
        self._broadcast, self._storage = broadcast, storage
        self._alarms, self._limits = alarms, limits
        self._health, self._model = health, model
        self._watch: Watch | None = None
        self._taker: Taker | None = None  # outlasts its watch, to tell why it failed
        self._source: object = None  # the last one seen, shown while it is away
        self._epoch = 0
        self._kept: Future[int] | None = None
        self._storage_status = storage.look()
        self._next_look_s = self._next_tell_s = self._next_storage_s = 0.0
        self._last: dict[str, Any] = {}

    def begin(self, watch: Watch, epoch: int) -> None:
        self._watch, self._epoch, self._taker = watch, epoch, watch.taker

    def end(self) -> None:
        self._watch = None

    def latest(self) -> dict[str, Any]:
        """For any thread: what was told last."""
        return self._last

    def take(self) -> dict[str, object]:
        """How the taking of an ECG stands, and under which number its result is kept."""
        if self._taker is None:
            return NOTHING_TAKEN
        if self._kept is not None and self._kept.done():
            error = self._kept.exception()
            if error is None:
                self._taker.kept(self._kept.result())
            return {**self._taker.state(), "kept": str(error or "")}
        return self._taker.state()

    def take_finished(self, finished: Finished) -> None:
        """An ECG was taken: it is kept, whatever becomes of its session."""
        assert self._watch is not None
        began_ns = time.time_ns() - self._watch.ns_since(finished.take.start)
        self._kept = self._storage.keep_recording(
            translation.recording(finished, self._storage.session, began_ns)
        )

    def grant(self, request: Request) -> Any:
        """A viewer's wish; the error that refuses it goes back to the viewer."""
        self._next_look_s = 0.0
        match request:
            case TakeEcg():
                return self._take(request.seconds)
            case CancelTake():
                return self._cancel()
            case Acknowledge():
                return self._alarms.acknowledge(request.alarm)
            case PauseAlarms():
                return self._alarms.pause(request.seconds, time.monotonic())
            case ResumeAlarms():
                return self._alarms.resume()
            case SetLimits():
                return self._set_limits(request.limits)

    def publish_if_due(self) -> None:
        """Tell the viewers what has changed, and once a second that nothing has."""
        now_s = time.monotonic()
        if now_s < self._next_look_s:
            return
        self._next_look_s = now_s + LOOK_EVERY_S
        state = self._build(now_s)
        same = state == {**self._last, "now_ms": state["now_ms"]}
        if same and now_s < self._next_tell_s:
            return
        self._last, self._next_tell_s = state, now_s + TELL_EVERY_S
        self._broadcast.publish("state", encoded(state))

    def _build(self, now_s: float) -> dict[str, Any]:
        if now_s >= self._next_storage_s:
            self._next_storage_s = now_s + 1.0
            self._storage_status = self._look_at_storage()
        wall_ms = time.time_ns() // 1_000_000
        return {
            "now_ms": wall_ms,
            "epoch": self._epoch,
            "session": self._storage.session,
            "software": __version__,
            "model": self._model.called(),
            **self._heart(),
            "alarms": self._alarms.state(now_s, wall_ms),
            "take": self.take(),
            "storage": storage_report(self._storage_status),
            "health": self._health.report(),
            "viewers": self._broadcast.viewers,
        }

    def _look_at_storage(self) -> StorageStatus | None:
        status = self._storage.look()
        stopped = status is not None and not status.storing
        self._alarms.technical("storage", status.reason if status and stopped else None)
        return status

    def _set_limits(self, wanted: Mapping[str, Any]) -> Limits:
        limits = self._alarms.set_limits(wanted)
        self._limits.save(limits)
        return limits

    def _heart(self) -> dict[str, Any]:
        if self._watch is None:
            return {**NO_SIGNAL, "source": self._source, "sampling": None}
        report = self._watch.report(named=self._model.called() is not None)
        self._source = report["source"]
        return report

    def _take(self, seconds: int) -> dict[str, object]:
        if self._watch is None:
            raise SourceError(
                "no ECG can be taken",
                expected="a signal",
                received="none",
                remedy="see what the page says of the source",
            )
        self._watch.taker.ask(seconds)
        self._kept = None
        return self.take()

    def _cancel(self) -> dict[str, object]:
        if self._taker is not None:
            self._taker.cancel()
        return self.take()
