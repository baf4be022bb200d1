"""`ecg-device run`: a heart on a terminal, honest about being simulated, easy to stop."""

import itertools
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ecg_device.cli import main
from ecg_device.sources.synthetic import SyntheticSource, load_scenario

BEAT = re.compile(r"(\d\d):(\d\d):(\d\d\.\d{3})  beat (\S)   RR (\S+) s   HR +(\S+) bpm")
ALONE = ("--port", "none", "--data", "none")  # what is seen, without page and store
LEARNING_S = 8.0  # in the first seconds no beat need be found


@pytest.fixture
def handlers_kept() -> Iterator[None]:
    """A command gives the process its signal handlers back."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    yield
    assert before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]


def lines_of(capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    assert main(["run", *ALONE, "--speed", "0", *options]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out.splitlines()


def beats_of(lines: list[str]) -> list[tuple[float, float | None, float | None]]:
    """Time, RR and heart rate of each beat printed."""

    def number(word: str) -> float | None:
        return None if word.startswith("-") else float(word)

    found = [match for line in lines if (match := BEAT.search(line))]
    return [
        (int(h) * 3600 + int(m) * 60 + float(s), number(rr), number(bpm))
        for h, m, s, _, rr, bpm in (match.groups() for match in found)
    ]


@pytest.mark.usefixtures("handlers_kept")
def test_beats_are_where_the_simulated_heart_had_them(capsys: pytest.CaptureFixture[str]) -> None:
    """Each printed beat is one of the source's own truth, within 20 ms, and none is left out."""
    lines = lines_of(capsys, "--source", "synthetic:sinus", "--seconds", "40", "--seed", "3")
    source = SyntheticSource(load_scenario("sinus"), seed=3)
    for block in source.blocks():
        if block.stop >= 40 * 360:
            break
    truth = np.array([beat.sample / 360 for beat in source.truth.beats if beat.is_beat])
    printed = np.array([seconds for seconds, _, _ in beats_of(lines)])
    away = np.abs(printed[:, None] - truth[None, :])
    assert away.min(axis=1).max() <= 0.02
    due = (truth > LEARNING_S) & (truth < 39)
    assert away.min(axis=0)[due].max() <= 0.02


def test_intervals_are_the_time_between_the_beats_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """RR is this beat's time less the last one's; the first of a stretch has none."""
    beats = beats_of(lines_of(capsys, "--source", "synthetic:sinus", "--seconds", "30"))
    assert beats[0][1] is None
    for (before, _, _), (now, rr, _) in itertools.pairwise(beats):
        assert rr == pytest.approx(now - before, abs=0.002)
    assert beats[-1][2] == pytest.approx(72, abs=6)


def test_every_line_of_a_simulated_heart_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """No line, the summary's included, can be taken for a real patient's."""
    lines = lines_of(capsys, "--source", "synthetic:lead-off", "--seconds", "60")
    assert len(lines) > 30
    assert all(line.startswith("SIMULATED  ") for line in lines)
    assert any("summary: 0:01:00 of signal" in line for line in lines)


def test_a_lead_that_is_off_is_told_and_counts_no_beats(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """While the source's electrode is off, the line says which one and no beat is printed."""
    lines = lines_of(capsys, "--source", "synthetic:lead-off", "--seconds", "60")
    source = SyntheticSource(load_scenario("lead-off"))
    blocks = [block for block in source.blocks() if block.stop <= 60 * 360]
    off = [(b.start / 360, b.stop / 360) for b in blocks if b.leads is not None and b.leads.all()]
    assert off and any("INCONCLUSIVE: electrode" in line for line in lines)
    for seconds, _, _ in beats_of(lines):
        assert not any(start <= seconds < stop for start, stop in off)


def test_a_change_is_stamped_with_the_moment_it_was_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The log goes forward: changes in order of time, a beat at most 472 ms behind them."""
    lines = lines_of(capsys, "--source", "synthetic:lead-off", "--seconds", "60")
    stamps = [re.search(r"(\d\d):(\d\d):(\d\d\.\d{3})  (\w+)", line) for line in lines]
    latest = 0.0
    for stamp in filter(None, stamps):
        hours, minutes, seconds, what = stamp.groups()
        now = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        assert now >= latest - (0.473 if what == "beat" else 0)
        latest = max(latest, now if what != "beat" else 0.0)
    reasons = [
        line.partition("INCONCLUSIVE: ")[2]
        for line, stamp in zip(lines, stamps, strict=True)
        if stamp
    ]
    assert not any(reason and reason == then for reason, then in itertools.pairwise(reasons))


def test_the_same_seed_gives_the_same_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """A run can be repeated to the letter, and another seed is another heart."""
    options = ("--source", "synthetic:sinus", "--seconds", "15", "--seed")
    first = lines_of(capsys, *options, "1")
    assert first == lines_of(capsys, *options, "1")
    assert first != lines_of(capsys, *options, "2")


def test_a_scenario_of_ones_own_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file given by --scenario, or by the settings, decides the rate that is seen."""
    scenario = tmp_path / "slow.toml"
    scenario.write_text('[[rhythm]]\nkind = "sinus"\nduration_s = 30\nrate_bpm = 48\nsd_ms = 0\n')
    beats = beats_of(lines_of(capsys, "--scenario", str(scenario)))
    assert beats[-1][2] == pytest.approx(48, abs=1)
    (tmp_path / "mine.toml").write_text('scenario = "slow.toml"\n')
    assert beats == beats_of(lines_of(capsys, "--config", str(tmp_path / "mine.toml")))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--source", "synthetic:sinuss"], "did you mean 'sinus'?"),
        (["--source", "replay:/nowhere/100"], "/nowhere/100"),
        (["--source", "mcp3008"], "synthetic:SCENARIO or replay:PATH"),
        (["--source", "replay:100", "--scenario", "a.toml"], "two signals at once"),
        (["--scenario", "/nowhere/a.toml"], "/nowhere/a.toml"),
        (["--speed", "-1"], "'speed' from the command line"),
    ],
)
def test_a_source_that_cannot_be_is_one_line(
    options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """No such scenario, record or source: status 1 and a line that says what to do."""
    assert main(["run", *ALONE, *options]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1 and told in captured.err


def test_signal_comes_at_the_pace_asked_for() -> None:
    """Six seconds of signal at six times real time take a second, no less."""
    begun = time.monotonic()
    options = ["--source", "synthetic:sinus", "--speed", "6", "--seconds", "6"]
    assert main(["run", *ALONE, *options]) == 0
    assert time.monotonic() - begun >= 1.0


def live(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "ecg_device", "run", *ALONE, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_to_stop_ends_with_a_summary(number: signal.Signals) -> None:
    """Ctrl-C, or the service manager: status 0, a summary, no traceback, within two seconds."""
    with live("--source", "synthetic:sinus") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("SIMULATED")
        time.sleep(0.5)
        process.send_signal(number)
        asked = time.monotonic()
        printed, complained = process.communicate(timeout=20)
    assert time.monotonic() - asked < 2.0
    assert (process.returncode, complained) == (0, "")
    assert "SIMULATED  summary:" in printed


def test_lines_come_live_through_a_pipe_and_its_end_is_quiet() -> None:
    """The first beat is read while the heart still beats; a reader that leaves is no error."""
    with live("--source", "synthetic:sinus", "--speed", "20") as process:
        assert process.stdout is not None and process.stderr is not None
        assert any(BEAT.search(process.stdout.readline()) for _ in range(20))
        assert process.poll() is None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=20) == 141


@pytest.mark.data
def test_a_replayed_record_beats_as_its_annotations_say(
    ecg_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Record 100 has 74 beats in its first minute (the reference's own count), and is SIMULATED."""
    lines = lines_of(capsys, "--source", f"replay:{ecg_data / 'mitdb' / '100'}", "--seconds", "60")
    assert all(line.startswith("SIMULATED  ") for line in lines)
    beats = [seconds for seconds, _, _ in beats_of(lines) if seconds > LEARNING_S]
    assert len(beats) == pytest.approx(64, abs=1)


@pytest.mark.parametrize(("options", "length"), [((), "0:01:00"), (("--seconds", "45"), "0:00:45")])
def test_what_is_missing_at_the_end_of_a_replay_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], length: str
) -> None:
    """Half a minute of a level signal, half a minute never recorded: both are in the summary."""
    (tmp_path / "first.dat").write_bytes(bytes(2 * 250 * 30))
    (tmp_path / "first.hea").write_text("first 1 250 7500\nfirst.dat 16 1000(0)/mV 16 0 0 0 0 II\n")
    (tmp_path / "chained.hea").write_text("chained/2 1 250 15000\nfirst 7500\n~ 7500\n")
    lines = lines_of(capsys, "--source", f"replay:{tmp_path / 'chained'}", *options)
    assert any(f"summary: {length} of signal" in line for line in lines)
    assert any("INCONCLUSIVE: samples missing" in line for line in lines)


def test_closed_outputs_are_no_bug() -> None:
    """`>&-` and `2>&-` leave a program without streams: it works, and fails, all the same."""
    for redirect, arguments, status in (
        (">&-", "scenarios", 0),
        ("2>&-", "analyze no-such-record", 1),
    ):
        command = f"{shlex.quote(sys.executable)} -m ecg_device {arguments} {redirect}"
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        assert done.returncode == status
        assert "bug" not in done.stdout + done.stderr
