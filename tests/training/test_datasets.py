"""The data sets as their publishers lay them out, and what is said when one is not there."""

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from ecg_device.errors import ConfigError, FormatError
from ecg_training.datasets import cinc2017, data_root, mitdb, nstdb


def test_a_given_folder_goes_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--data, then ECG_DATA, then ~/.cache/ecg-data; an empty ECG_DATA is none."""
    monkeypatch.setenv("ECG_DATA", "/somewhere")
    assert data_root(tmp_path) == tmp_path
    assert data_root() == Path("/somewhere")
    monkeypatch.setenv("ECG_DATA", "")
    assert data_root() == Path.home() / ".cache" / "ecg-data"


def test_a_missing_set_names_its_publisher(tmp_path: Path) -> None:
    """One line: the file that is missing, where to get the set, where to put it."""
    with pytest.raises(ConfigError) as raised:
        mitdb.require(tmp_path)
    line = str(raised.value)
    assert str(tmp_path / "mitdb" / "100.hea") in line
    assert "https://physionet.org/content/mitdb/1.0.0/" in line
    assert "--data" in line
    assert "\n" not in line


@pytest.mark.data
def test_a_set_with_a_hole_is_refused_before_any_work(ecg_data: Path, tmp_path: Path) -> None:
    """With only record 100 there, 101 is what is asked for."""
    (tmp_path / "mitdb").mkdir()
    for end in ("hea", "dat", "atr"):
        shutil.copy(ecg_data / "mitdb" / f"100.{end}", tmp_path / "mitdb")
    mitdb.require(tmp_path, ("100",))
    with pytest.raises(ConfigError, match=r"101\.hea"):
        mitdb.require(tmp_path, ("100", "101"))


def test_the_split_is_by_patient_and_whole() -> None:
    """22 records in each half, 4 paced ones apart, 48 in all, none twice."""
    assert (len(mitdb.DS1), len(mitdb.DS2), len(mitdb.PACED)) == (22, 22, 4)
    assert len(set(mitdb.ALL)) == 48


def test_unknown_records_are_refused() -> None:
    """There is no record 110 in mitdb."""
    assert mitdb.choose(["100", "234"], "all") == ("100", "234")
    assert mitdb.choose(None, "ds1") == mitdb.DS1
    with pytest.raises(ConfigError, match="received 110"):
        mitdb.choose(["100", "110"], "all")


@pytest.mark.data
def test_mitdb_holds_what_its_directory_says(ecg_data: Path) -> None:
    """Record 207 by the publisher's tables: 2 leads' worth of beats N L R A V ! E, six episodes of
    fibrillation, rhythm beginning with sinus bradycardia or normal rhythm."""
    record = mitdb.load(ecg_data, "207")
    assert (record.rate_hz, len(record.mv)) == (360.0, 650_000)
    assert Counter(record.symbols) == {"L": 1457, "R": 86, "A": 107, "V": 105, "E": 105}
    assert len(record.fibrillation) == 6
    assert record.rhythm_at(0) == ""
    assert record.rhythm_at(record.fibrillation[0][0] + 100) == "(VFL"


@pytest.mark.data
def test_normal_by_the_measure_of_amplitudes_leaves_ventricular_beats_out(ecg_data: Path) -> None:
    """Of 207's 1860 beats, 105 are V and 105 E."""
    record = mitdb.load(ecg_data, "207")
    assert len(record.narrow_beats) == len(record.beats) - 210


@pytest.mark.data
def test_noise_records_are_half_an_hour(ecg_data: Path) -> None:
    """bw and ma: 650,000 samples, and muscle noise moves faster than baseline wander."""
    bw, ma = nstdb.load(ecg_data, "bw"), nstdb.load(ecg_data, "ma")
    assert len(bw) == len(ma) == 650_000
    assert np.diff(ma).std() / ma.std() > 3 * np.diff(bw).std() / bw.std()


@pytest.mark.data
def test_cinc2017_records_have_their_labels(ecg_data: Path) -> None:
    """Four labels; A00001 is normal and 30 s at 300 Hz."""
    labels = cinc2017.labels(ecg_data)
    assert set(labels.values()) == set(cinc2017.LABELS)
    rate_hz, mv = cinc2017.load(ecg_data, "A00001")
    assert (labels["A00001"], rate_hz, len(mv)) == ("N", 300.0, 9000)


def test_a_strange_label_is_refused(tmp_path: Path) -> None:
    """A line that is not NAME,LABEL is quoted back."""
    (tmp_path / "cinc2017").mkdir()
    (tmp_path / "cinc2017" / "REFERENCE.csv").write_text("A00001,N\nA00002,X\n")
    with pytest.raises(FormatError, match="A00002,X"):
        cinc2017.labels(tmp_path)
