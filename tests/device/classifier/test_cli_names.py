"""Named beats as a user sees them: in the files of `analyze`, on the lines of `run`."""

import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wfdb

from ecg_device.classifier import Library, open_bundle, softmax
from ecg_device.classifier.install import activate
from ecg_device.cli import main
from ecg_device.cli.live import LiveText
from ecg_device.config import ENVIRONMENT_VARIABLE
from ecg_device.daemon import model_in_use
from ecg_device.daemon.model_in_use import ModelInUse
from ecg_device.errors import ModelError
from ecg_device.formats import open_recording, write_wfdb
from ecg_device.pipeline import Pipeline
from ecg_device.signals import (
    Beat,
    Block,
    Classification,
    Event,
    HeartRate,
    Name,
    Reason,
    SignalInfo,
)
from ecg_device.sources.synthetic import SyntheticSource, load_scenario, render
from ecg_device.views import BeatView

MakeBundle = Callable[..., Path]
NO_MODEL = "no model installed"

ALONE = ("--port", "none", "--data", "none")  # what is seen, without page and store


@pytest.fixture(autouse=True)
def nobody_home(tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings and no models of the person who runs the tests reach them."""
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))


@pytest.fixture
def record(tmp_path: Path) -> str:
    """A minute of a simulated heart with ectopic beats, as a WFDB record."""
    mv, _, _ = render(load_scenario("ectopy"))
    info = SignalInfo("ectopy", 360.0, samples=60 * 360)
    write_wfdb(tmp_path / "ectopy", info, [Block(0, mv[: 60 * 360])])
    return str(tmp_path / "ectopy")


def report_of(folder: Path, name: str = "ectopy") -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return report


def symbols_of(folder: Path) -> list[str]:
    found = wfdb.rdann(str(folder / "ectopy"), "ecgd").symbol
    return [symbol for symbol in found if symbol not in '+~"']


def test_labels_are_the_models_answers(
    tmp_path: Path, record: str, make_bundle: MakeBundle, arithmetic: Callable[..., np.ndarray]
) -> None:
    """Each beat in the .ecgd bears what the formula says of its view, Q where it is in doubt; the
    report has the same counts, and the model's name, version and hash."""
    bundle = make_bundle(int8=False, change=lambda card: card.update(threshold=0.3))
    assert main(["analyze", record, "--model", str(bundle), "--out", str(tmp_path / "out")]) == 0

    def by_hand(view: BeatView) -> Name:
        likely = softmax(arithmetic(view.window, view.context), 1.0)
        best = int(likely.argmax())
        if likely[best] < 0.3:
            return Name("Q", float(likely[best]), Reason.LOW_CONFIDENCE)
        return Name("NSVF"[best], float(likely[best]))

    recording = open_recording(Path(record), lead=None)
    pipeline = Pipeline(recording.info, by_hand)
    events = [event for block in recording.blocks(5000) for event in pipeline.feed(block)]
    events += pipeline.finish()
    named = [event for event in events if isinstance(event, Classification)]
    assert symbols_of(tmp_path / "out") == [c.symbol for c in named]
    report, card = report_of(tmp_path / "out"), open_bundle(bundle).card
    assert report["model"] == {
        "name": "formula",
        "version": "1",
        "sha256": card.sha256,
        "labels": ["N", "S", "V", "F"],
        "reason": None,
    }
    for symbol, count in report["beats"]["labels"].items():
        sure = [c.confidence for c in named if c.symbol == symbol and c.confidence is not None]
        assert count == sum(c.symbol == symbol for c in named)
        assert report["beats"]["confidence"][symbol] == pytest.approx(np.mean(sure), abs=0.001)
    doubtful = sum(c.reason is Reason.LOW_CONFIDENCE for c in named)
    assert report["beats"]["unnamed"].get("low confidence", 0) == doubtful


def test_the_model_in_use_is_taken_and_none_means_none(
    tmp_path: Path, record: str, make_bundle: MakeBundle
) -> None:
    """Without --model the shipped bundle names the beats, by a name another one; `none` nobody."""
    make_bundle("shipped/aami", lambda card: card.update(name="aami"))
    make_bundle("shipped/other", lambda card: card.update(name="other", version="2"))
    for options, name in (
        ([], "aami"),
        (["--model", "other"], "other"),
        (["--model", "none"], None),
    ):
        out = tmp_path / f"out-{name}"
        assert main(["analyze", record, "--out", str(out), "--jobs", "1", *options]) == 0
        report = report_of(out)
        assert report["model"]["name"] == name
        assert report["model"]["reason"] == (None if name else NO_MODEL)
        count = report["beats"]["count"]
        assert (report["beats"]["unnamed"].get(NO_MODEL) == count) is (name is None)


def test_without_any_model_beats_go_unnamed(tmp_path: Path, record: str) -> None:
    """Nothing installed, nothing shipped: every beat is Q, and the report says why."""
    assert main(["analyze", record, "--out", str(tmp_path / "out")]) == 0
    assert set(symbols_of(tmp_path / "out")) == {"Q"}
    assert report_of(tmp_path / "out")["model"]["reason"] == NO_MODEL


def test_each_process_opens_the_model_and_says_the_same(
    tmp_path: Path, record: str, make_bundle: MakeBundle, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two records in two processes: byte for byte the files and the table of one process."""
    again = tmp_path / "again"
    mv, _, _ = render(load_scenario("bigeminy"))
    info = SignalInfo("again", 360.0, samples=40 * 360)
    write_wfdb(again, info, [Block(0, mv[: 40 * 360])])
    bundle, results = make_bundle(), []
    for jobs in ("1", "2"):
        out = tmp_path / f"out{jobs}"
        options = ["--model", str(bundle), "--out", str(out), "--jobs", jobs]
        assert main(["analyze", record, str(again), *options]) == 0
        files = {path.name: path.read_bytes() for path in out.iterdir()}
        results.append((files, capsys.readouterr().out))
    assert results[0] == results[1]
    assert len(results[0][0]) == 4


@pytest.mark.parametrize("command", ["analyze", "run"])
@pytest.mark.parametrize("jobs", [[], ["--jobs", "2"]])
def test_a_model_that_cannot_be_is_one_line(
    command: str,
    jobs: list[str],
    tmp_path: Path,
    record: str,
    make_bundle: MakeBundle,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An unknown name, an absent folder, a spoiled bundle: status 1, one line, nothing written."""
    make_bundle("shipped/aami", lambda card: card.update(name="aami"))
    spoiled = make_bundle("spoiled", lambda card: card.update(sha256="0" * 64))
    out = tmp_path / "out"
    start = {"analyze": ["analyze", record, record.replace("ectopy", "none"), "--out", str(out)]}
    arguments = start.get(command, ["run", *ALONE, "--source", "synthetic:sinus", "--seconds", "5"])
    for model, said in (
        ("aamii", "did you mean 'aami'?"),
        (str(tmp_path / "absent"), "absent"),
        (str(spoiled), "spoiled"),
    ):
        options = jobs if command == "analyze" else []
        assert main([*arguments, "--model", model, *options]) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count("\n") == 1 and said in captured.err
        assert "bug" not in captured.err and not out.exists()


def test_a_spoiled_model_in_use_does_not_stop_the_watch(
    make_bundle: MakeBundle, capsys: pytest.CaptureFixture[str]
) -> None:
    """The shipped bundle is broken: `run` says so once and goes on without names."""
    make_bundle("shipped/aami", lambda card: card.update(name="aami", views=99))
    options = ["--source", "synthetic:sinus", "--seconds", "20", "--speed", "0"]
    assert main(["run", *ALONE, *options]) == 0
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1 and "aami" in captured.err
    assert "beats not named" in captured.out and "beat Q" in captured.out


def test_lines_bear_the_names(make_bundle: MakeBundle, capsys: pytest.CaptureFixture[str]) -> None:
    """The first line says by whom beats are named; theirs have labels and the count of PVCs."""
    make_bundle("shipped/aami", lambda card: card.update(name="aami", threshold=0.0))
    options = ["--source", "synthetic:ectopy", "--seconds", "30", "--speed", "0"]
    assert main(["run", *ALONE, *options]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert "beats named by aami 1" in first
    beats = [line for line in lines if "  beat " in line]
    assert len(beats) > 20
    assert {line.split("  beat ")[1][0] for line in beats[:-1]} <= set("NSVF")
    assert all("PVC " in line and "/min" in line for line in beats)


def heard(symbols: str, interval_s: float) -> list[Event]:
    """Beats of these names, one every `interval_s`."""
    beats: list[Event] = [HeartRate(0, 60.0)]
    for at, symbol in enumerate(symbols, start=1):
        sample = round(at * interval_s * 360)
        beats.append(Classification(Beat(sample, sample + 80, 1.0, 1.0), sample + 170, symbol, 0.9))
    return beats


def test_pvcs_are_counted_over_the_last_minute() -> None:
    """A V every third second: 1, 1, 1, 2 ... up to 20 a minute, and 0 a minute after the last."""
    text = LiveText(SignalInfo("test", 360.0), lambda: "counted 1")
    text.opening()
    lines = list(text.lines(heard("VNN" * 40 + "N" * 60, 1.0)))
    counts = [int(line.split("PVC ")[1].split("/")[0]) for line in lines]
    assert counts[:7] == [1, 1, 1, 2, 2, 2, 3]
    assert counts[60:120] == [20] * 60
    assert counts[-1] == 0 and sorted(counts[120:], reverse=True) == counts[120:]


def test_a_new_model_is_told_before_its_first_beat() -> None:
    """When another model names the beats, a line says so, once."""
    models = itertools.chain(["one 1"] * 5, itertools.repeat("two 1"))
    text = LiveText(SignalInfo("test", 360.0), lambda: next(models))
    assert "named by one 1" in text.opening()
    lines = [line.split("  ", 1)[1] for line in text.lines(heard("N" * 8, 1.0))]
    assert [line.split()[0] for line in lines] == [*["beat"] * 4, "model", *["beat"] * 4]
    assert "beats named by two 1" in lines[4]


OTHER = {"N": "L", "S": "A", "V": "E", "F": "/"}


def other_labels(card: dict[str, Any]) -> None:
    """A bundle that says the same in other words, so that its beats can be told apart."""
    card.update(name="other", labels=list(OTHER.values()), threshold=0.0)
    card.update(aami=dict.fromkeys(card["labels"], "N"))


@pytest.fixture
def prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library is looked at with every block."""
    monkeypatch.setattr(model_in_use, "LOOK_EVERY_S", 0.0)


def beats_of(events: list[Event]) -> list[Classification]:
    return [event for event in events if isinstance(event, Classification)]


@pytest.mark.usefixtures("prompt")
def test_a_model_is_swapped_while_the_heart_beats(make_bundle: MakeBundle) -> None:
    """Activated while running, another bundle takes over between two beats: none is lost, each
    has the old one's name or the new one's, and these follow those."""
    make_bundle("shipped/aami", lambda card: card.update(name="aami", threshold=0.0))
    make_bundle("shipped/other", other_labels)
    first, events = Library().active(), list[Event]()

    def enough() -> bool:
        return sum(beat.symbol in OTHER.values() for beat in beats_of(events)) >= 10

    model = ModelInUse(None, refused=lambda error: pytest.fail(str(error)))
    source = SyntheticSource(load_scenario("demo"))
    pipeline = Pipeline(source.info)
    for block in source.blocks():
        pipeline.namer = model.look()
        events += pipeline.feed(block)
        if len(beats_of(events)) >= 30 and Library().active() == first:
            activate(Library(), "other")
        if enough():
            break
    model.close()
    said = [beat.symbol for beat in beats_of(events) if not beat.reason]
    first_new = next(at for at, symbol in enumerate(said) if symbol in OTHER.values())
    assert first_new >= 20
    assert set(said[:first_new]) <= set(OTHER) and set(said[first_new:]) <= set(OTHER.values())
    again, pipeline = SyntheticSource(load_scenario("demo")), Pipeline(source.info)
    alone: list[Event] = []
    for block in again.blocks():
        alone += pipeline.feed(block)
        if len(beats_of(alone)) > len(beats_of(events)):
            break
    found = [beat.beat for beat in beats_of(events)][:-3]  # the end of the signal cuts the last
    assert found == [beat.beat for beat in beats_of(alone)][: len(found)]


@pytest.mark.usefixtures("prompt")
def test_a_refused_model_leaves_the_old_one(make_bundle: MakeBundle) -> None:
    """What is activated proves spoiled: it is told once, and the old model names on."""
    make_bundle("shipped/aami", lambda card: card.update(name="aami"))
    make_bundle("shipped/other", other_labels)
    refused: list[ModelError] = []
    model = ModelInUse(None, refused=refused.append)
    before = model.look()
    activate(Library(), "other")
    place = Library().find("other").folder / "model.tflite"
    place.write_bytes(place.read_bytes()[:-5])
    while not refused:
        model.look()
    for _ in range(20):
        assert model.look() is before
    model.close()
    assert len(refused) == 1 and "other" in str(refused[0])


@pytest.mark.usefixtures("prompt")
@pytest.mark.parametrize("error", [ImportError("libtflite.so: wrong ELF class"), MemoryError()])
def test_a_runtime_that_breaks_does_not_end_the_watch(
    make_bundle: MakeBundle, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Opening fails otherwise than by a bad bundle: told once and in words, the old one stays."""
    make_bundle("shipped/aami", lambda card: card.update(name="aami"))
    make_bundle("shipped/other", other_labels)
    refused: list[ModelError] = []
    model = ModelInUse(None, refused=refused.append)
    before = model.look()

    def broken(folder: Path) -> None:
        raise error

    monkeypatch.setattr(model_in_use, "open_bundle", broken)
    activate(Library(), "other")
    end = time.monotonic() + 5.0
    while not refused and time.monotonic() < end:
        model.look()
    assert model.look() is before is not None
    model.close()
    (said,) = refused
    assert type(error).__name__ in str(said) and "other cannot be opened" in str(said)


@pytest.mark.usefixtures("prompt")
def test_a_model_asked_for_by_name_stays(make_bundle: MakeBundle) -> None:
    """Who names a model means that one, whatever is activated meanwhile."""
    make_bundle("shipped/aami", lambda card: card.update(name="aami"))
    make_bundle("shipped/other", other_labels)
    model = ModelInUse("aami", refused=lambda error: pytest.fail(str(error)))
    activate(Library(), "other")
    assert {model.look().card.name for _ in range(50)} == {"aami"}
    model.close()
