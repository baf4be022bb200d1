"""Samplers that hang, die, stutter or talk nonsense: what the appliance gets to know, and when."""

import gc
import os
import signal
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from ecg_device.errors import SourceError
from ecg_device.sources.sampled import Order, Sampled, Taken

pytestmark = [pytest.mark.timed, pytest.mark.slow]  # whole processes, and the clock

FAULTY = Path(__file__).with_name("faulty_sampler.py")
ORDER = Order("synthetic:sinus", block_s=0.04)  # 14 samples a block


def faulty(fault: str, *options: object, order: Order = ORDER, **patience: float) -> Sampled:
    command = (sys.executable, str(FAULTY), fault, *map(str, options))
    return Sampled(order, command=command, **patience)


def until_it_fails(sampled: Sampled, seconds: float = 10.0) -> tuple[list[Taken], SourceError]:
    """All blocks that come before the error, and the error."""
    taken: list[Taken] = []
    until = time.monotonic() + seconds
    with pytest.raises(SourceError) as caught:
        while time.monotonic() < until:
            taken += sampled.read(0.05) or []
    with pytest.raises(SourceError, match=caught.value.what):
        sampled.read(0.0)  # who asks again hears the same
    return taken, caught.value


@pytest.mark.slow
def test_a_stopped_sampler_is_found_hanging() -> None:
    """SIGSTOP: 1.5 s later at most it is told, and the end takes half a second at most."""
    with Sampled(ORDER) as sampled:
        sampled.begin()
        assert sampled.read(2.0)
        os.kill(sampled.pid, signal.SIGSTOP)
        begun = time.monotonic()
        _, error = until_it_fails(sampled)
        assert time.monotonic() - begun <= 1.5
        assert error.what == "the source hangs" and error.remedy
        begun = time.monotonic()
        sampled.close()
        assert time.monotonic() - begun <= 0.5


def test_a_killed_sampler_is_found_at_once() -> None:
    """SIGKILL: told within a tenth of a second, by the signal's name."""
    with Sampled(ORDER) as sampled:
        sampled.begin()
        assert sampled.read(2.0)
        os.kill(sampled.pid, signal.SIGKILL)
        begun = time.monotonic()
        _, error = until_it_fails(sampled)
        assert time.monotonic() - begun < 0.1
    assert error.what == "the sampler died" and error.received.startswith("killed by SIGKILL")


@pytest.mark.parametrize(
    ("fault", "what", "received"),
    [
        ("hang", "the source hangs", "nothing"),
        ("die", "the sampler died", "killed by SIGKILL"),
        ("exit", "the sampler died", "exit status 3"),
        ("leave", "the sampler died", "exit status 0"),
        ("torn", "the sampler died", "exit status 0 in the middle of a frame"),
        (
            "crash",
            "the sampler died",
            "exit status 1: RuntimeError: the converter's register 7 is on fire",
        ),
        ("error", "the converter does not answer", "none for 100 ms"),
    ],
)
def test_every_way_to_fail_is_named_after_the_last_sound_sample(
    fault: str, what: str, received: str
) -> None:
    """Ten blocks come, none is lost, and then the reason: one line."""
    with faulty(fault, "--after", 10, silent_after_s=0.7) as sampled:
        sampled.begin()
        taken, error = until_it_fails(sampled)
    assert [one.block.start for one in taken] == list(range(0, 140, 14))
    assert (error.what, error.received) == (what, received)
    assert error.remedy and "\n" not in str(error)


def test_a_crash_leaves_its_whole_trace_for_who_looks_into_it() -> None:
    """The line that a user reads is the last; the others are a note of the exception."""
    with faulty("crash") as sampled:
        sampled.begin()
        _, error = until_it_fails(sampled)
    assert error.__notes__[0].startswith("Traceback") and "in fail" in error.__notes__[0]


def test_garbage_is_refused_and_what_was_sound_is_kept() -> None:
    """Bytes of chance after the tenth block: ten blocks, then a damaged stream."""
    with faulty("garbage") as sampled:
        sampled.begin()
        taken, error = until_it_fails(sampled)
    assert len(taken) == 10 and error.what == "the sampler's stream is damaged"


@pytest.mark.parametrize(
    "command", [(sys.executable, str(FAULTY), "foreign"), ("echo", "ready"), ("cat",)]
)
def test_a_program_that_is_no_sampler_is_refused(command: tuple[str, ...]) -> None:
    """Text, or our own order come back: told when it begins."""
    with Sampled(ORDER, command=command) as sampled, pytest.raises(SourceError) as caught:
        sampled.begin()
    assert caught.value.what == "the sampler's stream is damaged"


def test_a_program_that_is_not_there_is_told() -> None:
    """No such file: a SourceError that names it."""
    with pytest.raises(SourceError, match=r"cannot be started.*no-such-program"):
        Sampled(ORDER, command=["no-such-program"]).begin()


def test_a_drivers_chatter_does_not_touch_the_stream() -> None:
    """What is printed inside the sampler goes elsewhere; the signal goes on."""
    with faulty("chatter", "--after", 3) as sampled:
        sampled.begin()
        taken = [one for _ in range(12) for one in sampled.read(1.0) or []]
    starts = [one.block.start for one in taken]
    assert len(starts) >= 10 and starts == list(range(0, 14 * len(starts), 14))


def test_a_stutter_is_no_fault_but_its_samples_are_late() -> None:
    """Half a second of silence, then all of it at once: nothing lost, the late ones counted."""
    with faulty("stutter", "--after", 5, "--seconds", 0.5) as sampled:
        sampled.begin()
        taken: list[Taken] = []
        while len(taken) < 30:
            taken += sampled.read(1.0) or []
    assert [one.block.start for one in taken] == list(range(0, 14 * len(taken), 14))
    late = sum(one.late for one in taken[5:20])
    assert 0.4 * 360 < late < 0.7 * 360  # of 180 samples, those of the last block's time are not


@pytest.mark.slow
def test_a_long_gap_of_the_source_is_not_silence(tmp_path: Path) -> None:
    """Two seconds in which the patient's samples are lost: longer than its patience, no error."""
    script = tmp_path / "gap.toml"
    script.write_text(
        '[[rhythm]]\nkind = "sinus"\nduration_s = 2.6\n'
        '[[fault]]\nkind = "dropout"\nshare = 1.0\nshown_as = "gap"\n'
        "start_s = 0.2\nduration_s = 2\n"
    )
    with Sampled(Order("synthetic", script), silent_after_s=1.0) as sampled:
        sampled.begin()
        taken: list[Taken] = []
        while (more := sampled.read(0.3)) is not None:
            taken += more
    assert [a.block.stop for a in taken][-1] == 936
    assert max(b.block.start - a.block.stop for a, b in pairwise(taken)) == 720


@pytest.mark.slow
def test_a_reader_that_was_away_does_not_blame_the_sampler() -> None:
    """Both stopped for a while (a terminal's Ctrl-Z): when they go on, so does the signal."""
    with Sampled(ORDER, silent_after_s=1.0) as sampled:
        sampled.begin()
        assert sampled.read(2.0)
        os.kill(sampled.pid, signal.SIGSTOP)
        time.sleep(1.5)  # stands for the reader's own stop: it reads nothing
        while sampled.read(0.0):
            pass  # what the pipe still held
        os.kill(sampled.pid, signal.SIGCONT)
        assert sampled.read(1.0)


def test_a_sampler_that_never_says_what_it_samples() -> None:
    """It starts, and nothing: told after the time it was given, while others are served."""
    served = 0

    def serve() -> None:
        nonlocal served
        served += 1

    sleeping = [sys.executable, "-c", "import time; time.sleep(60)"]
    with Sampled(ORDER, command=sleeping, start_within_s=0.5) as sampled:
        begun = time.monotonic()
        with pytest.raises(SourceError, match="does not start"):
            sampled.begin(serve)
        assert 0.5 <= time.monotonic() - begun < 0.8 and served >= 5


def test_reading_waits_no_longer_than_asked() -> None:
    """Nothing comes for long: an empty answer, in the time given."""
    with faulty("stutter", "--after", 1, "--seconds", 1.2) as sampled:
        sampled.begin()
        while not sampled.read(0.5):
            pass
        for timeout_s in (0.0, 0.05, 0.2):
            begun = time.monotonic()
            assert sampled.read(timeout_s) == []
            assert timeout_s - 0.002 <= time.monotonic() - begun < timeout_s + 0.05


def test_one_that_does_not_listen_is_ended_by_force() -> None:
    """It hangs: gone within half a second all the same, and closing twice is nothing."""
    sampled = faulty("hang", "--after", 2)
    sampled.begin()
    pid = sampled.pid
    time.sleep(0.3)
    begun = time.monotonic()
    sampled.close()
    assert time.monotonic() - begun <= 0.5
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    sampled.close()


@pytest.mark.slow
def test_what_failed_is_sound_when_started_again(tmp_path: Path) -> None:
    """A cause that goes away: two starts fail, the third one's signal begins at sample 0."""
    failures = 0
    while True:
        with faulty("die", "--times", 2, "--counter", tmp_path / "starts") as sampled:
            sampled.begin()
            try:
                taken = [one for _ in range(15) for one in sampled.read(1.0) or []]
                break
            except SourceError:
                failures += 1
    assert failures == 2 and taken[0].block.start == 0 and len(taken) >= 15


@pytest.mark.parametrize(("fault", "starts"), [("gap", [0, 14, 374, 388]), ("back", [0, 14, 0, 0])])
def test_numbers_that_jump_arrive_as_they_are(fault: str, starts: list[int]) -> None:
    """The pipe judges no sample numbers: gaps are the reader's to see, as is a step back."""
    with faulty(fault, "--after", 2, "--seconds", 346 / 360) as sampled:
        sampled.begin()
        taken: list[Taken] = []
        while len(taken) < 4:
            taken += sampled.read(1.0) or []
    assert [one.block.start for one in taken[:4]] == starts


@pytest.mark.slow
def test_many_openings_leave_nothing_behind() -> None:
    """Opened and closed again and again, in every state: no descriptor stays, and no process."""
    gc.collect()  # what other tests dropped is closed before, not meanwhile
    before = len(os.listdir("/proc/self/fd"))
    pids = []
    for fault in ("die", "crash", "none", "hang", "foreign"):
        sampled = faulty(fault, "--after", 1)
        try:
            sampled.begin()
            pids.append(sampled.pid)
            sampled.read(0.1)
            sampled.read(0.1)
        except SourceError:
            pass
        finally:
            sampled.close()
        assert sampled.pid is None
    assert len(os.listdir("/proc/self/fd")) == before
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
