"""The engine over real processes: order, deaths, errors, interruption, a remote scheduler."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from ecg_device.errors import EcgDeviceError, FormatError
from ecg_training.cluster import run_tasks, stream_tasks

cloudpickle = pytest.importorskip(
    "cloudpickle", reason="no TensorFlow here: tools/test --all runs it"
)

pytestmark = [
    pytest.mark.train,
    pytest.mark.slow,
    # what distributed itself leaves open when a worker is killed
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers cannot import a test
REPOSITORY = Path(__file__).parents[2]


def _spectrum(seed: int) -> tuple[bytes, str | None]:
    """Sums whose last bits would tell of another order or another number of threads."""
    matrix = np.random.default_rng(seed).normal(size=(300, 300))
    return (matrix @ matrix).tobytes(), os.environ.get("OMP_NUM_THREADS")


def test_results_do_not_depend_on_the_number_of_workers() -> None:
    """One worker, two, and this process compute the same bits, in the order of the items."""
    seeds = [3, 1, 2, 5, 4]
    one = run_tasks(_spectrum, seeds, what="spectra", workers=1)
    two = run_tasks(_spectrum, seeds, what="spectra", workers=2)
    assert one == two
    for seed, (product, threads) in zip(seeds, one, strict=True):
        matrix = np.random.default_rng(seed).normal(size=(300, 300))
        assert np.allclose(np.frombuffer(product).reshape(300, 300), matrix @ matrix)
        assert threads == "1"


def _sleep_last_first(item: int) -> int:
    time.sleep(0.5 if item == 0 else 0.0)
    return item


def test_results_come_in_the_order_of_the_items() -> None:
    """The first item is the last to be done; the environment is left as it was."""
    before = dict(os.environ)
    items = list(range(6))
    assert list(stream_tasks(_sleep_last_first, items, what="naps", workers=2)) == items
    assert dict(os.environ) == before


def test_nothing_to_do_starts_nothing() -> None:
    """No item, no worker, no result."""
    assert run_tasks(_sleep_last_first, [], what="naps", workers=2) == []


def _tell_then_work(item: tuple[Path, int]) -> tuple[int, int]:
    folder, number = item
    (folder / f"{number}-{os.getpid()}").touch()
    time.sleep(0.5)
    return number, os.getpid()


def _kill_who_takes(folder: Path, number: int, killed: list[int]) -> None:
    """SIGKILL to the first process that says it has begun with this number."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for file in folder.glob(f"{number}-*"):
            killed.append(int(file.name.split("-")[1]))
            os.kill(killed[0], signal.SIGKILL)
            return
        time.sleep(0.01)


def test_what_a_killed_worker_had_is_done_by_another(tmp_path: Path) -> None:
    """A worker killed in the middle of item 2: all results are there, none by the dead one."""
    killed: list[int] = []
    killer = threading.Thread(target=_kill_who_takes, args=(tmp_path, 2, killed))
    killer.start()
    items = [(tmp_path, number) for number in range(6)]
    results = run_tasks(_tell_then_work, items, what="work", workers=2)
    killer.join()
    assert [number for number, _ in results] == list(range(6))
    assert len(killed) == 1
    assert results[2][1] not in killed
    assert len(list(tmp_path.glob("2-*"))) == 2  # begun twice


def _die(item: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_an_item_that_kills_its_workers_is_an_error() -> None:
    """After four deaths the item is named, on one line, instead of being tried for ever."""
    with pytest.raises(EcgDeviceError, match="every worker died that took up 'greedy'") as raised:
        run_tasks(_die, ["greedy"], what="work", workers=1)
    assert "received 4" in str(raised.value)
    assert "\n" not in str(raised.value)


def _die_if_greedy(item: str) -> str:
    if item == "greedy":
        _die(item)
    return item


def test_an_item_that_kills_its_workers_can_be_a_result() -> None:
    """Those that waited in one worker with it are not blamed, and come in their places."""
    items = ["first", "greedy", "last"]
    told = stream_tasks(
        _die_if_greedy, items, what="work", workers=1,
        lost=lambda item, error: f"{item}: {type(error).__name__}",
    )  # fmt: skip
    assert list(told) == ["first", "greedy: EcgDeviceError", "last"]


def _nap(item: float) -> int:
    time.sleep(item)
    return os.getpid()


def test_closing_late_neither_fails_nor_leaves_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine too busy to close within the time: the results are there, the workers are not."""
    monkeypatch.setattr("ecg_training.cluster._CLOSING_S", 1e-3)
    workers = run_tasks(_nap, [0.1, 0.1], what="naps", workers=2)
    deadline = time.monotonic() + 5
    while any(map(_runs, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_runs, workers))


def _runs(process: int) -> bool:
    """Whether a process is there and is no zombie."""
    try:
        return ") Z" not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def _refuse(item: int) -> int:
    if item == 1:
        raise FormatError("record 1 is torn", expected="a whole", received="half\nof it")
    time.sleep(0.2)
    return item


def test_the_error_of_a_task_comes_through() -> None:
    """The very error that the task raised, its keywords and its one line included."""
    with pytest.raises(FormatError) as raised:
        run_tasks(_refuse, list(range(40)), what="records", workers=2)
    assert str(raised.value) == "record 1 is torn; expected a whole; received half of it"


def test_a_scheduler_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that names the address and the commands that start a cluster."""
    monkeypatch.setattr("ecg_training.cluster._PATIENCE_S", 1.0)
    with pytest.raises(EcgDeviceError, match=r"tcp://127\.0\.0\.1:9.*dask scheduler"):
        run_tasks(_refuse, [2], what="records", scheduler="tcp://127.0.0.1:9")


@contextmanager
def _scheduler(workers: int) -> Iterator[str]:
    """A scheduler and workers as a user starts them on other machines, by their commands."""
    dask = [sys.executable, "-m", "dask"]
    scheduler = subprocess.Popen(
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"],
        stderr=subprocess.PIPE,
        text=True,
    )
    started = [scheduler]
    try:
        address = next(
            line.split("Scheduler at:")[1].strip()
            for line in scheduler.stderr
            if "Scheduler at:" in line
        )
        for _ in range(workers):
            command = [*dask, "worker", "--nthreads", "1", "--no-dashboard", address]
            started.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(20)
        scheduler.stderr.close()


def test_a_remote_scheduler_gives_the_same_numbers() -> None:
    """Workers started by `dask worker` compute what local ones do."""
    seeds = [1, 2, 3]
    local = [result for result, _ in run_tasks(_spectrum, seeds, what="spectra", workers=1)]
    with _scheduler(workers=1) as address:
        remote = run_tasks(_spectrum, seeds, what="spectra", scheduler=address)
    assert [result for result, _ in remote] == local


_ENDLESS = """
import time
from ecg_training import cli
from ecg_training.cluster import run_tasks

def main():
    print("started", flush=True)
    with cli._termination_unwinds():
        run_tasks(time.sleep, [600.0, 600.0], what="sleep", workers=2)

if __name__ == "__main__":
    main()
"""


def _endless(folder: Path) -> "subprocess.Popen[str]":
    """Two tasks of ten minutes, well begun, in a process group of their own."""
    script = folder / "endless.py"
    script.write_text(_ENDLESS)
    path = os.pathsep.join(str(REPOSITORY / part) for part in ("device", "training"))
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    process.stdout.readline()
    time.sleep(4)
    return process


def test_an_interrupt_ends_everything(tmp_path: Path) -> None:
    """Ctrl-C goes to the whole group: within seconds no process of it is left."""
    process = _endless(tmp_path)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode != 0
    assert err.count("KeyboardInterrupt") == 1
    assert _alive(process.pid) == []


def test_a_termination_ends_everything(tmp_path: Path) -> None:
    """SIGTERM goes to the command alone: status 143, not a word, no process is left."""
    process = _endless(tmp_path)
    process.terminate()
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (143, "")
    assert _alive(process.pid) == []


def _alive(group: int) -> list[str]:
    """The commands of the processes of a group, given 5 s to go."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        listed = subprocess.run(
            ["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True
        )
        rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
        left = [row[2] for row in rows if int(row[0]) == group and not row[1].startswith("Z")]
        if not left:
            break
        time.sleep(0.1)
    return left
