"""What may keep an appliance from its work: a busy machine, and a viewer who wants a whole day."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from ecg_device.bench.appliance import Appliance
from ecg_device.errors import ServerError

_BUSY = "while True: pass"
_PIECE = 1 << 16
_PATIENCE_S = 120.0
FILL_WITHIN_S = 1800.0


@contextlib.contextmanager
def busy_cores() -> Iterator[None]:
    """A process that never rests for each core, as important as the appliance itself."""
    command = [sys.executable, "-c", _BUSY]
    processes = [subprocess.Popen(command) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def record_hours(folder: Path, hours: float, source: str) -> None:
    """So many hours of signal into the data of an appliance, as fast as they come."""
    options = ["--speed", "0", "--seconds", f"{3600 * hours:g}", "--source", source]
    with Appliance(folder, [*options, "--port", "none"]) as appliance:
        status = appliance.process.wait(FILL_WITHIN_S)
        if status or appliance.complaints:
            raise ServerError(
                f"{hours:g} hours of signal could not be recorded into {folder}",
                expected="status 0 and nothing on stderr",
                received=f"status {status}; {appliance.complaints}",
            )


class Exports:
    """Downloads the longest session again and again until it is closed."""

    def __init__(self, page: str, form: str = "edf") -> None:
        sessions = json.loads(get(page, "/api/v1/sessions?limit=100"))["sessions"]
        longest = max(sessions, key=lambda session: float(session["duration_s"]))
        self.hours = float(longest["duration_s"]) / 3600.0
        self.finished, self.bytes, self.failed = 0, 0, ""
        self._where = urlsplit(page)
        self._path = f"/api/v1/sessions/{longest['id']}/export?format={form}"
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="exports", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        self._thread.join(_PATIENCE_S)

    def _go_on(self) -> None:
        try:
            while not self._closed.is_set() and not self.failed:
                self._once()
        except (OSError, http.client.HTTPException) as error:
            self.failed = f"{type(error).__name__}: {error}"

    def _once(self) -> None:
        with contextlib.closing(_connection(self._where.netloc)) as connection:
            connection.request("GET", self._path)
            answer = connection.getresponse()
            while (piece := answer.read(_PIECE)) and not self._closed.is_set():
                self.bytes += len(piece)
            if answer.status != http.HTTPStatus.OK:
                self.failed = f"status {answer.status}"
            elif not piece:
                self.finished += 1


def get(page: str, path: str) -> bytes:
    """What the appliance answers; ServerError if its status is not 200."""
    with contextlib.closing(_connection(urlsplit(page).netloc)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
    if answer.status != http.HTTPStatus.OK:
        raise ServerError(
            f"{path} gave no answer",
            expected="status 200",
            received=f"{answer.status}: {body[:500].decode(errors='replace')}",
        )
    return body


def _connection(netloc: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(netloc, timeout=_PATIENCE_S)
