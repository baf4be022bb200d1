"""`ecg-device record`: one ECG, kept and told; or why there is none."""

import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from ecg_device.cli import main
from ecg_device.store import Store, open_reader

QUICK = ("--speed", "0", "--seconds", "10")
NEVER_ON = """
[[rhythm]]
kind = "sinus"
duration_s = 60

[[fault]]
kind = "lead-off"
start_s = 0
duration_s = 60
electrode = "RA"
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def kept(data: Path) -> list[dict]:
    """The recordings, in a store that is sound and has no session."""
    with closing(sqlite3.connect(data / "ecg.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM session").fetchone() == (0,)
    with open_reader(data) as reader:
        return reader.recordings()["recordings"]


@pytest.mark.parametrize("seconds", [10, 30])
def test_one_ecg_is_taken_kept_and_printed(data: Path, seconds: int, capsys) -> None:
    """So many seconds of a heart of 72 bpm, with what was found; each line says SIMULATED."""
    options = ["--source", "synthetic:sinus", "--speed", "0", "--seconds", str(seconds)]
    assert main(["record", *options, "--data", str(data)]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    lines = captured.out.splitlines()
    assert all(line.startswith("SIMULATED  ") for line in lines)
    assert f"ECG of {seconds} s" in lines[0] and "Not a medical device" in lines[0]
    (recording,) = kept(data)
    assert recording["seconds"] == seconds and recording["simulated"] is True
    assert recording["result"]["rate"]["mean"] == pytest.approx(72, abs=3)
    assert sum(recording["result"]["beats"].values()) == pytest.approx(seconds * 1.2, abs=1)
    told = captured.out
    assert recording["result"]["conclusion"] in told
    assert f"{recording['result']['rate']['mean']:.0f} bpm on average" in told
    assert f"{recording['result']['intervals']['rr_ms']['value']} ms" in told
    assert f"recording {recording['id']} in {data}" in told
    with open_reader(data) as reader:
        assert len(reader.recording_signal(recording["id"])["uv"]) == seconds * 360


@pytest.mark.parametrize("bpm", [50, 72, 95])
def test_a_short_one_of_a_steady_heart_is_conclusive(
    data: Path, tmp_path: Path, bpm: int, capsys
) -> None:
    """It waits for the rhythm to be known, so that ten seconds suffice, of a slow heart too."""
    scenario = tmp_path / "steady.toml"
    steady = f'[[rhythm]]\nkind = "sinus"\nduration_s = 60\nrate_bpm = {bpm}\nsd_ms = 0\n'
    scenario.write_text(steady)
    options = ["--scenario", str(scenario), *QUICK, "--json", "--data", str(data)]
    assert main(["record", *options]) == 0
    result = json.loads(capsys.readouterr().out)["result"]
    assert result["conclusive"], result["reason"]
    assert result["rate"]["mean"] == pytest.approx(bpm, abs=1)


@pytest.mark.slow
def test_it_is_the_same_at_any_pace(tmp_path: Path, capsys) -> None:
    """The same seconds of the same signal, however fast it comes."""
    starts = []
    for speed in ("0", "20"):
        folder = tmp_path / speed
        options = ["--source", "synthetic:sinus", "--seconds", "10", "--speed", speed]
        assert main(["record", *options, "--data", str(folder)]) == 0
        (recording,) = kept(folder)
        starts.append((recording["start"], recording["result"]))
    assert starts[0] == starts[1]
    capsys.readouterr()


def test_json_is_what_was_kept(data: Path, capsys) -> None:
    options = ["--source", "synthetic:af", *QUICK, "--data", str(data), "--json"]
    assert main(["record", *options]) == 0
    told = json.loads(capsys.readouterr().out)
    (recording,) = kept(data)
    assert told == {name: recording[name] for name in told}
    assert {"id", "simulated", "result"} <= set(told)


def test_an_inconclusive_one_is_one_too(data: Path, tmp_path: Path, capsys) -> None:
    """An electrode comes off in the middle: kept, status 0, with the reason and what to do."""
    scenario = tmp_path / "off.toml"
    scenario.write_text(
        NEVER_ON.replace("start_s = 0\nduration_s = 60", "start_s = 18\nduration_s = 42")
    )
    assert main(["record", "--scenario", str(scenario), *QUICK, "--data", str(data)]) == 0
    out = capsys.readouterr().out
    assert "INCONCLUSIVE: electrode RA off" in out.splitlines()[1]
    assert "Check the electrode on the right arm" in out
    (recording,) = kept(data)
    assert not recording["result"]["conclusive"]


def test_without_contact_there_is_none(data: Path, tmp_path: Path, capsys) -> None:
    """Given up after 20 s of signal: status 1, a line with the electrode and what to do."""
    scenario = tmp_path / "off.toml"
    scenario.write_text(NEVER_ON)
    assert main(["record", "--scenario", str(scenario), *QUICK, "--data", str(data)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1 and "no ECG was taken" in captured.err
    assert "electrode RA off" in captured.err and "right arm" in captured.err
    assert kept(data) == []


def test_a_signal_that_ends_too_early_gives_none(data: Path, tmp_path: Path, capsys) -> None:
    scenario = tmp_path / "short.toml"
    scenario.write_text('[[rhythm]]\nkind = "sinus"\nduration_s = 8\n')
    assert main(["record", "--scenario", str(scenario), *QUICK, "--data", str(data)]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "the signal ended" in err
    assert kept(data) == []


def test_nothing_need_be_kept(tmp_path: Path, capsys, monkeypatch) -> None:
    """With --data none the result is printed, no file is made, and that is status 0."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ECG_DEVICE_STATE", str(tmp_path / "state"))
    assert main(["record", "--source", "synthetic:sinus", *QUICK, "--data", "none"]) == 0
    assert "nowhere (data = none)" in capsys.readouterr().out
    assert not list(tmp_path.rglob("*.sqlite3"))


def test_without_a_model_beats_have_no_names(data: Path, capsys) -> None:
    options = ["--source", "synthetic:sinus", *QUICK, "--model", "none", "--data", str(data)]
    assert main(["record", *options]) == 0
    assert "nothing: beats have no names" in capsys.readouterr().out
    (recording,) = kept(data)
    assert set(recording["result"]["beats"]) == {"Q"}


def test_an_ecg_that_cannot_be_kept_is_told_and_shown(data: Path, capsys) -> None:
    """The table is not there, as a disk may lose it: the card all the same, and status 1."""
    Store.open(data).close()
    with closing(sqlite3.connect(data / "ecg.sqlite3")) as database:
        database.execute("DROP TABLE recording")
    options = ["--source", "synthetic:sinus", *QUICK, "--data", str(data)]
    assert main(["record", *options]) == 1
    captured = capsys.readouterr()
    assert "bpm on average" in captured.out and "kept" not in captured.out
    assert captured.err.count("\n") == 1 and "the ECG is not kept" in captured.err


def test_where_an_appliance_runs_its_page_is_named(data: Path, capsys) -> None:
    """One line, before any signal is asked for; nothing is kept."""
    with closing(Store.open(data)):
        assert main(["record", "--source", "replay:/nowhere", "--data", str(data)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "an appliance is running" in captured.err and "on its page" in captured.err
    assert kept(data) == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--source", "synthetic:sinuss"], "did you mean 'sinus'?"),
        (["--source", "replay:/nowhere/100"], "/nowhere/100"),
        (["--source", "mcp3008"], "synthetic:SCENARIO or replay:PATH"),
        (["--scenario", "/nowhere/a.toml"], "/nowhere/a.toml"),
        (["--speed", "-1"], "'speed' from the command line"),
        (["--seed", "-1"], "'seed' from the command line"),
        (["--model", "no-such-model"], "no-such-model"),
        (["--config", "/nowhere/c.toml"], "/nowhere/c.toml"),
    ],
)
def test_what_cannot_be_is_one_line(data: Path, options: list[str], told: str, capsys) -> None:
    assert main(["record", "--data", str(data), *options]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1 and told in captured.err


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path, capsys) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "data"
    assert main(["record", *QUICK, "--source", "synthetic:sinus", "--data", str(folder)]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "--data FOLDER" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--seconds", "20"], "10, 30"),
        (["--seconds", "ten"], "'ten'"),
        (["--seconds", "10.0"], "'10.0'"),
        (["--speed", "fast"], "'fast'"),
        (["--port", "80"], "unrecognized arguments"),
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], told: str, capsys) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["record", *arguments])
    assert exited.value.code == 2
    assert told in capsys.readouterr().err


def on_terminal(data: Path) -> tuple[subprocess.Popen[str], int]:
    """At four times its pace, its countdown on a terminal whose other end is given."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ecg_device", "record", "--source", "synthetic:sinus",
         "--speed", "4", "--seconds", "10", "--data", str(data)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs, text=True,
    )  # fmt: skip
    os.close(theirs)
    return process, ours


def shown(terminal: int, until: str) -> str:
    """What comes on a terminal until a word does; or its end."""
    text, patience = "", time.monotonic() + 60
    while until not in text and time.monotonic() < patience:
        try:
            text += os.read(terminal, 4096).decode()
        except OSError:  # Linux's way to say that the other end is closed
            break
    return text


@pytest.mark.slow
def test_it_is_counted_down_on_a_terminal(data: Path) -> None:
    """Contact, then the seconds that are left, in falling order; gone before the card."""
    process, terminal = on_terminal(data)
    with process:
        text = shown(terminal, "no such word")
        assert process.stdout is not None
        out = process.stdout.read()
    os.close(terminal)
    assert process.returncode == 0
    told = [part for part in text.split("\r\x1b[K") if part]
    assert all(part.startswith("SIMULATED  ") for part in told)
    assert "looking at the signal" in told[0]
    left = [int(part.split()[-3]) for part in told if " s left" in part]
    assert left == sorted(left, reverse=True) and left[0] >= 8 and left[-1] <= 1
    assert text.endswith("\r\x1b[K")
    assert "bpm on average" in out


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["looking", " s left"])
def test_interrupted_it_keeps_nothing_and_says_nothing(data: Path, moment: str) -> None:
    """Ctrl-C, before and while it records: status 130, no line, no half an ECG."""
    process, terminal = on_terminal(data)
    with process:
        assert moment in shown(terminal, moment)
        process.send_signal(signal.SIGINT)
        rest = shown(terminal, "no such word")
        assert process.stdout is not None
        assert process.stdout.read() == ""
    os.close(terminal)
    assert process.returncode == 130
    assert "ecg-device" not in rest and "Traceback" not in rest
    assert kept(data) == []
