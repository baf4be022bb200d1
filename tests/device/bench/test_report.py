"""The table says what was measured; a goal that was missed is named, and no other."""

from dataclasses import replace

import pytest

from ecg_device.bench.figures import Sampling, Spread
from ecg_device.bench.measure import Measured, Process, Run
from ecg_device.bench.report import as_json, lines, missed

GOOD = Measured(
    run=Run(),
    first_page_s=1.0,
    processes=(Process("ecg_device run", 1.5, 70.0, 55.0), Process("sampler", 0.5, 30.0, 20.0)),
    sampling=Sampling(60.0, 360.0, 360.01, Spread(0.1, 0.3, 0.5, 2.0), late=0, missing=0),
    label_ms=Spread(530.0, 560.0, 570.0, 580.0),
    beats=72,
    exported="none",
    stop_s=0.3,
)
HOG = (Process("ecg_device run", 3.5, 200.0, 190.0),)
ILL = {
    "start to first page": replace(GOOD, first_page_s=2.1),
    "R peak to its label": replace(GOOD, label_ms=Spread(530.0, 751.0, 760.0, 800.0)),
    "sampling rate": replace(GOOD, sampling=replace(GOOD.sampling, taken_hz=359.6)),
    "stop": replace(GOOD, stop_s=2.5),
}


@pytest.mark.parametrize("goal", ILL)
def test_a_missed_goal_is_named(goal: str) -> None:
    """Each goal of the issue, missed by a little, is the one that is named."""
    assert missed(ILL[goal]) == [goal]


def test_cpu_and_memory_have_goals_without_load_only() -> None:
    """More than 3 % of a core and 150 MB is too much for one viewer, not under load."""
    assert missed(replace(GOOD, processes=HOG)) == ["CPU", "memory"]
    loaded = replace(GOOD, processes=HOG, run=Run(loaded=True, viewers=8))
    assert missed(loaded) == [] == missed(GOOD)


def test_the_table_holds_every_figure() -> None:
    """Sums over the processes, the rate's deviation in %, the delays of labels."""
    table = "\n".join(lines(GOOD, ("aami, LiteRT", Spread(0.4, 0.6, 0.7, 0.9))))
    for words in ("2.0 % of a core", "100 MB", "75 MB", "360.010 Hz, +0.0028 %", "0.40 / 0.60 ms"):
        assert words in table
    assert "530 / 560 / 580 ms" in table and "1.00 s" in table


def test_the_json_holds_the_same_for_programs() -> None:
    """Sums and deviation, which are computed, are in it too."""
    found = as_json(GOOD, None)
    assert (found["cpu_percent"], found["resident_mb"], found["missed"]) == (2.0, 100.0, [])
    assert found["off_percent"] == pytest.approx(100 * 0.01 / 360)
