"""Several things done at once, by threads that may be left behind.

A pool of `concurrent.futures` waits at its end for every thread, and one that reads from a dead
connection would keep Ctrl-C waiting with it.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")

_TICK_S = 0.1  # the main thread wakes that often, else it would not hear Ctrl-C everywhere
_PATIENCE_S = 1.0


def side_by_side(
    do: Callable[[Item], None], items: Sequence[Item], threads: int, stop: threading.Event
) -> None:
    """`do` each item; the first error, or Ctrl-C here, sets `stop` and is raised."""
    waiting: queue.SimpleQueue[Item] = queue.SimpleQueue()
    for item in items:
        waiting.put(item)
    errors: list[BaseException] = []

    def work() -> None:
        while not stop.is_set():
            try:
                do(waiting.get_nowait())
            except queue.Empty:
                return
            except BaseException as error:  # raised below, in the thread that asked
                errors.append(error)
                stop.set()

    workers = [threading.Thread(target=work, daemon=True) for _ in range(min(threads, len(items)))]
    try:
        for worker in workers:
            worker.start()
        while not stop.is_set() and any(worker.is_alive() for worker in workers):
            for worker in workers:
                worker.join(_TICK_S / len(workers))
    finally:
        stop.set()
        for worker in workers:
            worker.join(_PATIENCE_S / len(workers))
    if errors:
        raise errors[0]
