"""`ecg-device sessions`: what was kept, listed, shown, and deleted for good."""

import json
import os
import pty
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ecg_device.bench.appliance import Appliance
from ecg_device.cli import main
from ecg_device.store import Store

ROW = re.compile(r" +(\d+)  (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) +(\d+:\d\d:\d\d) +([\d.]+ [kM]?B)  ")
TABLES = ("session", "chunk", "beat", "event", "tile", "minute", "tally")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Session 1, half a minute of sinus rhythm, and session 2, twenty seconds of fibrillation."""
    folder = tmp_path / "data"
    for source, seconds in (("synthetic:sinus", 30), ("synthetic:af", 20)):
        quick = ["--speed", "0", "--seconds", str(seconds), "--quiet", "--port", "none"]
        assert main(["run", "--source", source, *quick, "--data", str(folder)]) == 0
    return folder


@pytest.fixture
def ask(data: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`ask("list")`: status, what was printed and what was complained of."""
    capsys.readouterr()

    def sessions(*arguments: str) -> tuple[int, str, str]:
        status = main(["sessions", *arguments, "--data", str(data)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return sessions


def counts(data: Path) -> dict[str, int]:
    """Rows of each table, with nothing but SQLite."""
    with closing(sqlite3.connect(data / "ecg.sqlite3")) as database:
        return {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in TABLES
        }


def test_the_list_has_a_row_each_the_newest_first(ask) -> None:
    """Number, when, how long, how large, from where, and that it is simulated."""
    status, out, err = ask()
    assert (status, err) == (0, "")
    heading, *rows = out.splitlines()
    assert heading.split()[:3] == ["id", "began", "duration"]
    found = [match for row in rows if (match := ROW.match(row))]
    assert [(match[1], match[3]) for match in found] == [("2", "0:00:20"), ("1", "0:00:30")]
    assert "synthetic:af" in rows[0] and "synthetic:sinus" in rows[1]
    assert all("SIMULATED" in row for row in rows)
    assert "sinus rhythm" in rows[1] and re.search(r"\bN \d+", rows[1])
    assert ask("list")[1] == out


def test_only_so_many_are_listed(ask) -> None:
    """And it is said that there are more."""
    _, out, _ = ask("--limit", "1")
    assert [match[1] for row in out.splitlines() if (match := ROW.match(row))] == ["2"]
    assert "older ones are not shown" in out
    _, out, _ = ask("list", "--limit", "2")
    assert "older" not in out and len(out.splitlines()) == 3


def test_json_is_for_programs(ask) -> None:
    """The same sessions as JSON; an option counts before an action and after it."""
    listed = json.loads(ask("--json")[1])
    assert [(one["id"], one["duration_s"]) for one in listed] == [(2, 20.0), (1, 30.0)]
    assert json.loads(ask("list", "--json", "--limit", "1")[1]) == listed[:1]
    assert json.loads(ask("--json", "--limit", "1", "list")[1]) == listed[:1]
    assert json.loads(ask("show", "1", "--json")[1]) == listed[1]


def test_one_is_shown_in_full(ask) -> None:
    _, out, _ = ask("show", "1")
    told = dict(line.split("  ", 1) for line in out.splitlines())
    told = {name.strip(): value.strip() for name, value in told.items()}
    assert told["session"] == "1; SIMULATED"
    assert told["source"] == "synthetic:sinus (sinus)"
    assert told["duration"] == "0:00:30 (30.000 s)"
    assert told["samples"] == "0 to 10800, 0 missing, 0 late"
    assert told["signal"] == "lead ECG, 360 Hz"
    total = int(told["beats"].split()[0])
    assert total == pytest.approx(30 * 72 / 60, abs=4)  # a heart of 72 bpm
    labels = told["beats"].partition("(")[2].rstrip(")").split()
    assert sum(map(int, labels[1::2])) == total


def test_deleted_is_gone_and_the_other_is_not(ask, data: Path) -> None:
    """No row of it in any table; what is left is what the other one had."""
    before = counts(data)
    assert ask("delete", "1", "--yes") == (0, "session 1 is deleted\n", "")
    status, _, err = ask("show", "1")
    assert status == 1 and "there is no session 1" in err
    left = counts(data)
    assert left["session"] == 1
    assert 0 < left["chunk"] < before["chunk"] and 0 < left["beat"] < before["beat"]
    assert [one["id"] for one in json.loads(ask("--json")[1])] == [2]
    assert ask("delete", "2", "--yes")[0] == 0
    assert counts(data) == dict.fromkeys(TABLES, 0)
    assert ask()[:2] == (0, "nothing is kept yet\n")


def test_it_is_not_deleted_unasked(data: Path) -> None:
    """Without a terminal to ask on, and without --yes: one line, nothing gone."""
    before = counts(data)
    done = subprocess.run(
        [sys.executable, "-m", "ecg_device", "sessions", "delete", "1", "--data", str(data)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1 and "add --yes" in done.stderr
    assert counts(data) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "status", "left"), [("y", 0, 1), ("yes", 0, 1), ("", 1, 2), ("n", 1, 2)]
)
def test_on_a_terminal_it_asks(data: Path, answer: str, status: int, left: int) -> None:
    """It says which one it is; only a yes deletes."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "ecg_device", "sessions", "delete", "1", "--data", str(data)],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        _, said = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == status
    assert "session 1" in said and "synthetic:sinus" in said and "[y/N]" in said
    assert counts(data)["session"] == left


def test_where_another_process_writes_it_is_not_deleted(ask, data: Path) -> None:
    """The page is named, in one line; nothing is gone."""
    before = counts(data)
    with closing(Store.open(data)):
        status, out, err = ask("delete", "1", "--yes")
    assert (status, out) == (1, "")
    assert err.count("\n") == 1 and "on its page" in err
    assert counts(data) == before


@pytest.fixture
def running(data: Path, tmp_path: Path) -> Iterator[Appliance]:
    """An appliance that records session 3 into the same folder."""
    options = ["--source", "synthetic:sinus", "--data", str(data), "--port", "none"]
    with Appliance(tmp_path / "appliance", options) as appliance:
        yield appliance


@pytest.mark.slow
def test_beside_a_running_appliance(ask, running: Appliance) -> None:
    """It is listed as being recorded, cannot be deleted, and goes on undisturbed."""

    def recorded() -> bool:
        return any(one["live"] for one in json.loads(ask("--json")[1]))

    running.until(recorded, "a session that is being recorded")
    assert "being recorded" in ask()[1].splitlines()[1]
    assert "still being recorded" in ask("show", "3")[1]
    for number, told in (("3", "session 3 is being recorded"), ("1", "on its page")):
        status, _, err = ask("delete", number, "--yes")
        assert status == 1 and told in err
    running.stop()
    assert running.complaints == ""
    assert [one["id"] for one in json.loads(ask("--json")[1])] == [3, 2, 1]


def test_a_session_that_lost_its_power_can_be_deleted(ask, data: Path) -> None:
    """It was never ended, but nobody records it."""
    with closing(sqlite3.connect(data / "ecg.sqlite3")) as database:
        database.execute("UPDATE session SET ended = 0 WHERE id = 2")
        database.commit()
    assert not json.loads(ask("show", "2", "--json")[1])["live"]
    assert ask("delete", "2", "--yes")[0] == 0
    assert counts(data)["session"] == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show", "7"], "there is no session 7"),
        (["delete", "7", "--yes"], "there is no session 7"),
        (["delete", "0", "--yes"], "there is no session 0"),
    ],
)
def test_what_is_not_there_is_one_line(ask, arguments: list[str], told: str) -> None:
    status, out, err = ask(*arguments)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1 and told in err


@pytest.mark.parametrize("action", [[], ["show", "1"], ["delete", "1", "--yes"]])
def test_a_wrong_folder_is_one_line_and_stays_as_it_is(tmp_path: Path, action, capsys) -> None:
    """An empty one, none at all, and one whose database is none; nothing is made there."""
    empty, absent, strange = tmp_path / "empty", tmp_path / "absent", tmp_path / "strange"
    empty.mkdir()
    strange.mkdir()
    (strange / "ecg.sqlite3").write_text("not a database\n" * 99)
    for folder, told in (
        (empty, "nothing is kept there"),
        (absent, "nothing is kept there"),
        (strange, "the database is damaged"),
    ):
        assert main(["sessions", *action, "--data", str(folder)]) == 1
        err = capsys.readouterr().err
        assert err.count("\n") == 1 and told in err
    assert list(empty.iterdir()) == [] and not absent.exists()
    assert [path.name for path in strange.iterdir()] == ["ecg.sqlite3"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["remove", "1"], "invalid choice: 'remove'"),
        (["show"], "ID"),
        (["delete", "all"], "the number of a session, received 'all'"),
        (["--limit", "0"], "a whole number from 1 up"),
        (["list", "--limit", "many"], "received 'many'"),
        (["list", "--yes"], "unrecognized arguments"),
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], told: str, capsys) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["sessions", *arguments])
    assert exited.value.code == 2
    assert told in capsys.readouterr().err
