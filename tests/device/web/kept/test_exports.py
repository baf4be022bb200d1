"""Files to take away: read by peers they hold what was put into the store; a few at a time."""

import io
import os
import socket
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import wfdb
from flask.testing import FlaskClient

from ecg_device.bench.processes import family
from ecg_device.web import Server, create_app, exports
from ecg_device.web.connections import GONE_KEY

EXPORT = "/api/v1/sessions/1/export"
RATE_HZ, STOP = 360, 36_000
GAP = range(10_000, 10_100)


def millivolts(first: int, stop: int) -> np.ndarray:
    """What was put at these samples of session 1; NaN where they are missing."""
    samples = np.arange(first, stop)
    mv = (samples * 7 % 2001 - 1000.0) / 1000
    mv[(samples >= GAP.start) & (samples < GAP.stop)] = np.nan
    return mv


def files(data: Path) -> list[Path]:
    """What exports have left."""
    return list((data / "exports").glob("**/*"))


def test_csv_has_every_sample(archive: FlaskClient, kept) -> None:
    """The stretch that was asked for, under a name that tells the session."""
    answer = archive.get(EXPORT, query_string={"format": "csv", "from": 720, "to": 1080})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == 'attachment; filename="session-1.csv"'
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    rows = [line.split(",") for line in answer.text.splitlines() if line[:1].isdigit()]
    np.testing.assert_allclose([float(row[1]) for row in rows], millivolts(720, 1080), atol=1e-4)
    times = np.array([float(row[0]) for row in rows])
    np.testing.assert_allclose(np.diff(times), 1 / RATE_HZ, atol=2e-6)
    assert files(kept.data) == []


def test_wfdb_is_read_by_its_own_library(archive: FlaskClient, tmp_path: Path) -> None:
    """A .zip of a record: each sample, the gap as no number, each beat at its place."""
    answer = archive.get(EXPORT, query_string={"format": "wfdb"})
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archived:
        archived.extractall(tmp_path)
    record = wfdb.rdrecord(str(tmp_path / "session-1"))
    assert (record.fs, record.sig_len) == (RATE_HZ, STOP)
    np.testing.assert_allclose(record.p_signal[:, 0], millivolts(0, STOP), atol=1e-3)
    marks = wfdb.rdann(str(tmp_path / "session-1"), "ecgd")
    beats = [at for at, symbol in zip(marks.sample, marks.symbol, strict=True) if symbol in "NV"]
    assert beats == list(range(0, STOP, 300))
    assert "(AFIB" in [note.rstrip("\x00") for note in marks.aux_note]


def test_edf_is_read_by_another_library(archive: FlaskClient, tmp_path: Path) -> None:
    """All seconds of it, within what its 16 bits resolve."""
    pyedflib = pytest.importorskip("pyedflib", reason="no pyEDFlib for this Python")
    answer = archive.get(EXPORT, query_string={"format": "edf", "from": 0, "to": 7200})
    assert answer.status_code == 200, answer.text
    path = tmp_path / "session.edf"
    path.write_bytes(answer.data)
    with pyedflib.EdfReader(str(path)) as reader:
        assert reader.getSampleFrequency(0) == RATE_HZ
        signal = reader.readSignal(0)[:7200]
        unit = {"mV": 1.0, "uV": 1000.0}[reader.getPhysicalDimension(0).strip()]
    np.testing.assert_allclose(signal / unit, millivolts(0, 7200), atol=0.002)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"format": ""}, 400),
        ({"format": "pdf"}, 400),
        ({"format": "CSV"}, 400),
        ({"format": "../csv"}, 400),
        ({"format": ["csv", "edf"]}, 400),
        ({"format": "csv", "from": 5, "to": 5}, 400),
        ({"format": "csv", "from": 9, "to": 5}, 400),
        ({"format": "csv", "from": STOP}, 400),
        ({"format": "csv", "from": 2**53 - 2, "to": 2**53 - 1}, 400),
        ({"format": "csv", "from": -1}, 400),
        ({"format": "csv", "to": "1;ls"}, 400),
        ({"format": "csv", "o": "/etc/passwd"}, 400),
    ],
    ids=repr,
)
def test_what_makes_no_file(archive: FlaskClient, query: dict, status: int) -> None:
    """Told before a process is begun; nothing is written."""
    answer = archive.get(EXPORT, query_string=query)
    assert answer.status_code == status
    assert answer.get_json()["error"]["expected"]


def test_the_head_makes_no_file(archive: FlaskClient) -> None:
    """What kind of file it would be, at once."""
    answer = archive.head(EXPORT, query_string={"format": "edf"})
    assert (answer.status_code, answer.mimetype) == (200, "application/edf")


def test_a_third_at_a_time_is_told_when_to_come_again(archive: FlaskClient) -> None:
    """Two seats, held until the file is sent or its reader has left."""
    query = {"format": "csv", "to": 360}
    held = [archive.get(EXPORT, query_string=query, buffered=False) for _ in range(2)]
    assert [answer.status_code for answer in held] == [200, 200]
    refused = archive.get(EXPORT, query_string=query)
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert "at most 2" in refused.get_json()["error"]["expected"]
    held.pop().close()
    assert archive.get(EXPORT, query_string=query).status_code == 200
    held.pop().close()


def test_no_room_is_told_before_it_begins(
    archive: FlaskClient, kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """507 with how much is needed: the signal must still have a place to go."""
    monkeypatch.setattr(exports, "RESERVE_BYTES", 1 << 60)
    for _ in range(3):  # and no seat is lost
        answer = archive.get(EXPORT, query_string={"format": "csv"})
        assert answer.status_code == 507
        assert "MB free" in answer.get_json()["error"]["expected"]
    assert files(kept.data) == []


def test_a_failed_export_says_why(archive: FlaskClient, kept) -> None:
    """503 in the system's words, and no seat is lost."""
    (kept.data / "exports").write_text("where the folder should be")
    for _ in range(3):
        answer = archive.get(EXPORT, query_string={"format": "csv"})
        assert answer.status_code == 503
        assert answer.get_json()["error"]["received"] == "File exists"


def test_who_has_left_gets_no_file(archive: FlaskClient, kept) -> None:
    """Given up at once, with its process."""
    before = family(os.getpid())
    left = {"environ_overrides": {GONE_KEY: lambda: True}}
    for _ in range(3):
        assert archive.get(f"{EXPORT}?format=csv", **left).status_code == 503
    assert family(os.getpid()) == before
    assert files(kept.data) == []


@contextmanager
def being_made(server: Server) -> Iterator[tuple[socket.socket, set[int]]]:
    """A real peer of a real server, and the processes that work for it by now."""
    before = set(family(os.getpid()))
    port = int(server.url.rstrip("/").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as peer:
        peer.sendall(f"GET {EXPORT}?format=csv HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        until = time.monotonic() + 10
        while not (begun := set(family(os.getpid())) - before):
            assert time.monotonic() < until
            time.sleep(0.005)
        yield peer, begun


def test_a_reader_that_leaves_ends_the_export(serve: Callable, keeper, kept) -> None:
    """Cut while it is being made: the process is killed, no file stays."""
    with being_made(serve(keeper)) as (peer, begun):
        peer.close()
        until = time.monotonic() + 10
        while set(family(os.getpid())) & begun or files(kept.data):
            assert time.monotonic() < until
            time.sleep(0.02)


def test_the_end_of_the_server_ends_the_export(serve: Callable, keeper, kept) -> None:
    """It does not wait for a file of a day: gone with its process, in time."""
    server = serve(keeper)
    with being_made(server) as (_, begun):
        asked = time.monotonic()
        server.stop()
        assert time.monotonic() - asked < 2.0
        assert not set(family(os.getpid())) & begun
        assert files(kept.data) == []


def test_what_a_killed_run_left_is_cleared_away(keeper, kept) -> None:
    """Half-made files of the run before are gone with the next start."""
    folder = kept.data / "exports" / "tmpx"
    folder.mkdir(parents=True)
    (folder / "export.csv").write_text("half")
    create_app(keeper)
    assert not (kept.data / "exports").exists()


def test_the_machine_is_left_to_the_signal(
    archive: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that makes the file runs at the lowest priority."""
    tell = "import os, sys; sys.exit(str(os.getpriority(os.PRIO_PROCESS, 0)))"
    wait = "import time; time.sleep(0.2); "
    command = [sys.executable, "-c", wait + tell]
    monkeypatch.setattr(exports, "_command", lambda *arguments: command)
    answer = archive.get(EXPORT, query_string={"format": "csv"})
    assert answer.status_code == 503
    assert answer.get_json()["error"]["received"] == "19"
