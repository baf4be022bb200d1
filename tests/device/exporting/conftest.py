"""A kept session whose every sample, beat and change is known."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecg_device.signals import SignalInfo
from ecg_device.store import Chunk, SessionInfo, Store, StoredBeat, StoredEvent

RATE_HZ = 360
STOP = 36_000  # 100 s
SHORT_GAP, LONG_GAP = (10_000, 10_100), (20_160, 21_600)  # in a chunk; four chunks left out
CHUNK = 360
BEAT_EVERY = 300
BEGAN_NS = 1_795_000_000_000_000_000


def microvolts(first: int, stop: int) -> np.ndarray:
    """What sample numbers hold; NaN where a sample is missing."""
    samples = np.arange(first, stop)
    uv = samples * 7 % 2001 - 1000.0
    for low, high in (SHORT_GAP, LONG_GAP):
        uv[(samples >= low) & (samples < high)] = np.nan
    return uv


def symbol_at(sample: int) -> str:
    return "V" if sample % 1500 == 0 else "N"


def beats(first: int, stop: int) -> list[int]:
    """Where there is one: each 300 samples, none in the long gap."""
    every = range(-(-first // BEAT_EVERY) * BEAT_EVERY, stop, BEAT_EVERY)
    return [at for at in every if not LONG_GAP[0] <= at < LONG_GAP[1]]


CHANGES: dict[int, tuple[str, str, dict[str, object]]] = {
    50: ("quality", "ok", {"state": "ok", "reason": ""}),
    60: ("rhythm", "sinus rhythm", {"aux": "(N", "name": "sinus rhythm", "reason": ""}),
    18_010: ("rhythm", "fibrillation", {"aux": "(AFIB", "name": "fibrillation", "reason": ""}),
    25_010: (
        "quality",
        "INCONCLUSIVE: electrode RA off",
        {"state": "off", "reason": "electrode RA off"},
    ),
}


def chunk(start: int) -> Chunk:
    stop = start + CHUNK
    passed_ns = round(stop / RATE_HZ * 1e9)
    return Chunk(
        start=start,
        mv=microvolts(start, stop) / 1000,
        leads=np.full(CHUNK, 1 if start >= 25_200 else 0, np.uint8),
        taken_ns=passed_ns,
        wall_ns=BEGAN_NS + passed_ns,
        beats=tuple(StoredBeat(at, symbol_at(at), 0.9, "", 1.0) for at in beats(start, stop)),
        events=tuple(
            StoredEvent(at, at, *change) for at, change in CHANGES.items() if start <= at < stop
        ),
        usable=CHUNK,
    )


class Session:
    """Session 1, ended, and what is known of it."""

    RATE_HZ, STOP, BEGAN_NS, LONG_GAP = RATE_HZ, STOP, BEGAN_NS, LONG_GAP
    microvolts = staticmethod(microvolts)
    beats = staticmethod(beats)
    symbol_at = staticmethod(symbol_at)

    def __init__(self, folder: Path, *, simulated: bool) -> None:
        self.store = Store.open(folder)
        self.reader = self.store.reader
        self._writer = self.store.writer(quota_bytes=10**9)
        info = SignalInfo("bed 7", float(RATE_HZ), "II", simulated=simulated)
        self._writer.begin(SessionInfo(info, "aami", "0.1.0", "replay:bed7"))
        for start in range(0, STOP, CHUNK):
            if not LONG_GAP[0] <= start < LONG_GAP[1]:
                self._writer.put(chunk(start), wait=True)
        self._writer.end()
        patience = time.monotonic() + 20
        while self._writer.status().waiting or self._writer.session is not None:
            assert time.monotonic() < patience
            time.sleep(0.005)

    def submit(self, edit: Callable[..., Any]) -> Any:
        return self._writer.submit(edit).result(20)

    def close(self) -> None:
        self._writer.close()
        self.store.close()


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    one = Session(tmp_path_factory.mktemp("data"), simulated=False)
    yield one
    one.close()


@pytest.fixture
def simulated(tmp_path: Path) -> Iterator[Session]:
    """Another one, simulated, which a test may delete."""
    one = Session(tmp_path / "data", simulated=True)
    yield one
    one.close()
