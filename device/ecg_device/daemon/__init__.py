"""The running appliance: its parts started in order, one loop, the parts stopped in reverse.

The composition root of `ecg-device run`: pieces are chosen by name here, and wired only here.
"""

from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Protocol

from ecg_device.alarms import Alarms
from ecg_device.config import Config
from ecg_device.daemon.kept_limits import KeptLimits
from ecg_device.daemon.loop import MODEL, Listener, Loop
from ecg_device.daemon.model_in_use import ModelInUse
from ecg_device.daemon.notify import Notifier
from ecg_device.daemon.page import served
from ecg_device.daemon.storage import Storage
from ecg_device.daemon.supervision import begin, watch_until_over
from ecg_device.errors import ModelError
from ecg_device.health import Complaint, Condition, Health
from ecg_device.live import Broadcast, Requests
from ecg_device.signals import WORKING_RATE_HZ
from ecg_device.sources.order import block_s_at
from ecg_device.sources.sampled import Order, Sampled


class Reader(Listener, Protocol):
    """Who reads along, from before the first block until after the last."""

    def ready(self, address: str | None, folder: str | None) -> None: ...

    def complained(self, component: str, complaint: Complaint | None) -> None: ...


def run(
    config: Config, reader: Reader, *, seconds: float | None, stopped: Callable[[], bool]
) -> None:
    """Until the source ends, so many seconds of signal have come, or `stopped()`."""
    health = Health(reader.complained)
    broadcast, requests = Broadcast(), Requests()
    order = Order(
        config.source, config.scenario, config.speed, config.seed, block_s_at(config.speed)
    )
    with ExitStack() as parts:
        notifier = parts.enter_context(closing(Notifier()))
        sampled = parts.enter_context(Sampled(order))  # starts while the rest is made ready
        storage = Storage(config.data, config.quota_gb, health, live=config.speed == 1.0)
        parts.callback(storage.close)
        model = ModelInUse(config.model, _teller(health), accepted=lambda: health.well(MODEL))
        parts.callback(model.close)
        limits = KeptLimits(storage.folder, health)
        loop = Loop(
            order,
            model=model,
            storage=storage,
            broadcast=broadcast,
            requests=requests,
            alarms=Alarms(limits.load(), WORKING_RATE_HZ),
            limits=limits,
            health=health,
            notifier=notifier,
            listener=reader,
            stopped=stopped,
        )
        address = parts.enter_context(
            served(
                config,
                broadcast=broadcast,
                requests=requests,
                storage=storage,
                state=loop.state,
                health=health,
            )
        )
        if (info := begin(loop, sampled)) is None:
            return
        reader.ready(address, str(storage.folder) if storage.folder else None)
        notifier.ready(f"page at {address}" if address else "no page")
        parts.callback(notifier.stopping)
        watch_until_over(loop, order, sampled, info, seconds)


def _teller(health: Health) -> Callable[[ModelError], None]:
    """A model that cannot be used is no reason to stop watching a heart."""
    return lambda error: health.unwell(MODEL, Condition.DEGRADED, str(error))
