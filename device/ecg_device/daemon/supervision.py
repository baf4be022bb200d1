"""A source that fails is told, and opened again, less and less often, until it works."""

import time
from collections.abc import Callable

from ecg_device.daemon.loop import Loop
from ecg_device.errors import EcgDeviceError, SourceError
from ecg_device.signals import SignalInfo
from ecg_device.sources.sampled import Order, Sampled

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 4.0
STEADY_S = 10.0  # a source that ran so long may fail again without a longer pause
_LOOK_S = 0.05


class _StoppedError(Exception):
    """The end was asked for while a source was being opened."""


def begin(loop: Loop, source: Sampled) -> SignalInfo | None:
    """The first opening, whose failure is the user's to mend; None: the end was asked for."""
    try:
        return source.begin(_serving(loop))
    except _StoppedError:
        return None


def watch_until_over(
    loop: Loop, order: Order, source: Sampled, info: SignalInfo, seconds: float | None
) -> None:
    """Until the source ends, so many seconds have come in one opening, or the end is asked for."""
    pause_s = FIRST_PAUSE_S
    while True:
        begun_s = time.monotonic()
        try:
            loop.watch(source, info, seconds)
            return
        except SourceError as error:  # others, as of a damaged file, are the user's to mend
            loop.without_signal(error)
        finally:
            source.close()
        pause_s = FIRST_PAUSE_S if time.monotonic() - begun_s > STEADY_S else pause_s
        again = None
        while again is None:
            again = _open_again(loop, order, pause_s)
            if again is None and loop.stopped():
                return
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)  # one that opens may fail at once, too
        source, info = again


def _open_again(loop: Loop, order: Order, pause_s: float) -> tuple[Sampled, SignalInfo] | None:
    """After a pause, a new sampler; None: it failed as well, or the end was asked for."""
    meanwhile = _serving(loop)
    source = Sampled(order)
    try:
        _linger(pause_s, meanwhile)
        return source, source.begin(meanwhile)
    except (EcgDeviceError, _StoppedError) as error:
        source.close()
        if isinstance(error, EcgDeviceError):
            loop.without_signal(error)
        return None


def _serving(loop: Loop) -> Callable[[], None]:
    """Without a signal the viewers are served all the same."""

    def serve() -> None:
        if loop.stopped():
            raise _StoppedError
        loop.between()

    return serve


def _linger(pause_s: float, meanwhile: Callable[[], None]) -> None:
    end_s = time.monotonic() + pause_s
    while time.monotonic() < end_s:
        meanwhile()
        time.sleep(_LOOK_S)
