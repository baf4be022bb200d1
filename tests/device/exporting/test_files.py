"""A session as a file: read by peers, it holds what was kept."""

import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_device.errors import ConfigError, FormatError, NotFoundError
from ecg_device.exporting import FORMATS, export, file_stem, stretch
from ecg_device.store import edits

BEATS = "NV"
OFF_AXIS_S = 2e-6  # times in CSV have six decimals


def notes(marks: wfdb.Annotation, symbol: str) -> list[tuple[int, str]]:
    found = zip(marks.sample, marks.symbol, marks.aux_note, strict=True)
    return [(int(at), aux.rstrip("\x00")) for at, kind, aux in found if kind == symbol]


@pytest.mark.parametrize(("from_s", "to_s"), [(None, None), (30.0, 62.5), (55.5, 100.0)])
def test_wfdb_holds_each_sample_and_each_beat(session, tmp_path: Path, from_s, to_s) -> None:
    """Whole or in part: to the microvolt, gaps as no number, sample 0 where the stretch begins."""
    wanted = stretch(session.reader, 1, from_s, to_s)
    first = round((from_s or 0) * session.RATE_HZ)
    stop = session.STOP if to_s is None else round(to_s * session.RATE_HZ)
    export(session.reader, wanted, "wfdb", tmp_path / "bed7")
    record = wfdb.rdrecord(str(tmp_path / "bed7"))
    assert (record.fs, record.sig_len, record.sig_name) == (360, stop - first, ["II"])
    expected = session.microvolts(first, stop) / 1000
    np.testing.assert_allclose(record.p_signal[:, 0], expected, atol=1e-9)
    marks = wfdb.rdann(str(tmp_path / "bed7"), "ecgd")
    found = {int(at): s for at, s in zip(marks.sample, marks.symbol, strict=True) if s in BEATS}
    assert found == {at - first: session.symbol_at(at) for at in session.beats(first, stop)}


def test_what_changed_is_marked_where_it_did(session, tmp_path: Path) -> None:
    """Rhythms as +, quality as ~, in WFDB's own words."""
    export(session.reader, stretch(session.reader, 1), "wfdb", tmp_path / "bed7")
    marks = wfdb.rdann(str(tmp_path / "bed7"), "ecgd")
    assert notes(marks, "+") == [(60, "(N"), (18_010, "(AFIB")]
    assert notes(marks, "~") == [(50, "ok"), (25_010, "off: electrode RA off")]


def test_a_stretch_begins_with_what_held(session, tmp_path: Path) -> None:
    """From 55.5 s on it fibrillates and is readable, though neither began there."""
    export(session.reader, stretch(session.reader, 1, 55.5, 60.0), "wfdb", tmp_path / "part")
    marks = wfdb.rdann(str(tmp_path / "part"), "ecgd")
    assert [aux for _, aux in notes(marks, "+")] == ["(AFIB"]
    assert [aux for _, aux in notes(marks, "~")] == ["ok"]
    assert max(at for symbol in "+~" for at, _ in notes(marks, symbol)) <= 2


def test_a_record_tells_when_it_began(session, tmp_path: Path) -> None:
    """The wall clock at the stretch's first sample, to the second."""
    export(session.reader, stretch(session.reader, 1, 30.0), "wfdb", tmp_path / "part")
    began = datetime.fromtimestamp(session.BEGAN_NS // 10**9 + 30)
    assert wfdb.rdheader(str(tmp_path / "part")).base_datetime == began


def test_edf_is_read_by_another_library(session, tmp_path: Path) -> None:
    """Each sample in its second, within what 16 bits resolve; what is missing is annotated."""
    pyedflib = pytest.importorskip("pyedflib", reason="no pyEDFlib for this Python")
    path = tmp_path / "part.edf"
    export(session.reader, stretch(session.reader, 1, 0.0, 40.0), "edf", path)
    expected = session.microvolts(0, 40 * 360) / 1000
    with pyedflib.EdfReader(str(path)) as reader:
        assert reader.getSampleFrequency(0) == 360
        assert "II" in reader.getLabel(0)
        signal = reader.readSignal(0)
        onsets, durations, texts = reader.readAnnotations()
    known = ~np.isnan(expected)
    np.testing.assert_allclose(signal[known], expected[known], atol=0.0006)
    lost = [
        (onset, onset + float(duration))
        for onset, duration, text in zip(onsets, durations, texts, strict=True)
        if text == "samples missing"
    ]
    assert lost and all(low * 360 < 10_100 and high * 360 > 10_000 for low, high in lost)


def test_csv_is_read_by_numpy(session, tmp_path: Path) -> None:
    """Times from 0 on, a jump over the long gap, nan in the short one, the pins as they were."""
    path = tmp_path / "part.csv"
    export(session.reader, stretch(session.reader, 1, 20.0, 80.0), "csv", path)
    table = np.genfromtxt(path, delimiter=",", names=True)
    samples = np.arange(20 * 360, 80 * 360)
    samples = samples[(samples < session.LONG_GAP[0]) | (samples >= session.LONG_GAP[1])]
    np.testing.assert_allclose(table["time_s"], samples / 360 - 20, atol=OFF_AXIS_S)
    expected = session.microvolts(0, session.STOP)[samples] / 1000
    np.testing.assert_allclose(table["value_mv"], expected, atol=1e-6)
    np.testing.assert_array_equal(table["lo_minus"], samples >= 25_200)
    assert not table["lo_plus"].any()


def test_a_zip_is_the_record(simulated, tmp_path: Path) -> None:
    """Three files under the name that says SIMULATED, equal to those written without a zip."""
    wanted = stretch(simulated.reader, 1)
    export(simulated.reader, wanted, "wfdb", tmp_path / "any.zip")
    name = file_stem(simulated.reader, 1)
    assert name == "session-1-SIMULATED"
    export(simulated.reader, wanted, "wfdb", tmp_path / name)
    with zipfile.ZipFile(tmp_path / "any.zip") as archive:
        assert archive.testzip() is None
        parts = {part: archive.read(part) for part in archive.namelist()}
    assert sorted(parts) == [f"{name}.dat", f"{name}.ecgd", f"{name}.hea"]
    assert all((tmp_path / part).read_bytes() == held for part, held in parts.items())


@pytest.mark.parametrize("format", FORMATS)
def test_a_simulated_signal_says_so_in_each_file(simulated, session, tmp_path, format) -> None:
    """In every file of it; and in none of a heart's."""
    for kept, says_so in ((simulated, True), (session, False)):
        folder = tmp_path / format / str(says_so)
        folder.mkdir(parents=True)
        export(kept.reader, stretch(kept.reader, 1), format, folder / "signal")
        told = [path for path in folder.iterdir() if path.suffix != ".dat"]
        assert told
        assert all((b"SIMULATED" in path.read_bytes()) == says_so for path in told)


@pytest.mark.parametrize(
    ("from_s", "to_s"), [(100.0, None), (50.0, 50.0), (60.0, 50.0), (1e11, 1e11 + 1)]
)
def test_a_stretch_that_is_none_is_told(session, from_s, to_s) -> None:
    with pytest.raises(ConfigError, match=r"0 to 100\.0 s"):
        stretch(session.reader, 1, from_s, to_s)


def test_an_end_after_the_end_is_the_end(session) -> None:
    """So that `--to 86400` is a day, or what there is of it."""
    assert stretch(session.reader, 1, 0, 1e9) == stretch(session.reader, 1)


@pytest.mark.parametrize("name", ["signal", "signal.zip"])
@pytest.mark.parametrize("format", FORMATS)
def test_a_session_deleted_meanwhile_leaves_nothing(simulated, tmp_path, format, name) -> None:
    """A clear error once its rows are gone, and no half a file, nor a hidden one."""
    folder = tmp_path / "out"
    folder.mkdir()

    def delete(share: float) -> None:
        if not gone:
            gone.append(share)
            simulated.submit(edits.delete_session(1))

    gone: list[float] = []
    with pytest.raises(NotFoundError, match="no session 1"):
        export(simulated.reader, stretch(simulated.reader, 1), format, folder / name, delete)
    assert gone and list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["signal", "signal.zip"])
@pytest.mark.parametrize("format", FORMATS)
def test_a_folder_that_is_not_there_is_told(session, tmp_path: Path, format, name) -> None:
    path = tmp_path / "nowhere" / name
    with pytest.raises(FormatError, match=r"cannot be written.*No such file"):
        export(session.reader, stretch(session.reader, 1), format, path)


def test_an_older_record_stays_whole_where_a_new_one_fails(simulated, tmp_path: Path) -> None:
    """All three files are the old ones, byte for byte."""
    folder = tmp_path / "out"
    folder.mkdir()
    wanted = stretch(simulated.reader, 1)
    export(simulated.reader, wanted, "wfdb", folder / "night")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(NotFoundError):
        export(
            simulated.reader, wanted, "wfdb", folder / "night",
            lambda share: simulated.submit(edits.delete_session(1)) if share > 0.99 else None,
        )  # fmt: skip
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
