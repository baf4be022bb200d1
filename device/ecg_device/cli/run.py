"""`ecg-device run`: the appliance, and what it says on a terminal."""

import argparse
import io
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import closing

from ecg_device.analysis.tally import Tally
from ecg_device.cli.failures import worded
from ecg_device.cli.live import LiveText
from ecg_device.cli.printer import Printer
from ecg_device.cli.settings import effective
from ecg_device.cli.stopping import stop_requests
from ecg_device.health import Complaint
from ecg_device.signals import Event, SignalInfo

EVERYWHERE = ("0.0.0.0", "::")


def run(arguments: argparse.Namespace) -> int:
    """Watch, keep and show until the signal ends or a signal says stop."""
    settings = effective(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # live through a pipe as well
    with (
        stop_requests() as stopped,
        closing(Printer(live=settings.speed == 1.0)) as say,
        closing(Printer(live=True, out=sys.stderr, needed=False)) as warn,
    ):
        from ecg_device import daemon  # imported here: loading takes a moment in which to stop

        terminal = Terminal(say, warn, every_beat=not arguments.quiet, host=settings.host)
        daemon.run(settings, terminal, seconds=arguments.seconds, stopped=stopped)
    return 0


class Terminal:
    """Words what the appliance tells: on stdout what is seen, on stderr what is wrong."""

    def __init__(
        self,
        say: Callable[[str], None],
        warn: Callable[[str], None],
        *,
        every_beat: bool,
        host: str,
    ) -> None:
        self._host = host
        self._say, self._warn, self._every_beat = say, warn, every_beat
        self._places: list[str] = []
        self._mark = ""

    def ready(self, address: str | None, folder: str | None) -> None:
        """Where the heart can be seen, and where it is kept; printed with the opening line."""
        if address:
            self._places.append(f"page     {address}")
        if address and self._host in EVERYWHERE:
            name = socket.gethostname()
            self._places.append(f"open     to anyone who can reach {name}: there is no password")
        if folder:
            self._places.append(f"kept in  {folder}")

    def began(self, info: SignalInfo, model: Callable[[], str | None]) -> None:
        self._text = LiveText(info, model, every_beat=self._every_beat)
        self._mark = "SIMULATED  " if info.simulated else ""
        self._say(self._text.opening())
        for place in self._places:
            self._say(f"{self._mark}{place}")
        self._places.clear()

    def heard(self, events: Iterable[Event]) -> None:
        for line in self._text.lines(events):
            self._say(line)

    def ended(self, tally: Tally) -> None:
        for line in self._text.summary(tally):
            self._say(line)

    def complained(self, component: str, complaint: Complaint | None) -> None:
        if complaint is not None:
            self._warn(worded(f"{component}: {complaint.reason}"))
        else:
            self._say(f"{self._mark}{component} is well again")
