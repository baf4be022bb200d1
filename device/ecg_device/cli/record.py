"""`ecg-device record`: one ECG, counted down on a terminal, its result printed."""

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any, TextIO

from ecg_device import config
from ecg_device.cli.failures import complain
from ecg_device.cli.result_card import lines
from ecg_device.cli.settings import effective, folder_of
from ecg_device.cli.stopping import stop_requests
from ecg_device.config import Config
from ecg_device.errors import StoreError
from ecg_device.health import Complaint
from ecg_device.signals import SignalInfo
from ecg_device.store import KeptRecording, in_use

_ERASE_LINE = "\r\x1b[K"


def run(arguments: argparse.Namespace) -> int:
    """Take it and print it; 1 if it could not be kept."""
    settings = effective(arguments)
    _require_nobody_else(settings)
    countdown = Countdown(sys.stderr)
    with stop_requests() as stopped:
        from ecg_device.daemon.recording import record  # loading takes a moment in which to stop

        try:
            recorded = record(settings, countdown, seconds=arguments.seconds, stopped=stopped)
        finally:
            countdown.clear()
    if recorded is None:
        raise KeyboardInterrupt
    if arguments.json:
        print(json.dumps(_as_json(recorded.recording, recorded.number), indent=1))
    else:
        print("\n".join(lines(recorded.recording, recorded.number, recorded.folder)))
    if recorded.failure is not None:
        complain(f"the ECG is not kept: {recorded.failure}")
    return 1 if recorded.failure else 0


class Countdown:
    """On a terminal alone: what is waited for, and how long it still takes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._wanted = False
        self._shown = self._mark = ""

    def began(self, info: SignalInfo) -> None:
        """From here on it is known whether to say SIMULATED."""
        self._wanted = self._stream.isatty()
        self._mark = "SIMULATED  " if info.simulated else ""

    def progress(self, take: Mapping[str, Any]) -> None:
        if self._wanted and (now := _words(take)) != self._shown:
            self._shown = now
            self._stream.write(f"{_ERASE_LINE}{self._mark}{now}")
            self._stream.flush()

    def complained(self, component: str, complaint: Complaint | None) -> None:
        self.clear()
        if complaint is not None:
            complain(f"{component}: {complaint.reason}")

    def clear(self) -> None:
        if self._shown:
            self._shown = ""
            self._stream.write(_ERASE_LINE)
            self._stream.flush()


def _words(take: Mapping[str, Any]) -> str:
    match take["phase"]:
        case "idle":
            return "looking at the signal first"
        case "contact":
            return f"waiting for good contact: {take['reason'] or 'keep still'}"
        case "recording":
            return f"recording, keep still: {take['remaining_s']:.0f} s left"
        case "naming":
            return "naming the last beats"
    return ""


def _require_nobody_else(settings: Config) -> None:
    if settings.data == config.NONE or not in_use(folder := folder_of(settings)):
        return
    raise StoreError(
        f"{folder}: an appliance is running there, with the signal in its hands",
        remedy="take the ECG on its page, or stop it first, or give another folder: --data FOLDER",
    )


def _as_json(taken: KeptRecording, number: int | None) -> dict[str, object]:
    """Named as in the page's API; `id` is null where it is not kept."""
    info = taken.info
    return {
        "id": number,
        "taken_ms": taken.taken_wall_ns // 1_000_000,
        "seconds": len(taken.mv) / info.rate_hz,
        "name": info.name,
        "lead": info.lead,
        "rate_hz": info.rate_hz,
        "simulated": info.simulated,
        "result": taken.result,
    }
