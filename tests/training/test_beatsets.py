"""Training examples are what the appliance itself sees of a record."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ecg_device.errors import ConfigError
from ecg_device.views import FEATURES, scale, smooth
from ecg_training.beatsets import BeatSet, collect, join
from ecg_training.datasets import mitdb, read_lead

pytestmark = pytest.mark.data


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def same(one: BeatSet, other: BeatSet) -> bool:
    return all(np.array_equal(a, vars(other)[name]) for name, a in vars(one).items())


@pytest.mark.slow
def test_windows_are_the_records_own_samples(ecg_data: Path) -> None:
    """The view of the millivolts about R, and the symbol that the annotators gave that beat."""
    beats = collect(ecg_data, ["208"])
    record = mitdb.load(ecg_data, "208")
    given = dict(zip(record.beats.tolist(), record.symbols, strict=True))
    assert len(beats) > 0.97 * len(record.beats)
    assert {*beats.records.tolist()} == {"208"}
    assert beats.context.shape == (len(beats), len(FEATURES))
    for at in range(0, len(beats), 97):
        sample = int(beats.samples[at])
        assert np.array_equal(
            beats.windows[at], scale(smooth(record.mv[sample - 89 : sample + 170]))
        )
        near = min(given, key=lambda beat: abs(beat - sample))
        assert abs(near - sample) <= 54
        assert beats.symbols[at] == given[near]


@pytest.mark.slow
def test_a_record_is_examined_once(ecg_data: Path, own_cache: Path) -> None:
    """What is kept is what was found; another question is another file."""
    first = collect(ecg_data, ["100"])
    (kept,) = own_cache.rglob("*.npz")
    written = os.stat(kept).st_mtime_ns
    assert same(first, collect(ecg_data, ["100"]))
    assert os.stat(kept).st_mtime_ns == written
    other = collect(ecg_data, ["100"], lead=1)
    assert len([*own_cache.rglob("*.npz")]) == 2
    mv = read_lead(ecg_data / "mitdb" / "100", 1)[1]
    at = int(other.samples[5])
    assert np.array_equal(other.windows[5], scale(smooth(mv[at - 89 : at + 170])))
    assert {*other.leads.tolist()} == {1}


@pytest.mark.slow
def test_a_front_end_changes_the_windows_and_not_the_labels(ecg_data: Path) -> None:
    """Behind the AD8232 nearly all beats of a clean record are there, two samples later."""
    clean = collect(ecg_data, ["103"])
    behind = collect(ecg_data, ["103"], condition="ad8232-mcp3008")
    count = Counter(behind.symbols.tolist())
    assert abs(count["N"] - Counter(clean.symbols.tolist())["N"]) < 10
    later = np.array([np.min(np.abs(clean.samples + 2 - sample)) for sample in behind.samples])
    assert np.percentile(later, 95) <= 3
    assert not same(behind, collect(ecg_data, ["103"], condition="ad8232-mcp3008", seed=1))


@pytest.mark.slow
def test_jobs_change_nothing(ecg_data: Path, own_cache: Path, monkeypatch) -> None:
    """Two processes give the same beats in the same order as one."""
    one = collect(ecg_data, ["103", "100"], condition="random", seed=3)
    monkeypatch.setenv("XDG_CACHE_HOME", str(own_cache / "other"))
    assert same(one, collect(ecg_data, ["103", "100"], condition="random", seed=3, jobs=2))
    assert same(join([one.where(one.records == name) for name in ("103", "100")]), one)


def test_an_unknown_condition_is_refused(ecg_data: Path) -> None:
    """The error lists those there are."""
    with pytest.raises(ConfigError, match="ad8232-mcp3008-12db"):
        collect(ecg_data, ["100"], condition="bad")
