"""One function over many records, on several processes, results in the order of the records."""

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TextIO, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_BAR = 30
_MANY, _CHUNK = 1000, 20  # short tasks travel in bunches


def default_jobs() -> int:
    """One process for each core this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_records(
    task: Callable[[Item], Result], items: Sequence[Item], jobs: int, what: str
) -> list[Result]:
    """`[task(item) for item in items]`, computed by `jobs` processes; `what` names the bar.

    The results come in the order of the items, so sums over them do not depend on `jobs`.
    """
    if jobs <= 1 or len(items) <= 1:
        return list(with_progress(map(task, items), len(items), what, sys.stderr))
    fresh = multiprocessing.get_context("spawn")  # a fork would copy the libraries' threads half
    with ProcessPoolExecutor(min(jobs, len(items)), fresh) as pool:
        try:
            results = pool.map(task, items, chunksize=_CHUNK if len(items) > _MANY else 1)
            return list(with_progress(results, len(items), what, sys.stderr))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def with_progress(
    results: Iterable[Result], total: int, what: str, screen: TextIO
) -> Iterator[Result]:
    """The results as they are, with a bar on a terminal that tells how many there are of all."""
    shown = screen.isatty() and total > 1
    for done, result in enumerate(results, 1):
        if shown:
            filled = "#" * (_BAR * done // total)
            print(f"\r{what} [{filled:<{_BAR}}] {done}/{total}", end="", file=screen, flush=True)
        yield result
    if shown:
        print("\r\033[K", end="", file=screen, flush=True)
