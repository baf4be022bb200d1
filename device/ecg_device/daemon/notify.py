"""Telling systemd how the service is: ready, what it does, that it lives, that it stops.

The protocol is one datagram of `NAME=value` lines to the socket that $NOTIFY_SOCKET names
(sd_notify(3)). That is these few lines; a library for it would be one more thing to install, and
libsystemd's own module is not on every system. Without the variable nothing is sent.
"""

import os
import socket
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress

_BEATS_PER_PATIENCE = 4  # sd_watchdog_enabled(3) asks for two; one may be late


class Notifier:
    """Writes to $NOTIFY_SOCKET; a manager that does not listen never disturbs the watch."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self.watchdog_s = _watchdog_s(environment)
        self._next_beat_s = 0.0
        self._usual = self._told = ""
        self._address = environment.get("NOTIFY_SOCKET", "")
        if self._address.startswith("@"):  # Linux's abstract names, which are no files
            self._address = "\0" + self._address[1:]
        self._socket: socket.socket | None = None
        if self._address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._socket.setblocking(False)

    def ready(self, status: str) -> None:
        """The service does its work from now on; the status is what it says while all is well."""
        self._usual = self._told = status
        self._send("READY=1", _status(status))

    def status(self, status: str) -> None:
        """One line for `systemctl status`."""
        self._send(_status(status))

    def troubles(self, reasons: Iterable[str]) -> None:
        """What is wrong now, or nothing: call it as often as you like, only news is sent."""
        status = "; ".join(reasons) or self._usual
        if status != self._told:
            self._told = status
            self.status(status)

    def beat(self) -> None:
        """The service lives: call it as often as you like, it is sent as often as it must be."""
        if self.watchdog_s is None or time.monotonic() < self._next_beat_s:
            return
        self._next_beat_s = time.monotonic() + self.watchdog_s / _BEATS_PER_PATIENCE
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, *lines: str) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.sendto("\n".join(lines).encode(), self._address)


def _watchdog_s(environment: Mapping[str, str]) -> float | None:
    """The manager's patience, where it has one and means this process."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    try:
        patience_s = int(environment["WATCHDOG_USEC"]) / 1e6
    except (KeyError, ValueError):
        return None
    return patience_s if patience_s > 0 else None


def _status(text: str) -> str:
    return "STATUS=" + " ".join(text.split())
