"""The comparison of runtimes: real processes, real runtimes, a model known by heart."""

import os
import sys
from pathlib import Path

import pytest

from ecg_training import bench_models, bench_pipeline

pytest.importorskip("ai_edge_litert")


def test_a_worker_times_a_model_in_a_process_of_its_own(formula_bundle: Path) -> None:
    """It names the runtime; each round takes time, some microseconds to a millisecond a beat."""
    with bench_models.worker(sys.executable, "device", formula_bundle / "model.tflite") as one:
        one.ask()
        one.ask()
    assert one.runtime.startswith("ai-edge-litert ")
    assert len(one.seconds) == 2
    assert 0.001 < one.milliseconds < 5


def test_the_runtime_of_32_bit_boards_is_timed_in_its_own_environment(
    formula_bundle: Path,
) -> None:
    """The same worker in another Python, among old libraries."""
    python = os.environ.get("ECG_TFLITE_PYTHON")
    if not python:
        pytest.skip("ECG_TFLITE_PYTHON names no Python with tflite-runtime")
    with bench_models.worker(python, "device", formula_bundle / "model.tflite") as one:
        one.ask()
    assert one.runtime == "tflite-runtime 2.14.0"
    assert one.milliseconds > 0


def test_a_worker_that_dies_is_told_in_one_line(tmp_path: Path) -> None:
    """A file that is no model: the process ends, and the error gives its status."""
    from ecg_device.errors import ConfigError

    (tmp_path / "model.tflite").write_bytes(b"no model at all")
    with (
        pytest.raises(ConfigError, match=r"could not be timed.*status 1"),
        bench_models.worker(sys.executable, "device", tmp_path / "model.tflite"),
    ):
        pass


def test_a_model_of_supported_steps_is_one_partition(formula_bundle: Path) -> None:
    """Two dense layers and a sum: XNNPACK takes them whole."""
    assert bench_models.partitions(formula_bundle / "model.tflite") == 1


@pytest.mark.slow
def test_naming_costs_more_than_not_naming(formula_bundle: Path) -> None:
    """The same beats viewed and named take longer than unnamed; the parts add up to the whole."""
    unnamed, viewed, named = bench_pipeline.pipeline_costs([formula_bundle], rounds=3).rows
    assert unnamed["beat_ms"] < viewed["beat_ms"] < named["beat_ms"]
    parts = unnamed["beat_ms"] + named["views_ms"] + named["model_ms"]
    assert parts == pytest.approx(named["beat_ms"])
