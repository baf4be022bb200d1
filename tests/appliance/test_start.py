"""What keeps the appliance from starting is one clear line; what need not, does not."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecg_device.bench.appliance import Appliance
from ecg_device.bench.processes import family
from ecg_device.bench.viewer import Viewer
from ecg_device.cli import main

Start = Callable[..., Appliance]
SOON_S = 20.0


def refusal(appliance: Appliance) -> str:
    """The one line with which it ended by itself, status 1, nobody left running."""
    assert appliance.process.wait(SOON_S) == 1
    assert family(appliance.pid) == []
    line = appliance.complaints
    assert line.count("\n") == 1 and line.startswith("ecg-device: ")
    assert "bug" not in line and "Traceback" not in line
    return line


def test_a_folder_that_another_appliance_writes(start: Start, tmp_path: Path) -> None:
    """The second one names the folder and the first one, which goes on undisturbed."""
    first = start()
    viewer = Viewer(first.page)
    second = start("--data", str(first.data), folder=tmp_path / "second")
    line = refusal(second)
    assert str(first.data) in line and f"process {first.pid}" in line and "--data" in line
    seen = len(viewer.values("batch"))
    first.until(lambda: len(viewer.values("batch")) > seen, "more signal")
    viewer.close()
    assert first.stop() <= 2.0 and (first.process.returncode, first.complaints) == (0, "")


def test_a_port_that_is_taken(start: Start) -> None:
    """The port is named, and how to get another; nothing of a session is left half made."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refusal(start("--port", str(port)))
    assert str(port) in line and "--port" in line


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--model", "aamii"), ["'aamii'", "did you mean 'aami'?"]),
        (("--model", "/nowhere/model"), ["/nowhere/model"]),
        (("--source", "replay:/nowhere/100"), ["/nowhere/100"]),
        (("--config", "/nowhere/config.toml"), ["/nowhere/config.toml", "--config"]),
        (("--data", "/dev/null/data"), ["/dev/null/data", "--data"]),
    ],
)
def test_what_is_not_there(start: Start, options: tuple[str, ...], told: list[str]) -> None:
    """Each is called by its name, with what to do."""
    line = refusal(start(*options))
    assert all(words in line for words in told), line


@pytest.mark.parametrize(
    ("text", "expected", "received"),
    [
        ('host = "not a host"', "an address or a name", "'not a host'"),
        ("port = 65536", "1 to 65535", "65536"),
        ('port = "http"', "1 to 65535", "'http'"),
        ("port = true", "1 to 65535", "True"),
        ('hosts = "ecg.local"', "a list of names", "'ecg.local'"),
        ('hosts = ["a b"]', "an address or a name", "['a b']"),
        ("viewers = 0", "1 to 64", "0"),
        ("viewers = 2.0", "1 to 64", "2.0"),
        ('data = ""', "a folder, or none", "''"),
        ("data = 5", "a folder, or none", "5"),
        ("quota_gb = 0", "gigabytes from 0.01", "0"),
        ('quota_gb = "4"', "gigabytes from 0.01", "'4'"),
        ("quota_gb = nan", "gigabytes from 0.01", "nan"),
        ('tls_cert = "a.pem"', "tls_cert and tls_key together", "tls_cert alone"),
        ('tls_key = "a.pem"', "tls_cert and tls_key together", "tls_key alone"),
        ("tls_cert = 1", "PEM file", "1"),
        ("model = 1", "the name of a model", "1"),
    ],
)
def test_a_setting_that_cannot_be(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    expected: str,
    received: str,
) -> None:
    """What was expected and what was received, the setting and the file: on one line, status 1."""
    file = tmp_path / "config.toml"
    file.write_text(text + "\n")
    assert main(["run", "--config", str(file)]) == 1
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and str(file) in line
    assert f"expected {expected}" in line or ("expected" in line and expected in line)
    assert f"received {received}" in line


def test_a_read_only_disk_is_no_reason_not_to_start(
    start: Start, small_disk: Path, health: Callable[..., Any]
) -> None:
    """The heart is watched, nothing is kept, and health and log say why."""
    data = small_disk / "data"
    data.mkdir()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    appliance = start("--data", str(data))
    viewer = Viewer(appliance.page)
    appliance.until(lambda: len(viewer.values("batch")) > 10, "signal")
    appliance.until(lambda: health(appliance.page)[1]["state"] == "degraded", "a complaint")
    status, told = health(appliance.page)
    viewer.close()
    assert status == 200 and [one["component"] for one in told["reasons"]] == ["storage"]
    assert "cannot be written" in told["reasons"][0]["reason"]
    assert "storage: " in appliance.complaints
    assert appliance.stop() <= 2.0 and appliance.process.returncode == 0


def test_ctrl_c_twice_ends_it_without_a_word(start: Start) -> None:
    """Asked once and again at once: gone within 2 s, no traceback, nobody left."""
    appliance = start()
    assert appliance.page
    processes = family(appliance.pid)
    os.killpg(appliance.pid, signal.SIGINT)
    time.sleep(0.02)
    os.killpg(appliance.pid, signal.SIGINT)
    assert appliance.process.wait(2.0) in (0, 130, -signal.SIGINT)
    assert "Traceback" not in appliance.complaints and "bug" not in appliance.complaints
    until = time.monotonic() + 1.0
    while any(map(family, processes)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(map(family, processes))
