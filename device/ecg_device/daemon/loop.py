"""The loop that everything decided runs in, in one thread.

A block of the sampler, the pipeline, the alarms, then the store's queue and the viewers' ring,
none of which can hold it up.
"""

import time
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from ecg_device import __version__
from ecg_device.alarms import Alarms
from ecg_device.analysis.tally import Tally
from ecg_device.daemon.batches import Batches
from ecg_device.daemon.kept_limits import KeptLimits
from ecg_device.daemon.model_in_use import ModelInUse
from ecg_device.daemon.notify import Notifier
from ecg_device.daemon.state import State
from ecg_device.daemon.storage import Storage
from ecg_device.daemon.watch import Watch
from ecg_device.errors import EcgDeviceError
from ecg_device.health import Condition, Health
from ecg_device.live import Broadcast, Requests
from ecg_device.signals import Block, Event, SignalInfo
from ecg_device.sources.sampled import Order, Sampled, Taken
from ecg_device.store import SessionInfo

WAIT_S = 0.1  # for a block: a viewer's wish, or the wish to stop, waits no longer
SOURCE, MODEL = "source", "model"  # of whose health the loop tells


class Listener(Protocol):
    """Who reads along, as the terminal does."""

    def began(self, info: SignalInfo, model: Callable[[], str | None]) -> None: ...

    def heard(self, events: list[Event]) -> None: ...

    def ended(self, tally: Tally) -> None: ...


class Loop:
    """Watches one opening of the source after the other, until each ends or `stopped()`."""

    def __init__(
        self,
        order: Order,
        *,
        model: ModelInUse,
        storage: Storage,
        broadcast: Broadcast,
        requests: Requests,
        alarms: Alarms,
        limits: KeptLimits,
        health: Health,
        notifier: Notifier,
        listener: Listener,
        stopped: Callable[[], bool],
    ) -> None:
        self._order, self._model, self._storage = order, model, storage
        self._broadcast, self._requests = broadcast, requests
        self._alarms, self._health = alarms, health
        self._notifier, self._listener = notifier, listener
        self.stopped = stopped
        self._epoch = 0
        self.state = State(broadcast, storage, alarms, limits, health, model)

    def watch(self, source: Sampled, info: SignalInfo, seconds: float | None) -> None:
        """One opening: to its end, or the error that ends it; what it held is out either way."""
        watch = self._begin(info)
        limit = None if seconds is None else round(seconds * info.rate_hz)
        try:
            while not self.stopped() and (taken := source.read(WAIT_S)) is not None:
                if self._feed(watch, taken, limit):
                    return
                self.between()
            self._feed(watch, self._remainder(watch, source), limit)
        except EcgDeviceError as error:
            watch.note("technical", str(error))
            raise
        finally:
            self._finish(watch)

    def _begin(self, info: SignalInfo) -> Watch:
        self._epoch += 1
        self._alarms.restart(info.rate_hz)
        self._model_named = self._model.called()
        source = self._order.source
        self._storage.begin(SessionInfo(info, self._model_named, __version__, source))
        watch = Watch(
            info,
            source.partition(":")[0],
            alarms=self._alarms,
            batches=Batches(self._broadcast, info.rate_hz, self._epoch),
            keep=self._storage.keep,
            finished=self.state.take_finished,
        )
        watch.taker.model = self._model_named
        self.state.begin(watch, self._epoch)
        self._listener.began(info, self._model.called)
        return watch

    def _feed(self, watch: Watch, taken: list[Taken], limit: int | None) -> bool:
        """Blocks in order, up to the limit; tells whether it is reached."""
        for one in taken:
            self._source_is_well()
            if limit is not None and one.block.stop >= limit:
                one = one._replace(block=cut(one.block, limit))
            self._listener.heard(watch.feed(one, self._named_by(watch)))
            if limit is not None and one.block.stop >= limit:
                return True
        if watch.batches.due():
            watch.batches.publish(self._storage.session)
        return False

    def _source_is_well(self) -> None:
        """A source that opens may hang all the same: only a block proves it."""
        if self._health.well(SOURCE):
            self._alarms.technical(SOURCE, None)

    def _named_by(self, watch: Watch) -> Any:
        namer = self._model.look()
        if (now := self._model.called()) != self._model_named:
            self._model_named = now
            watch.taker.model = now
            watch.note("model", f"beats named by {now}" if now else "beats not named")
        return namer

    def _remainder(self, watch: Watch, source: Sampled) -> list[Taken]:
        """What was sampled before the end was asked for; or what a file lacks at its end."""
        if self.stopped():
            return source.read(0.0) or []
        stop = watch.info.samples
        if stop is None or watch.tally.signal.stop >= stop:
            return []
        return [Taken(Block(stop, np.empty(0)), time.monotonic_ns(), 0)]

    def _finish(self, watch: Watch) -> None:
        events = watch.finish()
        self._storage.end()
        if watch.batches.waits():
            watch.batches.publish(self._storage.session)
        self.state.end()
        self._listener.heard(events)  # last: what is printed may fail, what is kept must not
        self._listener.ended(watch.tally)

    def between(self) -> None:
        """What is due between two blocks, signal or no signal."""
        self._requests.serve(self.state.grant)
        self.state.publish_if_due()
        self._notifier.troubles(f"{one.component}: {one.reason}" for one in self._health.complaints)
        self._notifier.beat()

    def without_signal(self, error: EcgDeviceError) -> None:
        """The source gives nothing, and why."""
        self._health.unwell(SOURCE, Condition.FAULT, str(error))
        self._alarms.technical(SOURCE, error.what)


def cut(block: Block, stop: int) -> Block:
    """The part of a block before a sample number."""
    kept = max(0, stop - block.start)
    leads = None if block.leads is None else block.leads[:kept]
    return Block(min(block.start, stop), block.mv[:kept], leads)
