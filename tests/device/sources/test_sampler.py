"""The sampler as a real process: what comes through its pipe, and how it starts and ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_device.errors import ConfigError, FormatError, SourceError
from ecg_device.formats import write_wfdb
from ecg_device.signals import Block, FloatArray, SignalInfo
from ecg_device.sources.opening import open_source
from ecg_device.sources.sampled import Order, Sampled, Taken, sampler_command

pytestmark = [pytest.mark.timed, pytest.mark.slow]  # whole processes, and the clock

SINUS = "synthetic:sinus"


def whole(order: Order) -> list[Taken]:
    """Everything that comes until the end."""
    with Sampled(order) as sampled:
        sampled.begin()
        taken: list[Taken] = []
        while (more := sampled.read(1.0)) is not None:
            taken += more
        return taken


def joined(taken: list[Taken]) -> FloatArray:
    return np.concatenate([one.block.mv for one in taken])


@contextmanager
def started(order: Order) -> Iterator["subprocess.Popen[bytes]"]:
    """A sampler by itself, its order given."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(sampler_command(), bufsize=0, **pipes) as process:
        process.stdin.write(order.line())
        process.stdin.close()
        try:
            yield process
        finally:
            process.kill()


def gone_within(pid: int, seconds: float) -> bool:
    """Whether a process that is not our child ends in time (a zombie has ended)."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def test_the_whole_signal_comes_through_to_the_bit() -> None:
    """What the source makes in this process and what the sampler sends are the same samples."""
    taken = whole(Order(SINUS, speed=0, seed=3))
    here = list(open_source(SINUS, seed=3).blocks())
    assert [one.block.start for one in taken] == [block.start for block in here]
    assert joined(taken).tobytes() == np.concatenate([block.mv for block in here]).tobytes()
    leads = np.concatenate([one.block.leads for one in taken])
    assert np.array_equal(leads, np.concatenate([block.leads for block in here]))


def test_blocks_come_at_their_time(tmp_path: Path) -> None:
    """One second of signal at real speed: 25 blocks, the last a second after the first began."""
    record = tmp_path / "ramp"
    write_wfdb(record, SignalInfo("ramp", 250.0), [Block(0, np.arange(250) / 200)])
    taken = whole(Order(f"replay:{record}", block_s=0.04))
    spans = np.array([one.block.stop for one in taken]) / 250.0
    at_s = np.array([one.taken_ns for one in taken]) / 1e9
    assert len(taken) == 25 and joined(taken) == pytest.approx(np.arange(250) / 200, abs=1e-3)
    early = (at_s - at_s[0]) - (spans - spans[0])
    assert early.min() > -0.2  # the first may be late by what a busy machine takes
    assert (np.diff(at_s) >= 0).all() and 0.5 < at_s[-1] - at_s[0] < 1.5


@pytest.mark.slow
@pytest.mark.data
def test_a_record_at_real_speed_is_the_files_samples(ecg_data: Path) -> None:
    """Two seconds of mitdb 100 as wfdb reads them, identical to the last bit of their float64."""
    record = ecg_data / "mitdb" / "100"
    with Sampled(Order(f"replay:{record}")) as sampled:
        info = sampled.begin()
        taken: list[Taken] = []
        while sum(len(one.block.mv) for one in taken) < 720:
            taken += sampled.read(1.0) or []
    theirs = wfdb.rdrecord(str(record), sampto=720, channels=[0]).p_signal[:, 0]
    assert (info.rate_hz, info.samples, info.simulated) == (360.0, 650_000, True)
    assert joined(taken)[:720].tobytes() == theirs.tobytes()


@pytest.mark.data
def test_a_whole_record_is_the_files_samples(ecg_data: Path) -> None:
    """Half an hour of mitdb 208 without a pace: all 650 000 samples, none twice, none changed."""
    record = ecg_data / "mitdb" / "208"
    taken = whole(Order(f"replay:{record}", speed=0, block_s=1.0))
    theirs = wfdb.rdrecord(str(record), channels=[0]).p_signal[:, 0]
    assert joined(taken).tobytes() == theirs.tobytes()
    assert all(a.block.stop == b.block.start for a, b in pairwise(taken))


def test_what_a_file_lacks_at_its_end_is_told(tmp_path: Path) -> None:
    """A scenario whose last second is lost: an empty block stands where the signal ends."""
    script = tmp_path / "lost.toml"
    script.write_text(
        '[[rhythm]]\nkind = "sinus"\nduration_s = 3\n'
        '[[fault]]\nkind = "dropout"\nstart_s = 2\nduration_s = 1\nshare = 1.0\nshown_as = "gap"\n'
    )
    last = whole(Order("synthetic", script, speed=0))[-1].block
    assert (last.start, len(last.mv)) == (1080, 0)


@pytest.mark.parametrize(
    ("source", "kind", "what"),
    [
        ("replay:/no/such/record", FormatError, "no recording there"),
        ("synthetic:no-such-scenario", SourceError, "no-such-scenario"),
        ("unknown", ConfigError, "no such source"),
    ],
)
def test_an_error_of_the_source_arrives_as_itself(
    source: str, kind: type[Exception], what: str
) -> None:
    """Class and words are those that opening the source here would give."""
    with Sampled(Order(source)) as sampled, pytest.raises(kind, match=what) as caught:
        sampled.begin()
    with pytest.raises(kind) as here:
        open_source(source)
    assert (type(caught.value), str(caught.value)) == (type(here.value), str(here.value))


def test_an_order_it_does_not_understand_is_told(tmp_path: Path) -> None:
    """Started by hand with nonsense: one frame with the error, exit status 0, no trace."""
    done = subprocess.run(sampler_command(), input=b"sinus, please\n", capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout[12:])["what"] == "the sampler does not understand its order"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_to_the_whole_group_are_the_parents_affair(number: signal.Signals) -> None:
    """Ctrl-C and a service manager reach every process of the appliance; the sampler goes on."""
    with started(Order(SINUS)) as process:
        process.stdout.read(1)
        process.send_signal(number)
        heard = sum(map(len, (process.stdout.read(1000) for _ in range(20))))
        assert heard > 1000 and process.poll() is None


def test_it_ends_when_nobody_reads_any_more() -> None:
    """A broken pipe is no error of the sampler's: exit status 0, no trace."""
    with started(Order(SINUS)) as process:
        process.stdout.read(1)
        process.stdout.close()
        assert (process.stderr.read(), process.wait(2.0)) == (b"", 0)


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the parent's death")
def test_it_dies_with_its_parent() -> None:
    """The appliance is killed by SIGKILL while something else still holds the sampler's pipe."""
    program = (
        "import sys, time\n"
        "from ecg_device.sources.sampled import Order, Sampled\n"
        "sampled = Sampled(Order('synthetic:sinus'))\n"
        "sampled.begin()\n"
        "print(sampled.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        pid = int(parent.stdout.readline())
        readers = [
            os.open(f"/proc/{parent.pid}/fd/{name}", os.O_RDONLY | os.O_NONBLOCK)
            for name, pipe in pipes_of(parent.pid).items()
            if pipe in pipes_of(pid).values()
        ]
        parent.kill()
        try:
            assert readers and gone_within(pid, 1.0)
        finally:
            for reader in readers:
                os.close(reader)


def pipes_of(pid: int) -> dict[str, str]:
    """The pipes a process holds, by the numbers of their descriptors."""
    folder = f"/proc/{pid}/fd"
    links = {name: os.readlink(f"{folder}/{name}") for name in os.listdir(folder)}
    return {name: link for name, link in links.items() if link.startswith("pipe:")}


def test_blocks_can_be_longer_than_the_pipe() -> None:
    """A minute in a block is 190 kB, three times what a pipe holds: it arrives whole."""
    taken = whole(Order(SINUS, speed=0, block_s=60.0))
    assert [len(one.block.mv) for one in taken] == [21_600, 21_600]


def test_starting_is_quick() -> None:
    """From nothing to the first block: half a second on a free machine, here twice that."""
    begun = time.monotonic()
    with Sampled(Order(SINUS)) as sampled:
        sampled.begin()
        assert sampled.read(5.0)
        assert time.monotonic() - begun < 1.0


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_stays_small() -> None:
    """After ten minutes of signal NumPy and the patient: 40 MB here; SciPy alone were 80 more."""
    with Sampled(Order("synthetic:demo", speed=0)) as sampled:
        sampled.begin()
        for _ in islice(iter(lambda: sampled.read(1.0), None), 300):
            pass
        status = Path(f"/proc/{sampled.pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    assert int(resident.split()[1]) < 55_000
