"""`ecg-train analyze` against `ecg-device analyze`, on real processes."""

import json
import os
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_device import cli as device
from ecg_device.errors import ConfigError
from ecg_training import archive
from ecg_training.archive import Analysed, Failure, Job, analyse_archive, find_jobs, find_records
from ecg_training.cli import main
from ecg_training.cluster import stream_tasks

cloudpickle = pytest.importorskip(
    "cloudpickle", reason="no TensorFlow here: tools/test --all runs it"
)

pytestmark = pytest.mark.train
cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers cannot import a test
RATE = 250
SHIPPED = sorted(card.parent for card in (Path(__file__).parents[2] / "models").glob("*/card.json"))


def write_heart(folder: Path, name: str, rr_s: float) -> str:
    """Half a minute of Gaussian R waves in two leads, the second one upside down."""
    folder.mkdir(parents=True, exist_ok=True)
    t = np.arange(30 * RATE) / RATE
    phase = np.mod(t, rr_s) - rr_s / 2
    mv = np.exp(-0.5 * (phase / 0.012) ** 2)
    mv += 0.01 * np.random.default_rng(7).standard_normal(len(t))
    wfdb.wrsamp(
        name, RATE, ["mV"] * 2, ["II", "V5"], np.column_stack([mv, -mv]),
        fmt=["16", "16"], adc_gain=[1000.0] * 2, baseline=[0] * 2, write_dir=str(folder),
    )  # fmt: skip
    return str(folder / name)


def _killed_by_quick(job: Job) -> object:
    """In a worker: its end as of one that the kernel ends for its memory, else the analysis."""
    if job.name == "quick":
        os.kill(os.getpid(), signal.SIGKILL)
    return archive._analyse(job)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three hearts, one of them in a folder further down."""
    top = tmp_path_factory.mktemp("records")
    write_heart(top, "slow", 1.2)
    write_heart(top, "quick", 0.5)
    write_heart(top / "more", "usual", 0.8)
    (top / "REFERENCE.csv").write_text("slow,N\n")
    return top


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def analyze(*arguments: object) -> int:
    return main(["analyze", *map(str, arguments)])


@pytest.fixture(scope="module")
def of_the_device(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What `ecg-device analyze` writes of the three, in this one process."""
    out = tmp_path_factory.mktemp("device")
    records = find_records([str(folder)])
    assert device.main(["analyze", *records, "--out", str(out), "--jobs", "1"]) == 0
    return contents(out)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_any_number_of_workers_gives_the_device_s_files(
    folder: Path, tmp_path: Path, of_the_device: dict[str, bytes], workers: int
) -> None:
    """Byte by byte, all of them, and nothing else in the folder."""
    assert analyze(folder, "--out", tmp_path, "--workers", workers) == 0
    assert len(of_the_device) == 6
    assert contents(tmp_path) == of_the_device


def test_a_scheduler_s_workers_give_the_device_s_files(
    folder: Path, tmp_path: Path, of_the_device: dict[str, bytes]
) -> None:
    """Workers that run already, in folders of their own, by their scheduler's address."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as cluster:
        address = cluster.scheduler_address
        assert analyze(folder, "--out", tmp_path, "--scheduler", address) == 0
    assert contents(tmp_path) == of_the_device


def test_the_reports_are_the_device_s_list(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--json` prints what `ecg-device analyze --json` prints, in the same order."""
    records = find_records([str(folder)])
    device.main(["analyze", *records, "--out", str(tmp_path / "a"), "--jobs", "1", "--json"])
    expected = capsys.readouterr().out
    assert analyze(*records, "--out", tmp_path / "b", "--workers", 1, "--json") == 0
    assert capsys.readouterr().out == expected
    assert [report["record"]["name"] for report in json.loads(expected)] == [
        "usual", "quick", "slow",
    ]  # fmt: skip


@pytest.mark.parametrize("model", ["none", *(bundle.name for bundle in SHIPPED)])
def test_the_model_asked_for_names_the_beats(folder: Path, tmp_path: Path, model: str) -> None:
    """Each shipped one, or none, as with `ecg-device analyze --model`; what it named is kept only
    for itself."""
    record = str(folder / "quick")
    options = ["--model", model, "--out"]
    assert device.main(["analyze", record, *options, str(tmp_path / "a"), "--jobs", "1"]) == 0
    assert analyze(record, *options, tmp_path / "b", "--workers", 1) == 0
    assert contents(tmp_path / "b") == contents(tmp_path / "a")
    for other in ("none", *(bundle.name for bundle in SHIPPED)):
        (job,) = find_jobs([record], None, other)
        assert (archive.kept(job, tmp_path / "b") is not None) == (other == model)


def test_a_model_that_is_refused_is_told_once(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder without a bundle: one line for three records, before any work."""
    assert analyze(folder, "--out", tmp_path / "out", "--model", f"{tmp_path}/none") == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_bad_record_is_told_at_the_end_and_the_others_go_on(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    of_the_device: dict[str, bytes],
) -> None:
    """Status 1, its line and the sum on stderr after the table; four files of the other two."""
    bad = tmp_path / "bad.hea"
    bad.write_text("bad 1 360 100\nbad.dat 212 200 11 1024\n")
    out = tmp_path / "out"
    records = [folder / "slow", tmp_path / "bad", folder / "quick"]
    assert analyze(*records, "--out", out, "--workers", 1) == 1
    printed = capsys.readouterr()
    rows = [line.split("|")[1].strip() for line in printed.out.splitlines() if "|" in line]
    assert rows[2:] == ["slow", "quick"]
    lines = printed.err.splitlines()
    assert str(tmp_path / "bad") in lines[0]
    assert lines[1].startswith("ecg-train: 1 of 3 records could not be analyzed")
    assert contents(out) == {k: v for k, v in of_the_device.items() if not k.startswith("usual")}


def test_a_record_that_kills_its_workers_is_told_at_the_end(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    of_the_device: dict[str, bytes],
) -> None:
    """As one too large for the memory: the other two are analysed; one line names it, status 1."""
    monkeypatch.setattr(archive, "_analyse", _killed_by_quick)
    names = [folder / name for name in ("slow", "quick", "more/usual")]
    assert analyze(*names, "--out", tmp_path, "--workers", 2) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith(f"ecg-train: {names[1]}: analyze: every worker died")
    assert lines[1].startswith("ecg-train: 1 of 3 records could not be analyzed")
    expected = {k: v for k, v in of_the_device.items() if not k.startswith("quick")}
    assert contents(tmp_path) == expected


def streamed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the records that reach the workers from here on."""
    names: list[str] = []

    def spy(task, items, **options):
        names.extend(job.name for job in items)
        return stream_tasks(task, items, **options)

    monkeypatch.setattr(archive, "stream_tasks", spy)
    return names


def test_resume_does_only_what_is_left(
    folder: Path,
    tmp_path: Path,
    of_the_device: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Current results stay untouched; what is missing, half there or of another software, model or
    lead is done; the table tells of all."""
    for name, content in of_the_device.items():
        (tmp_path / name).write_bytes(content)
    names = streamed(monkeypatch)
    before = (tmp_path / "slow.json").stat().st_mtime_ns
    assert analyze(folder, "--out", tmp_path, "--workers", 1, "--resume") == 0
    assert names == []
    assert capsys.readouterr().out.count("| II") == 3
    (tmp_path / "quick.ecgd").unlink()
    older = json.loads(of_the_device["usual.json"])
    older["software"]["version"] = "0.0.1"
    (tmp_path / "usual.json").write_text(json.dumps(older))
    assert analyze(folder, "--out", tmp_path, "--workers", 1, "--resume") == 0
    assert sorted(names) == ["quick", "usual"]
    assert (tmp_path / "slow.json").stat().st_mtime_ns == before
    assert contents(tmp_path) == of_the_device


def test_results_are_kept_only_while_they_are_current(folder: Path, tmp_path: Path) -> None:
    """Another lead, another model, a record that changed since, a torn file: done again."""
    job = Job(str(folder / "slow"))
    list(analyse_archive([job], tmp_path, workers=1))
    assert archive.kept(job, tmp_path) == json.loads((tmp_path / "slow.json").read_bytes())
    assert archive.kept(Job(job.record, lead="0"), tmp_path) is not None
    assert archive.kept(Job(job.record, lead="V5"), tmp_path) is None
    assert archive.kept(Job(job.record, lead="no such"), tmp_path) is None
    whole = (tmp_path / "slow.json").read_bytes()
    other = json.loads(whole)
    other["model"]["sha256"] = "0" * 64
    for content in (json.dumps(other).encode(), whole[:100], b"[]"):
        (tmp_path / "slow.json").write_bytes(content)
        assert archive.kept(job, tmp_path) is None
    (tmp_path / "slow.json").write_bytes(whole)
    os.utime(tmp_path / "slow.ecgd", (1e9, 1e9))
    assert archive.kept(job, tmp_path) is None


def test_outcomes_come_in_the_order_of_the_records(
    folder: Path, tmp_path: Path, of_the_device: dict[str, bytes]
) -> None:
    """Reports and failures alike, whatever was there already."""
    jobs = [Job(str(folder / name)) for name in ("slow", "none", "quick")]
    for name in ("quick.ecgd", "quick.json"):
        (tmp_path / name).write_bytes(of_the_device[name])
    outcomes = list(analyse_archive(jobs, tmp_path, resume=True, workers=1))
    assert [type(outcome) for outcome in outcomes] == [Analysed, Failure, Analysed]
    assert [o.report["record"]["name"] for o in outcomes if isinstance(o, Analysed)] == [
        "slow", "quick",
    ]  # fmt: skip


def test_folders_hold_records(folder: Path, tmp_path: Path) -> None:
    """WFDB headers at any depth, by their paths, and no table beside them; an empty folder and
    two records of one name are refused."""
    names = ["more/usual", "quick", "slow"]
    assert find_records([str(folder)]) == [str(folder / name) for name in names]
    with pytest.raises(ConfigError, match="no record is in the folder"):
        find_records([str(tmp_path)])
    write_heart(tmp_path, "slow", 1.0)
    with pytest.raises(ConfigError, match=r"would both write slow\.json"):
        find_records([str(folder), str(tmp_path / "slow")])


def test_a_folder_that_cannot_be_written_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file stands where the output folder should: one line, status 1."""
    (tmp_path / "out").write_text("a file")
    assert analyze(folder, "--out", tmp_path / "out") == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.data
@pytest.mark.slow
def test_real_records_too(ecg_data: Path, tmp_path: Path) -> None:
    """Four records of mitdb, two workers against the device's own command, byte by byte."""
    records = [str(ecg_data / "mitdb" / name) for name in ("100", "106", "207", "231")]
    out = ["--out", str(tmp_path / "device"), "--jobs", "1"]
    assert device.main(["analyze", *records, *out]) == 0
    assert analyze(*records, "--out", tmp_path / "archive", "--workers", 2) == 0
    assert contents(tmp_path / "archive") == contents(tmp_path / "device")
