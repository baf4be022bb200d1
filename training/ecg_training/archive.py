"""The device's own analysis over an archive of records, on many processes or machines.

Each record is analysed as `ecg-device analyze` does it, by the same function. A worker sends back
the two files it made, so only the records need be where the workers can read them. Here they get
their names, whole, in the order of the records: whatever ends the run, what stands in the output
folder is finished, and `kept` finds it again the next time.

The one module of the training side that sees `ecg_device.analysis`: see the README.
"""

import glob
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from ecg_device.analysis.batch import Failure, analyse_all
from ecg_device.analysis.model import classifier, find_bundle
from ecg_device.analysis.naming import shared_names
from ecg_device.analysis.recording import Job
from ecg_device.analysis.report import Report
from ecg_device.errors import ConfigError, EcgDeviceError
from ecg_device.formats import open_recording
from ecg_device.formats.leads import find_lead
from ecg_device.formats.replacing import replacing
from ecg_training.cluster import stream_tasks

__all__ = ["Analysed", "Failure", "Job", "analyse_archive", "find_jobs", "find_records", "kept"]

_SUFFIXES = ("*.hea", "*.edf")  # a .csv in an archive is rather a table about it
_RESULTS = (".ecgd", ".json")  # written in this order: where the second is, the first is
_SAME = ("schema", "software", "model")  # of a report: what made it

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Analysed:
    """A record with its report, as it stands in `NAME.json`."""

    job: Job
    report: Values


Outcome = Analysed | Failure


def find_jobs(given: Sequence[str], lead: str | None, model: str | None) -> list[Job]:
    """What to do, by what a user named; a bundle that is refused is told before any work."""
    bundle = find_bundle(model)
    if bundle is not None:
        bundle = bundle.absolute()
        classifier(bundle)
    return [Job(record, lead, model=bundle) for record in find_records(given)]


def find_records(given: Sequence[str]) -> list[str]:
    """The records named and those in the folders named, with whole paths; none twice."""
    records = [record for each in given for record in _inside(each)]
    shared = next(iter(shared_names(records).items()), None)
    if shared is not None:
        raise ConfigError(
            f"{' and '.join(shared[1])} would both write {shared[0]}.json",
            expected="records of different names",
            remedy="analyze them in separate runs, each with its own --out",
        )
    return records


def _inside(given: str) -> list[str]:
    path = Path(os.path.abspath(given))  # a worker may stand in another folder
    if not path.is_dir():
        return [str(path)]
    found = sorted(file for suffix in _SUFFIXES for file in path.rglob(suffix))
    if not found:
        raise ConfigError(
            f"no record is in the folder {given}", expected="WFDB headers (.hea) or .edf files"
        )
    return [str(file.with_suffix("") if file.suffix == ".hea" else file) for file in found]


def analyse_archive(
    jobs: Sequence[Job],
    out: Path,
    *,
    resume: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
) -> Iterator[Outcome]:
    """Analyse each job; its files are in `out` when its outcome is yielded, in their order.

    With `resume`, a job whose files are there stays as it is, if the same software and model made
    them from the same lead since the record last changed.
    """
    _make(out)
    reports = [kept(job, out) if resume else None for job in jobs]
    left = [job for job, report in zip(jobs, reports, strict=True) if report is None]
    results = stream_tasks(
        _analyse, left, what="analyze", workers=workers, scheduler=scheduler, lost=_lost
    )
    for job, report in zip(jobs, reports, strict=True):
        yield _published(job, next(results), out) if report is None else Analysed(job, report)
    next(results, None)  # there is none: the workers go home


def kept(job: Job, out: Path) -> Values | None:
    """The report of an earlier run, where one of now would be the same."""
    files = [out / f"{job.name}.json", out / f"{job.name}.ecgd"]
    try:
        report: Values = json.loads(files[0].read_bytes())
        made = min(file.stat().st_mtime_ns for file in files)
        recording = open_recording(Path(job.record), lead=job.lead)
        lead = find_lead(recording.leads, job.lead, Path(job.record))
        same = [report["record"][key] for key in ("name", "lead_number")] == [job.name, lead]
        stamp = [report[key] for key in _SAME]
    except (OSError, ValueError, KeyError, TypeError):  # EcgDeviceError: the analysis will tell
        return None
    if not same or made < _changed(job):
        return None
    return report if stamp == _stamp_of(replace(job, record="", lead=None)) else None


def _changed(job: Job) -> int:
    """When a file of the record was last written."""
    beside = Path(job.record).parent.glob(f"{glob.escape(job.name)}.*")
    record = (file for file in beside if file.suffix not in _RESULTS)
    return max((file.stat().st_mtime_ns for file in record), default=0)


@cache
def _stamp_of(settings: Job) -> list[Any]:
    """What an analysis of now writes of itself, learnt from one of a second of silence."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "silence.csv"
        record.write_text("time,value\n0,0\n" + "".join(f"{n / 100},0\n" for n in range(1, 100)))
        outcome = _analyse(replace(settings, record=str(record))).outcome
    if isinstance(outcome, Failure):
        raise EcgDeviceError(outcome.line)
    report = json.loads(outcome.as_json())
    return [report[key] for key in _SAME]


@dataclass(frozen=True, slots=True)
class _Result:
    """What a worker sends: the outcome, and the content of the files it made."""

    outcome: Report | Failure
    files: dict[str, bytes]


def _analyse(job: Job) -> _Result:
    with tempfile.TemporaryDirectory() as folder:
        (outcome,) = analyse_all([job], Path(folder), 1, lambda share: None)
        return _Result(outcome, {p.name: p.read_bytes() for p in Path(folder).iterdir()})


def _lost(job: Job, error: EcgDeviceError) -> _Result:
    """A record too large for a worker must not end the analysis of the others."""
    return _Result(Failure(job.record, f"{job.record}: {error}"), {})


def _published(job: Job, result: _Result, out: Path) -> Outcome:
    if isinstance(result.outcome, Failure):
        return result.outcome
    names = [f"{job.name}{suffix}" for suffix in _RESULTS]
    try:
        for name in names:
            with replacing(out / name) as file:
                file.write(result.files[name])
    except EcgDeviceError as error:
        return Failure(job.record, str(error))
    return Analysed(job, json.loads(result.files[names[-1]]))


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"cannot make the output folder {out}",
            received=error.strerror,
            remedy="name a writable folder with --out",
        ) from error
