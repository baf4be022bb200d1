"""One task over many items, on processes here or on machines elsewhere, by dask.distributed.

The numbers do not depend on how many workers there are: the results come in the order of the
items, and every task computes with the same number of threads (sums split among more threads
are rounded otherwise). The items of a worker that dies are run again by another; one under which
worker after worker died is tried once more alone, for it may only have waited behind the cause.

A task and its items travel by pickle; on a remote cluster the same package must be installed.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from ecg_device.errors import ConfigError, EcgDeviceError
from ecg_training.parallel import default_jobs, with_progress

Item = TypeVar("Item")
Result = TypeVar("Result")

_DEATHS_FORGIVEN = 3  # workers that may die under an item before it is taken for the cause
_PATIENCE_S = 20.0  # for a scheduler to answer, and for its first worker
_CLOSING_S = 3.0


def run_tasks(
    task: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    what: str,
    workers: int | None = None,
    scheduler: str | None = None,
    threads: int = 1,
) -> list[Result]:
    """`[task(item) for item in items]`, computed as `stream_tasks` does."""
    return list(
        stream_tasks(task, items, what=what, workers=workers, scheduler=scheduler, threads=threads)
    )


def stream_tasks(
    task: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    what: str,
    workers: int | None = None,
    scheduler: str | None = None,
    threads: int = 1,
    lost: Callable[[Item, EcgDeviceError], Result] | None = None,
) -> Iterator[Result]:
    """The results in the order of the items, each as soon as it and all before it are there.

    Parameters
    ----------
    task
        A function of one item that any process can import. Its first error ends everything.
    what
        The word before the progress bar, and in errors.
    workers
        Processes on this machine; by default as many as its cores serve with `threads` each.
    scheduler
        Address of a running scheduler ("tcp://host:8786"), whose workers are used instead.
    threads
        That NumPy, TensorFlow, JAX and PyTorch may use in a local worker.
    lost
        Makes the result of an item that kills its workers; without it, this ends everything.
    """
    if not items:
        return
    with _client(_fitting(workers, threads, len(items)), scheduler, threads) as client:
        futures = client.map(task, items, pure=False, key=f"{what}-{os.urandom(4).hex()}")

        def alone(index: int) -> Result:
            return _alone(client, task, items[index], what, lost)

        arrivals = _arrivals(client, futures, alone)
        try:
            yield from _in_order(with_progress(arrivals, len(items), what, sys.stderr))
        finally:
            client.cancel(futures, force=True)


def _fitting(workers: int | None, threads: int, items: int) -> int:
    wanted = max(default_jobs() // threads, 1) if workers is None else workers
    return min(wanted, items)


def _arrivals(
    client: Any, futures: Sequence[Any], alone: Callable[[int], Result]
) -> Iterator[tuple[int, Result]]:
    """Each result with its item's number, as they come; then those of the items under suspicion."""
    import distributed

    as_completed: Any = distributed.as_completed
    number = {future.key: index for index, future in enumerate(futures)}
    suspects: list[int] = []
    for future in as_completed(futures, loop=client.loop):
        index = number[future.key]
        try:
            result = future.result()
        except distributed.KilledWorker:
            suspects.append(index)
            continue
        future.release()  # the cluster need not keep what has arrived
        yield index, result
    for index in suspects:
        yield index, alone(index)


def _alone(
    client: Any,
    task: Callable[[Item], Result],
    item: Item,
    what: str,
    lost: Callable[[Item, EcgDeviceError], Result] | None,
) -> Result:
    """The result of an item that no other can be blamed for, or what stands for it."""
    import distributed

    try:
        result: Result = client.submit(task, item, pure=False).result()
        return result
    except distributed.KilledWorker as killed:
        error = EcgDeviceError(
            f"{what}: every worker died that took up {item!r:.80}",
            expected=f"at most {_DEATHS_FORGIVEN} deaths while nothing else ran",
            received=f"{killed.allowed_failures + 1}",
            remedy="give the workers more memory",
        )
        if lost is None:
            raise error from killed
        return lost(item, error)


def _in_order(arrivals: Iterator[tuple[int, Result]]) -> Iterator[Result]:
    waiting: dict[int, Result] = {}
    due = 0
    for index, result in arrivals:
        waiting[index] = result
        while due in waiting:
            yield waiting.pop(due)
            due += 1


@contextmanager
def _client(workers: int, scheduler: str | None, threads: int) -> Iterator[Any]:
    try:
        import dask
        import distributed
    except ImportError as error:
        raise ConfigError(
            "work cannot be spread over processes",
            expected="the package distributed",
            received=str(error),
            remedy="install ecg-device with its extra train",
        ) from error
    settings = {
        "distributed.scheduler.allowed-failures": _DEATHS_FORGIVEN,
        "distributed.comm.timeouts.connect": f"{_PATIENCE_S:g}s",
    }
    with dask.config.set(settings):
        if scheduler is not None:
            with _remote(distributed, scheduler) as client:
                yield client
            return
        engine: Any = distributed
        with (
            _local(engine, workers, threads) as cluster,
            engine.Client(cluster, set_as_default=False) as client,
        ):
            yield client


@contextmanager
def _remote(distributed: Any, address: str) -> Iterator[Any]:
    try:
        client = distributed.Client(address, timeout=_PATIENCE_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConfigError(
            "the scheduler cannot be reached",
            expected="the address of a dask scheduler, such as tcp://host:8786",
            received=f"{address}: {error}",
            remedy="start one with `dask scheduler`, and workers with `dask worker ADDRESS`",
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE_S)
        except TimeoutError as error:
            raise ConfigError(
                f"the scheduler {address} has no workers",
                expected="at least one",
                received=f"none within {_PATIENCE_S:g} s",
                remedy=f"start some with `dask worker --nthreads 1 {address}`",
            ) from error
        yield client


@contextmanager
def _local(distributed: Any, workers: int, threads: int) -> Iterator[Any]:
    """Processes of this machine, started anew where one dies."""
    with _environment(thread_limits(threads)):
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,  # one task at a time in a process
            host="127.0.0.1",
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            memory_limit=None,
            silence_logs="CRITICAL",
        )
        nannies = list(cluster.workers.values())  # each starts its worker anew
        try:
            yield cluster
        except BaseException:
            _kill_workers(nannies)  # nobody waits any more for what they are at
            raise
        finally:
            with suppress(TimeoutError):  # a busy machine: all that was asked for is there
                cluster.close(timeout=_CLOSING_S)
            _kill_workers(nannies)


def _kill_workers(nannies: Sequence[Any]) -> None:
    for nanny in nannies:
        nanny.auto_restart = False
        with suppress(ProcessLookupError, TypeError):  # not alive, or not any more
            os.kill(nanny.pid, signal.SIGKILL)


def thread_limits(threads: int) -> dict[str, str]:
    """The environment under which a fresh process computes with so many threads.

    Read by OpenMP and BLAS (NumPy, PyTorch), TensorFlow and XLA when they are first imported.
    """
    count = str(threads)
    blas = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    tensorflow = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    return dict.fromkeys((*blas, *tensorflow, "NPROC"), count)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Variables that the processes started meanwhile inherit."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()  # dask leaves variables of its own behind
        os.environ.update(before)
