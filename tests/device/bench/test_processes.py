"""What a process takes, for processes that take what is known."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from ecg_device.bench.processes import family, usage

MB = 1_000_000
CHILD = f"""
import subprocess, sys
held = bytearray({40 * MB})
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
burn = "import time\\nwhile time.process_time() < 0.5: pass"
subprocess.run([sys.executable, "-c", burn], check=True)
print(child.pid, flush=True)
input()
child.communicate(b"")
"""


@pytest.fixture
def parent() -> Iterator[tuple[int, int]]:
    """A process that holds 40 MB, has a child, and had one that burned half a second."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process.pid, int(process.stdout.readline())
        process.communicate("\n")


def test_a_family_is_known_by_its_parent(parent: tuple[int, int]) -> None:
    """Parent and child are the family; the child alone is one as well."""
    assert family(parent[0]) == [*parent]
    assert family(parent[1]) == [parent[1]]


def test_memory_and_ended_children_are_counted(parent: tuple[int, int]) -> None:
    """40 MB held are in the memory, half a second burned by a child that ended in its time."""
    mother, child = usage(parent)
    assert mother.own_kb * 1024 > 40 * MB > child.own_kb * 1024
    assert mother.resident_kb >= mother.own_kb
    assert mother.ended_s == pytest.approx(0.5, abs=0.15)
    assert mother.cpu_s < 0.3


def test_time_burned_is_time_counted() -> None:
    """A process that burns half a second of CPU time has used it up."""
    script = "import time\nwhile time.process_time() < 0.5: pass\nprint(flush=True)\ninput()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        process.stdout.readline()
        assert usage([process.pid])[0].cpu_s == pytest.approx(0.5, abs=0.1)
        process.communicate("\n")


def test_the_gone_are_left_out() -> None:
    """A process that has ended takes nothing and has no family."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    time.sleep(0.01)
    assert family(process.pid) == [] and usage([process.pid]) == []
