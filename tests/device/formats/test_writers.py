"""Written recordings: read by peers, equal within a step, streaming, whole or not at all."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wfdb

from ecg_device.errors import FormatError
from ecg_device.formats import open_recording, write_csv, write_edf, write_wfdb
from ecg_device.signals import Block, SignalInfo

INFO = SignalInfo("session", 360, lead="II")
START = datetime(2024, 2, 29, 13, 5, 7)
WRITERS: dict[str, Callable[..., None]] = {
    "r": write_wfdb,
    "r.edf": write_edf,
    "r.csv": write_csv,
}


def wave(samples: int) -> np.ndarray:
    """Something with every code in it, within 2 mV."""
    return 2 * np.sin(np.arange(samples) ** 1.3 / 50)


def in_blocks(mv: np.ndarray, size: int = 1000, start: int = 0) -> Iterator[Block]:
    """A signal cut into blocks."""
    return (Block(start + at, mv[at : at + size]) for at in range(0, len(mv), size))


@pytest.mark.parametrize(("coding", "step"), [(16, 0.001), (212, 0.005)])
@pytest.mark.parametrize("samples", [1, 2, 65_537, 200_001])
def test_wfdb_reads_what_we_write(tmp_path: Path, coding: int, step: float, samples: int) -> None:
    """The wfdb package reads the samples within half a step, the rate, the lead and the time."""
    mv = wave(samples)
    write_wfdb(tmp_path / "r", INFO, in_blocks(mv), coding=coding, start=START)
    peer = wfdb.rdrecord(str(tmp_path / "r"))
    np.testing.assert_allclose(peer.p_signal[:, 0], mv, atol=step / 2 + 1e-12, rtol=0)
    assert (peer.fs, peer.sig_name, peer.base_datetime) == (360, ["II"], START)
    digital = wfdb.rdrecord(str(tmp_path / "r"), physical=False)
    assert digital.checksum[0] % 2**16 == digital.calc_checksum()[0]
    assert digital.init_value[0] == digital.d_signal[0, 0]


@pytest.mark.parametrize("rate", [1, 128.5, 250, 333.25, 360, 1000])
def test_pyedflib_reads_what_we_write(pyedflib: Any, tmp_path: Path, rate: float) -> None:
    """pyEDFlib accepts the file and reads the samples within half a step, rate, lead and time."""
    samples = int(90 * rate)
    mv = wave(samples)
    write_edf(tmp_path / "r.edf", SignalInfo("s", rate, lead="II"), in_blocks(mv), start=START)
    with pyedflib.EdfReader(str(tmp_path / "r.edf")) as peer:
        assert peer.getSignalLabels() == ["ECG II"]
        assert peer.getSampleFrequency(0) == pytest.approx(rate, rel=1e-6)
        assert peer.getStartdatetime() == START
        np.testing.assert_allclose(peer.readSignal(0)[:samples], mv, atol=0.5001e-3, rtol=0)
        assert peer.getPhysicalDimension(0) == "mV"


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_written_reads_back(tmp_path: Path, name: str) -> None:
    """Samples within half a step, gaps and missing samples in their places, SIMULATED kept."""
    mv = wave(5000)
    mv[100:103] = np.nan
    info = SignalInfo("s", 360, lead="II", simulated=True)
    blocks = [Block(7, mv[:1000]), Block(4007, mv[1000:])]
    WRITERS[name](tmp_path / name, info, blocks)
    recording = open_recording(tmp_path / name)
    assert (recording.info.rate_hz, recording.info.simulated) == (360, True)
    back = np.full(9000, np.nan)
    for block in recording.blocks():
        back[block.start : block.stop] = block.mv[: 9000 - block.start]
    np.testing.assert_allclose(back[:1000], mv[:1000], atol=0.5001e-3)
    assert np.isnan(back[1000:4000]).all()
    np.testing.assert_allclose(back[4000:8000], mv[1000:], atol=0.5001e-3)
    assert np.isnan(back[8000:]).all()


def test_gaps_in_edf_are_edf_plus_d(tmp_path: Path) -> None:
    """The header says discontinuous; each record tells its time and whether samples miss."""
    blocks = [Block(0, wave(720)), Block(3600, wave(540))]
    write_edf(tmp_path / "r.edf", INFO, blocks)
    raw = (tmp_path / "r.edf").read_bytes()
    assert raw[192:197] == b"EDF+D"
    assert raw[236:244].strip() == b"4"
    assert [raw.count(onset) for onset in (b"+0\x14\x14", b"+1\x14\x14", b"+10\x14\x14")] == [1] * 3
    assert raw.count(b"+11\x151\x14samples missing\x14\0") == 1


def test_leads_off_pins_go_through_csv(tmp_path: Path) -> None:
    """Each sample's pins come back as they were."""
    states = np.array([0, 1, 2, 3, 0, 1], dtype=np.uint8)
    write_csv(tmp_path / "r.csv", INFO, [Block(0, np.arange(6.0), states)])
    (block,) = open_recording(tmp_path / "r.csv").blocks()
    assert block.leads is not None
    assert block.leads.tolist() == states.tolist()
    header = (tmp_path / "r.csv").read_text().splitlines()[0]
    assert header == "time_s,value_mv,lo_minus,lo_plus"


@pytest.mark.parametrize("name", WRITERS)
def test_a_failed_export_leaves_nothing(tmp_path: Path, name: str) -> None:
    """If the blocks break off, what was there before is there unchanged, and nothing else."""

    def broken() -> Iterator[Block]:
        yield Block(0, wave(100_000))
        raise RuntimeError("the store is gone")

    WRITERS[name](tmp_path / name, INFO, in_blocks(wave(10)))
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(RuntimeError, match="the store is gone"):
        WRITERS[name](tmp_path / name, INFO, broken())
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", WRITERS)
def test_nothing_to_write_is_an_error(tmp_path: Path, name: str) -> None:
    """No blocks, or empty ones, make no file."""
    for blocks in ([], [Block(0, np.array([]))]):
        with pytest.raises(FormatError, match="nothing to write"):
            WRITERS[name](tmp_path / name, INFO, blocks)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_is_not_there(tmp_path: Path, name: str) -> None:
    """One line that names the file."""
    with pytest.raises(FormatError, match="cannot be written"):
        WRITERS[name](tmp_path / "none" / name, INFO, in_blocks(wave(10)))


@pytest.mark.parametrize("name", ["r", "r.edf"])
def test_a_sample_too_large_is_refused(tmp_path: Path, name: str) -> None:
    """10 V do not fit into 16 bits of a microvolt; infinities are missing samples."""
    with pytest.raises(FormatError, match=r"at most 32\.767 mV; received 10000 mV"):
        WRITERS[name](tmp_path / name, INFO, [Block(0, np.array([0, 1e4]))])
    WRITERS[name](tmp_path / name, INFO, [Block(0, np.array([0, np.inf, -np.inf, 1]))])
    (block,) = open_recording(tmp_path / name).blocks()
    np.testing.assert_array_equal(np.isnan(block.mv[:4]), [False, True, True, False])


def test_blocks_that_overlap_are_refused(tmp_path: Path) -> None:
    """A block that begins before the last one ended is a programming error told as such."""
    with pytest.raises(FormatError, match="overlap"):
        write_wfdb(tmp_path / "r", INFO, [Block(0, wave(10)), Block(9, wave(10))])


@pytest.mark.parametrize("name", ["a b", "", "a/../.."])
def test_names_wfdb_cannot_bear(tmp_path: Path, name: str) -> None:
    """Record names are letters, digits, _ and -."""
    with pytest.raises(FormatError):
        write_wfdb(tmp_path / f"x{name} ", INFO, in_blocks(wave(10)))


@pytest.mark.parametrize("gain", [0.0, -200.0, float("nan"), float("inf")])
def test_a_gain_that_is_none_is_refused(tmp_path: Path, gain: float) -> None:
    """Steps per millivolt are a number above 0: WFDB takes 0 for "not calibrated"."""
    with pytest.raises(FormatError, match=f"gain is wrong; expected above 0.*received {gain:g}"):
        write_wfdb(tmp_path / "r", INFO, [Block(0, np.ones(9))], gain=gain)
    assert list(tmp_path.iterdir()) == []


_WRITE_A_DAY = """
import resource, sys
import numpy as np
from ecg_device.formats import write_edf, write_wfdb
from ecg_device.signals import Block, SignalInfo

minute = np.sin(np.arange(21600))
for write, name in ((write_wfdb, "day"), (write_edf, "day.edf")):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    blocks = (Block(i * 21600, minute) for i in range(1440))
    write(f"{sys.argv[1]}/{name}", SignalInfo("day", 360), blocks)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
def test_a_day_is_written_in_bounded_memory(tmp_path: Path) -> None:
    """31 million samples add less than 20 MB, as WFDB and as EDF+."""
    run = subprocess.run(
        [sys.executable, "-c", _WRITE_A_DAY, str(tmp_path)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert all(int(kilobytes) < 20_000 for kilobytes in run.stdout.split())
    assert (tmp_path / "day.dat").stat().st_size == 2 * 24 * 3600 * 360
