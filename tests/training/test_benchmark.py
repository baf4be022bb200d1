"""The benchmark of QRS detectors, with detectors whose scores and costs are known."""

import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import ArrayLike

from ecg_device.signals import FloatArray
from ecg_training import benchmark
from ecg_training.datasets import mitdb
from ecg_training.peers import CONTENDERS, YARDSTICK, samples_of


def test_contenders_have_names_of_their_own() -> None:
    """A row is found by its name, and the yardstick of speed is among them."""
    names = [contender.name for contender in CONTENDERS]
    assert len(set(names)) == len(names)
    assert YARDSTICK in names


@pytest.mark.parametrize(
    "found", [[3.4, 1.0, 3.2], np.array([3, 1, 1]), np.array([[1, 3]]).ravel().astype(np.int32)]
)
def test_whatever_a_peer_gives_becomes_sorted_sample_numbers(found: ArrayLike) -> None:
    """Floats, repeats and disorder all become 1, 3."""
    assert samples_of(found).tolist() == [1, 3]


def test_a_peer_that_finds_nothing_is_understood() -> None:
    """An empty list is no beats."""
    assert samples_of([]).tolist() == []


@pytest.mark.data
def test_waiting_costs_wall_time_and_no_cpu(ecg_data: Path) -> None:
    """A detector that sleeps 50 ms and then knows all beats."""
    record = mitdb.load(ecg_data, "100")

    def sleeper(mv: FloatArray, rate_hz: float) -> ArrayLike:
        time.sleep(0.05)
        return record.beats

    score, wall_s, cpu_s, failed = benchmark._run(sleeper, record)
    assert (score.counts.tp, score.counts.fn, score.counts.fp, failed) == (1902, 0, 0, False)
    assert wall_s >= 0.05 > cpu_s


@pytest.mark.data
def test_a_peer_that_breaks_has_found_nothing(
    ecg_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The failure is told with the record's name, and counted."""
    record = mitdb.load(ecg_data, "100")

    def broken(mv: FloatArray, rate_hz: float) -> ArrayLike:
        raise IndexError("no peaks")

    score, *_, failed = benchmark._run(broken, record)
    assert (score.counts.tp, score.counts.fn, failed) == (0, 1902, True)
    assert "100: IndexError: no peaks" in capsys.readouterr().err


def test_an_unknown_detector_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, and the names there are."""
    with pytest.raises(SystemExit) as raised:
        benchmark.main(["--detectors", "nobody"])
    assert raised.value.code == 2
    assert YARDSTICK in capsys.readouterr().err


def test_a_missing_set_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 1 before any detector is started."""
    assert benchmark.main(["--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
