"""Sources by their names."""

from pathlib import Path

import numpy as np
import pytest

from ecg_device.errors import ConfigError, FormatError, SourceError
from ecg_device.formats import write_csv
from ecg_device.signals import Block, SignalInfo
from ecg_device.sources.opening import open_source


def test_a_scenario_is_chosen_by_name_or_by_file(tmp_path: Path) -> None:
    """The same seed and script are the same signal, however the script was named."""
    script = tmp_path / "mine.toml"
    script.write_text('title = "x"\n[[rhythm]]\nkind = "sinus"\nduration_s = 3\nrate_bpm = 90\n')
    one = open_source("synthetic", script, seed=4)
    other = open_source(f"synthetic:{script}", None, seed=4)
    assert one.info.samples == other.info.samples == 1080
    a, b = (np.concatenate([block.mv for block in source.blocks()]) for source in (one, other))
    assert np.array_equal(a, b)
    c = np.concatenate([block.mv for block in open_source("synthetic", script, seed=5).blocks()])
    assert not np.array_equal(a, c)


def test_without_a_name_it_is_the_patient_with_some_of_everything() -> None:
    """The plain source never ends and says what it is: simulated."""
    info = open_source("synthetic").info
    assert (info.simulated, info.samples, info.rate_hz) == (True, None, 360.0)


def test_a_recording_is_played_in_blocks_of_the_length_asked_for(tmp_path: Path) -> None:
    """A file of 500 samples at 250 Hz, in blocks of 80 ms: 25 blocks of 20."""
    path = tmp_path / "strip.csv"
    info = SignalInfo("strip", 250.0)
    mv = np.round(np.sin(np.arange(500) / 9), 3)
    write_csv(path, info, [Block(0, mv)])
    source = open_source(f"replay:{path}", block_s=0.08)
    got = list(source.blocks())
    assert [len(block.mv) for block in got] == [20] * 25
    assert np.concatenate([block.mv for block in got]) == pytest.approx(mv, abs=5e-4)
    assert source.info.simulated


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("replay:/no/such/record", FormatError),
        ("synthetic:no-such-scenario", SourceError),
        ("mcp3009", ConfigError),
        ("", ConfigError),
    ],
)
def test_a_source_that_is_none_is_told(name: str, kind: type[Exception]) -> None:
    """Each of the ways a name can be wrong is the error of its kind, on one line."""
    with pytest.raises(kind) as caught:
        open_source(name)
    assert "\n" not in str(caught.value)
