"""A long recording in bounded memory, measured by tools/bench_day.py as a user measures it."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "tools" / "bench_day.py"
A_DAY_MB = {"none": 150.0, "aami": 190.0}  # the model's runtime takes some 25 MB more


def peak_mb(hours: float, bpm: int, model: str) -> float:
    """What the analysis of so long a record held at most."""
    command = [sys.executable, BENCH, "--hours", str(hours), "--bpm", str(bpm)]
    command += ["--model", model]
    printed = subprocess.run(command, capture_output=True, text=True).stdout  # 1: a slow machine
    beats, _, _, memory = (cell.strip() for cell in printed.splitlines()[-1].split("|")[3:7])
    assert int(beats) == pytest.approx(60 * bpm * hours, rel=0.05)
    return float(memory.removesuffix(" MB"))


@pytest.mark.slow
@pytest.mark.parametrize("model", A_DAY_MB)
def test_a_day_of_a_fast_heart_fits(model: str) -> None:
    """What an hour takes and what each further hour adds, added up over a day, is within bounds."""
    one, five = peak_mb(1, 150, model), peak_mb(5, 150, model)
    assert 20.0 < one <= five  # an interpreter and NumPy are never less
    assert one + 23 * (five - one + 1.0) / 4 <= A_DAY_MB[model]  # printed to the megabyte


def test_the_analysis_loads_no_scipy() -> None:
    """SciPy alone would take 80 MB; the analysis of a recording must not touch it."""
    script = (
        "import sys, ecg_device.analysis.batch, ecg_device.daemon\n"
        "sys.exit(any(name.startswith('scipy') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
