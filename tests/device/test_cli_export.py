"""`ecg-device export`: what was kept as files, and what an analysis finds in them again."""

import json
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_device.cli import main
from ecg_device.signals import SignalInfo
from ecg_device.store import Chunk, SessionInfo, Store

SETTLED_S = 5.0  # before that a detector may still be learning


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files come into a folder of the test's own."""
    monkeypatch.chdir(tmp_path)


def keep(data: Path, seconds: int, source: str = "synthetic:sinus") -> None:
    quick = ["--speed", "0", "--seconds", str(seconds), "--quiet"]
    assert main(["run", "--source", source, *quick, "--port", "none", "--data", str(data)]) == 0


def keep_hours(data: Path, hours: int) -> None:
    """A long session of no heart, ten seconds in a chunk."""
    with closing(Store.open(data)) as store:
        writer = store.writer(quota_bytes=10**9)
        writer.begin(SessionInfo(SignalInfo("long", 360.0), None, "0.1.0", "replay:long"))
        for start in range(0, hours * 3600 * 360, 3600):
            moment = round((start + 3600) / 360 * 1e9)
            mv = np.arange(3600) / 3600
            writer.put(Chunk(start, mv, None, moment, moment), wait=True)
        writer.end()
        while writer.status().waiting or writer.session is not None:
            time.sleep(0.01)
        writer.close()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute of a simulated heart, kept as session 1."""
    folder = tmp_path_factory.mktemp("kept") / "data"
    keep(folder, 60)
    return folder


def beats_in(record: Path) -> np.ndarray:
    marks = wfdb.rdann(str(record), "ecgd")
    told = zip(marks.sample, marks.symbol, strict=True)
    return np.array([at for at, symbol in told if symbol not in '+~"'])


@pytest.mark.parametrize("from_s", [0, 20])
def test_an_analysis_finds_the_beats_that_were_kept(data: Path, tmp_path: Path, from_s) -> None:
    """Each within a sample, and none besides, once the detector knows the signal."""
    options = ["--format", "wfdb", "--from", str(from_s), "-o", "night", "--data", str(data)]
    assert main(["export", "1", *options]) == 0
    assert main(["analyze", "night", "--out", str(tmp_path / "again")]) == 0
    kept, found = (beats_in(folder / "night") for folder in (tmp_path, tmp_path / "again"))
    kept, found = (beats[beats > SETTLED_S * 360] for beats in (kept, found))
    assert len(kept) >= (60 - from_s - SETTLED_S) * 72 / 60 * 0.9  # a heart of 72 bpm
    assert len(found) == len(kept)
    assert np.abs(found - kept).max() <= 1
    report = json.loads((tmp_path / "again" / "night.json").read_text())
    assert report["record"]["simulated"] is True


@pytest.mark.parametrize("format", ["wfdb", "edf", "csv"])
def test_the_file_is_named_by_the_session(data: Path, tmp_path: Path, format, capsys) -> None:
    """In the folder at hand, or in the one given; its name is all that is printed."""
    (tmp_path / "usb").mkdir()
    for options, folder in (([], Path()), (["-o", "usb"], Path("usb"))):
        assert main(["export", "1", "--format", format, "--data", str(data), *options]) == 0
        name = "session-1-SIMULATED" + ("" if format == "wfdb" else f".{format}")
        assert Path(capsys.readouterr().out.rstrip("\n")) == folder / name
        assert (tmp_path / folder / (f"{name}.hea" if format == "wfdb" else name)).stat().st_size


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["2", "--format", "csv"], "there is no session 2"),
        (["999999999999999", "--format", "csv"], "there is no session"),
        (["1", "--format", "csv", "--from", "61"], "a stretch of 0 to 60.0 s"),
        (["1", "--format", "edf", "--from", "9", "--to", "3"], "received 9 to 3 s"),
        (["1", "--format", "csv", "-o", "no/such/file.csv"], "No such file"),
        (["1", "--format", "wfdb", "-o", "a b"], "letters, digits, _ and -"),
        (["1", "--format", "csv", "--data", "/nowhere"], "/nowhere: nothing is kept there"),
        (["1", "--format", "csv", "--data", "none"], "name the folder: --data FOLDER"),
        (["1", "--format", "csv", "--data", ""], "'data' from the command line"),
    ],
)
def test_what_cannot_be_exported_is_one_line(
    data: Path, tmp_path: Path, arguments, told, capsys
) -> None:
    """Status 1, a line that says why, and no file."""
    options = [] if "--data" in arguments else ["--data", str(data)]
    assert main(["export", *arguments, *options]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1 and told in captured.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "required"),
        (["1"], "--format"),
        (["1", "--format", "pdf"], "invalid choice: 'pdf'"),
        (["one", "--format", "csv"], "the number of a session, received 'one'"),
        (["-1", "--format", "csv"], "ecg-device export: error"),
        (["1.5", "--format", "csv"], "received '1.5'"),
        (["1" * 30, "--format", "csv"], "the number of a session"),
        (["1", "--format", "csv", "--from", "nan"], "seconds from 0 up, received 'nan'"),
        (["1", "--format", "csv", "--to", "-3"], "seconds from 0 up, received '-3'"),
    ],
)
def test_wrong_usage_is_status_2(arguments, told, capsys) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["export", *arguments])
    assert exited.value.code == 2
    assert told in capsys.readouterr().err


def test_a_folder_that_is_no_store_is_one_line(tmp_path: Path, capsys) -> None:
    """A file of the database's name that is none: told, and left as it is."""
    database = tmp_path / "ecg.sqlite3"
    database.write_bytes(b"something else\n" * 100)
    assert main(["export", "1", "--format", "csv", "--data", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "the database is damaged" in told
    assert database.read_bytes() == b"something else\n" * 100


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("format", ["wfdb", "csv"])
def test_an_export_that_is_stopped_leaves_nothing(tmp_path: Path, format, number) -> None:
    """Ended in the middle of six hours: neither a half file nor a hidden one."""
    keep_hours(tmp_path / "data", 6)
    out = tmp_path / "out"
    out.mkdir()
    command = [sys.executable, "-m", "ecg_device", "export", "1", "--format", format]
    with subprocess.Popen(
        [*command, "--data", str(tmp_path / "data"), "-o", str(out / "night")],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        patience = time.monotonic() + 30
        while not list(out.iterdir()):
            assert time.monotonic() < patience and process.poll() is None
            time.sleep(0.001)
        process.send_signal(number)
        assert process.stderr is not None
        told = process.stderr.read()
    assert (process.returncode, told) == (130, "")
    assert list(out.iterdir()) == []


def test_help_says_what_comes(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    assert re.search(r"NAME\.hea.*NAME\.ecgd", capsys.readouterr().out, re.DOTALL)
