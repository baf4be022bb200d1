"""The command as a whole: help, settings, wrong usage, and failures of every kind."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ecg_device
from ecg_device.cli import main
from ecg_device.config import ENVIRONMENT_VARIABLE, SETTINGS


@pytest.fixture(autouse=True)
def nobody_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of the person who runs the tests reach them."""
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("ecg_device.config.SYSTEM_FILE", tmp_path / "etc.toml")


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ecg_device", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_does_not_wait_for_numpy() -> None:
    """Asking for help loads none of the heavy libraries."""
    code = (
        "import sys\n"
        "from ecg_device.cli import main\n"
        "try: main(['analyze', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'numpy', 'scipy'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", ["run", "analyze", "config", "scenarios"])
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A user who types --help gets an answer and status 0."""
    with pytest.raises(SystemExit) as exited:
        main([name, "--help"])
    assert exited.value.code == 0
    assert f"ecg-device {name}" in capsys.readouterr().out


def test_the_version_is_the_packages() -> None:
    """`ecg-device --version` names the version that is installed."""
    done = command("--version")
    assert (done.returncode, done.stdout) == (0, f"ecg-device {ecg_device.__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "arguments are required: {run,analyze,"),
        (["analyse", "100"], "invalid choice: 'analyse'"),
        (["analyze"], "RECORD"),
        (["analyze", "100", "--jobs", "0"], "expected a whole number from 1 up, received '0'"),
        (["analyze", "100", "--jobs", "two"], "received 'two'"),
        (["analyze", "100", "--adc-bits", "12"], "--adc-bits and --vref go together"),
        (["analyze", "100", "--vref", "3.3"], "--adc-bits and --vref go together"),
        (["analyze", "100", "--adc-bits", "12", "--vref", "0"], "a voltage above 0"),
        (["analyze", "100", "--adc-bits", "12", "--vref", "nan"], "a voltage above 0"),
        (["analyze", "a/100", "b/100.edf", "c/7"], "a/100 and b/100.edf would both write 100.ecgd"),
        (["run", "--seconds", "0"], "a number of seconds above 0"),
        (["run", "--seconds", "inf"], "a number of seconds above 0"),
        (["run", "--port", "http"], "a port from 0 to 65535, or none"),
        (["run", "--port", "65536"], "a port from 0 to 65535, or none"),
        (["run", "--listen", "80"], "unrecognized arguments"),
    ],
)
def test_wrong_usage_is_status_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command line that cannot be meant is refused before any work, saying why."""
    with pytest.raises(SystemExit) as exited:
        main(arguments)
    assert exited.value.code == 2
    assert told in capsys.readouterr().err


def test_config_prints_each_setting_and_its_origin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is printed are lines of TOML, each with where its value came from."""
    path = tmp_path / "mine.toml"
    path.write_text('speed = 2\nsource = "synthetic:af"\n')
    assert main(["config", "--config", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"# settings file: {path}"
    assert [line.split("#")[0].strip() for line in lines if line.startswith("s")] == [
        'source = "synthetic:af"',
        "speed = 2.0",
        "seed = 0",
    ]
    assert [line.endswith(f"# {path}") for line in lines if line.startswith("s")] == [
        True,
        True,
        False,
    ]
    assert "# default" in lines[-1]


def test_config_says_what_each_setting_means(
    nobody_home: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every setting is there, set or not, under a line of words."""
    assert main(["config"]) == 0
    _, *parts = capsys.readouterr().out.split("\n\n")
    assert [part.splitlines()[1].removeprefix("# ").split()[0] for part in parts] == list(SETTINGS)
    assert all(len(part.splitlines()[0].split()) >= 5 for part in parts)


def test_what_config_prints_is_a_settings_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The output, saved and read again, gives the same settings."""
    path = tmp_path / "mine.toml"
    path.write_text("speed = 0.5\nscenario = 'with \"quotes\".toml'\nseed = 7\n")
    assert main(["config", "--config", str(path)]) == 0
    printed = capsys.readouterr().out
    again = tmp_path / "again.toml"
    again.write_text(printed)
    assert main(["config", "--config", str(again)]) == 0
    settings, reread = (
        [line.split("  #")[0].rstrip() for line in text.splitlines()[1:]]
        for text in (printed, capsys.readouterr().out)
    )
    assert reread == settings
    assert {"speed = 0.5", "seed = 7", "quota_gb = 4.0", "hosts = []"} <= set(settings)


def test_a_failure_is_one_line_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    """What went wrong is one line on stderr, without a traceback, and nothing on stdout."""
    assert main(["config", "--config", "/nowhere/at all.toml"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("ecg-device: cannot read the settings file /nowhere/at all.toml")


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_bug_says_that_it_is_one(
    debug: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error nobody foresaw is owned up to; its traceback is shown to who asks for it."""

    def broken(file: object) -> None:
        raise ZeroDivisionError("nothing\nleft")

    monkeypatch.setattr("ecg_device.cli.config.load", broken)
    monkeypatch.setenv("ECG_DEVICE_DEBUG", debug)
    assert main(["config"]) == 1
    *before, last = capsys.readouterr().err.splitlines()
    assert "a bug in ecg-device" in last and "ZeroDivisionError: nothing left" in last
    assert "ECG_DEVICE_DEBUG=1" in last
    assert any("Traceback" in line for line in before) == (debug == "1")
    assert bool(before) == (debug == "1")


def test_a_reader_that_goes_away_is_no_error() -> None:
    """`ecg-device ... | head` ends quietly, as other tools do."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "ecg_device", "config"],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.slow
def test_help_is_quick() -> None:
    """The best of a few starts with --help takes well under a quarter of a second."""
    times = []
    for _ in range(5):
        begun = time.monotonic()
        command("--help")
        times.append(time.monotonic() - begun)
    assert min(times) < 0.25
