"""An appliance that keeps something: a real store, filled by chunks whose content is arithmetic."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from ecg_device.signals import SignalInfo
from ecg_device.store import (
    CHUNK_S,
    Chunk,
    KeptRecording,
    SessionInfo,
    Store,
    StoredBeat,
    StoredEvent,
    Writer,
)
from ecg_device.web import Appliance

RATE_HZ = 360
LEAD_II = SignalInfo("bed 7", float(RATE_HZ), "II", simulated=False, rails_mv=(-1.5, 1.5))
BEGAN_NS = 1_795_000_000_000_000_000
GAP = (10_000, 10_100)  # samples of session 1 that are missing


def microvolts(first: int, stop: int) -> np.ndarray:
    """What every session holds: a number of microvolts that its sample number tells."""
    return np.arange(first, stop) * 7 % 2001 - 1000.0


@dataclass(frozen=True)
class Kept:
    """What was put into a store, and the store that keeps it.

    Sessions 1 (100 s, a gap, sinus rhythm and then fibrillation), 2 (20 s) and 3 (9 s, not ended);
    recordings 1 (conclusive, of session 1) and 2 (inconclusive, of session 2). A beat each 300
    samples, every fifth a V.
    """

    store: Store
    writer: Writer

    @property
    def data(self) -> Path:
        return self.store.folder

    def record(self, seconds: float, *, gap: tuple[int, int] = (0, 0), began_s: float = 0) -> None:
        """A session that goes on; it is in the database when this returns."""
        self.writer.begin(SessionInfo(LEAD_II, "aami", "0.1.0", "replay:bed7"))
        step, stop = round(CHUNK_S * RATE_HZ), round(seconds * RATE_HZ)
        for start in range(0, stop, step):
            self.writer.put(_chunk(start, min(stop, start + step), gap, began_s), wait=True)
        self.settle()

    def settle(self) -> None:
        """Everything put before is written."""
        while self.writer.status().waiting:
            time.sleep(0.002)
        self.writer.submit(lambda connection: None).result(5)


def _chunk(start: int, stop: int, gap: tuple[int, int], began_s: float) -> Chunk:
    mv = microvolts(start, stop) / 1000
    mv[max(0, gap[0] - start) : max(0, gap[1] - start)] = np.nan
    beats = [
        StoredBeat(at, "V" if at % 1500 == 0 else "N", 0.75, "", 1.0)
        for at in range(-(-start // 300) * 300, stop, 300)
    ]
    rhythms = {0: ("(N", "sinus rhythm"), 18_000: ("(AFIB", "atrial fibrillation")}
    events = [
        StoredEvent(at, at + 170, "rhythm", name, {"aux": aux, "name": name, "reason": ""})
        for at, (aux, name) in rhythms.items()
        if start <= at < stop
    ]
    if start == 0:
        events.append(StoredEvent(0, 0, "quality", "ok", {"state": "ok", "reason": ""}))
    passed_ns = round((stop / RATE_HZ + began_s) * 1e9)
    return Chunk(
        start=start,
        mv=mv,
        leads=None,
        taken_ns=passed_ns,
        wall_ns=BEGAN_NS + passed_ns,
        beats=tuple(beats),
        events=tuple(events),
        rates=((start, 72.0),),
        usable=stop - start,
    )


def _taken(session: int, conclusive: bool) -> KeptRecording:
    told = {
        "conclusive": conclusive,
        "conclusion": "sinus rhythm" if conclusive else "inconclusive",
        "reason": "" if conclusive else "noise",
        "advice": "",
        "rhythm": {"name": "sinus rhythm", "aux": "(N", "evidence": ["rate 72 bpm"]},
        "rate": {"mean": 72.0, "lowest": 71.5, "highest": 72.5} if conclusive else None,
        "beats": {"N": 10, "V": 2} if conclusive else {},
        "intervals": {"rr_ms": {"value": 833, "reason": ""}},
        "usable": 1.0,
        "seconds": 10,
        "model": "aami",
        "software": "0.1.0",
    }
    beats = (StoredBeat(720, "N", 0.9876, "", 1.0), StoredBeat(1020, "V", None, "noise", 1.0))
    mv = microvolts(360, 3960) / 1000
    return KeptRecording(session, 360, BEGAN_NS, LEAD_II, mv, beats=beats, result=told)


@contextmanager
def opened(folder: Path) -> Iterator[Kept]:
    store = Store.open(folder)
    kept = Kept(store, store.writer(quota_bytes=10**9))
    yield kept
    kept.writer.close()
    store.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that has ended."""
    folder = tmp_path_factory.mktemp("filled")
    with opened(folder) as kept:
        kept.record(100.0, gap=GAP)
        kept.record(20.0, began_s=1000.0)
        for session, conclusive in ((1, True), (2, False)):
            kept.writer.keep(_taken(session, conclusive)).result(5)
    return folder


@pytest.fixture
def kept(filled: Path, tmp_path: Path) -> Iterator[Kept]:
    """A real store with something in it, being written."""
    shutil.copytree(filled, tmp_path / "data")
    with opened(tmp_path / "data") as kept:
        kept.record(9.0, began_s=2000.0)
        yield kept


@pytest.fixture
def keeper(appliance: Appliance, kept: Kept) -> Appliance:
    """One that keeps this."""
    return replace(appliance, reader=kept.store.reader, edits=kept.writer.submit, data=kept.data)


@pytest.fixture
def archive(keeper: Appliance, client_of: Callable[[Appliance], FlaskClient]) -> FlaskClient:
    """A client of an appliance that keeps something."""
    return client_of(keeper)


@pytest.fixture
def get(archive: FlaskClient) -> Callable[..., dict]:
    """`get(path, limit=5)`: the answer to a request that is right."""

    def ask(path: str, **query: object) -> dict:
        answer = archive.get(path, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    return ask


@pytest.fixture
def refused(archive: FlaskClient) -> Callable[..., dict]:
    """Likewise the error of one that is wrong."""

    def ask(path: str, **query: object) -> dict:
        answer = archive.get(path, query_string=query)
        assert answer.status_code == 400, answer.text
        return answer.get_json()["error"]

    return ask
