"""Many recordings, several at a time; results in the order asked for, whole or not at all.

Workers write into a staging folder inside the output folder; only a finished record's files are
moved from there to their names. Whatever ends the run, the staging folder goes, and what stood
under those names before stays.
"""

import multiprocessing
import os
import signal
import tempfile
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from ecg_device.analysis.recording import Job, analyse
from ecg_device.analysis.report import Report
from ecg_device.errors import ConfigError, EcgDeviceError

_TICK_S = 0.2

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that gave no result: why, on one line; with a traceback where it is a bug."""

    record: str
    line: str
    traceback: str | None = None


Outcome = Report | Failure


def analyse_all(
    jobs: Sequence[Job], out: Path, workers: int, progress: Progress
) -> Generator[Outcome, None, None]:
    """Analyse each job; its files are in `out` when its report is yielded.

    `progress` hears the share of all the work that is done, 0..1. Close the generator to give
    up what is not done yet.
    """
    with (
        _staging(out) as staging,
        closing(_attempts(jobs, staging, min(workers, len(jobs)), progress)) as attempts,
    ):
        for job, outcome in zip(jobs, attempts, strict=True):
            yield _published(job, outcome, staging, out)


@contextmanager
def _staging(out: Path) -> Iterator[Path]:
    try:
        out.mkdir(parents=True, exist_ok=True)
        staging = tempfile.TemporaryDirectory(prefix=".ecg-device-", dir=out)
    except OSError as error:
        raise ConfigError(
            f"cannot write into the output folder {out}",
            received=error.strerror,
            remedy="name a writable folder with --out",
        ) from error
    with staging as folder:
        yield Path(folder)


def _published(job: Job, outcome: Outcome, staging: Path, out: Path) -> Outcome:
    """Give a report's files their names; they are finished, so this takes no time."""
    if isinstance(outcome, Failure):
        return outcome
    files = (f"{job.name}.ecgd", f"{job.name}.json")
    try:
        for file in files:
            if (out / file).is_dir():  # found before the first of the two is replaced
                raise IsADirectoryError(0, "a folder has that name", str(out / file))
        for file in files:
            os.replace(staging / file, out / file)
    except OSError as error:
        return _unwritten(job, staging, error)
    return outcome


def _refused(job: Job, staging: Path, error: EcgDeviceError) -> Failure:
    """The error, which need not know whose samples it met, with the record's name."""
    line = _outside(staging, str(error))
    named = line.startswith(str(Path(job.record).parent / job.name))
    return Failure(job.record, line if named else f"{job.record}: {line}")


def _unwritten(job: Job, staging: Path, error: OSError) -> Failure:
    where = _outside(staging, str(error.filename or staging))
    reason = f"{error.strerror or error} ({where})"
    return Failure(job.record, f"the results of {job.record} cannot be written; {reason}")


def _outside(staging: Path, text: str) -> str:
    """The output folder's name in place of the hidden one's inside it."""
    return text.replace(str(staging), str(staging.parent))


def _attempt(job: Job, staging: Path, moved: Progress) -> Outcome:
    """The report or what went wrong; `moved` hears increments that add up to 1."""
    told = 0.0

    def far(share: float) -> None:
        nonlocal told
        moved(share - told)
        told = share

    try:
        return analyse(job, staging, far)
    except EcgDeviceError as error:
        return _refused(job, staging, error)
    except OSError as error:
        return _unwritten(job, staging, error)
    except Exception as error:
        return Failure(job.record, f"{type(error).__name__}: {error}", traceback.format_exc())
    finally:
        far(1.0)


def _attempts(
    jobs: Sequence[Job], staging: Path, workers: int, progress: Progress
) -> Generator[Outcome, None, None]:
    if workers > 1:
        return _in_processes(jobs, staging, workers, progress)
    return _here(jobs, staging, progress)


def _here(jobs: Sequence[Job], staging: Path, progress: Progress) -> Generator[Outcome, None, None]:
    done = 0.0

    def moved(increment: float) -> None:
        nonlocal done
        done += increment / len(jobs)
        progress(done)

    for job in jobs:
        yield _attempt(job, staging, moved)


def _in_processes(
    jobs: Sequence[Job], staging: Path, workers: int, progress: Progress
) -> Generator[Outcome, None, None]:
    context = multiprocessing.get_context("spawn")  # a fork would copy threads' locks
    done = context.Value("d", 0.0)
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(done,))
    try:
        with _deaf_to_interrupts():
            futures = [pool.submit(_task, job, staging) for job in jobs]
        for job, future in zip(jobs, futures, strict=True):
            yield _wait(job, future, lambda: progress(done.value / len(jobs)))
    except BaseException:
        for child in set(multiprocessing.active_children()) - others:
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _wait(job: Job, future: "Future[Outcome]", tick: Callable[[], None]) -> Outcome:
    while True:
        try:
            return future.result(timeout=_TICK_S)
        except TimeoutError:
            tick()
        except BrokenProcessPool:
            return Failure(
                job.record,
                "a process of the analysis was killed, perhaps for memory; try with --jobs 1",
            )


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes started inside never see Ctrl-C: it is for this one to end them, quietly."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_done: "Synchronized[float]"  # of a worker process: the work done by all of them


def _begin(done: "Synchronized[float]") -> None:
    global _done
    _done = done


def _task(job: Job, staging: Path) -> Outcome:
    return _attempt(job, staging, _add_to_done)


def _add_to_done(increment: float) -> None:
    with _done.get_lock():
        _done.value += increment
