"""What headers can say, and real records against the wfdb package."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_device.formats import open_recording


def whole(path: Path, lead: int | str = 0) -> np.ndarray:
    """All samples of a lead without gaps."""
    return np.concatenate([block.mv for block in open_recording(path, lead=lead).blocks()])


def write_16(folder: Path, name: str, codes: list[int], header: str) -> Path:
    """A record of one file in format 16, with the header as given."""
    (folder / f"{name}.dat").write_bytes(np.array(codes, dtype="<i2").tobytes())
    (folder / f"{name}.hea").write_text(header)
    return folder / name


@pytest.mark.parametrize(
    ("gain", "code", "expected"),
    [
        ("200", 300, 1.0),  # the baseline is the ADC zero, 100 here
        ("0", 300, 1.0),  # not calibrated: 200 by custom
        ("200(0)", 300, 1.5),
        ("2(100)/uV", 300, 0.1),
        ("0.5(100)/V", 101, 2000.0),
        ("-200(100)/mV", 300, -1.0),
    ],
)
def test_gain_baseline_and_unit(tmp_path: Path, gain: str, code: int, expected: float) -> None:
    """Each form of the gain field, by arithmetic."""
    header = f"r 1 100 2\nr.dat 16 {gain} 12 100 0 0 0 I\n"
    np.testing.assert_allclose(whole(write_16(tmp_path, "r", [code, code], header)), expected)


def test_a_bare_header_gets_the_customary_defaults(tmp_path: Path) -> None:
    """250 Hz, 200 per mV, as many samples as the file holds, and comments do not matter."""
    record = write_16(tmp_path, "r", [200, 400, -200], "# made by hand\nr 1\nr.dat 16\n# end\n")
    info = open_recording(record).info
    assert (info.rate_hz, info.samples, info.name, info.lead) == (250, 3, "r", "signal 0")
    np.testing.assert_array_equal(whole(record), [1, 2, -1])


def test_the_range_of_a_narrower_converter_is_known(tmp_path: Path) -> None:
    """An 11-bit ADC around 1024 at 200 per mV ends at -5.12 and 5.115 mV; 16 bits say nothing."""
    header = "r 1 360/720(5) 2 10:20:30 1/2/2020\nr.dat 16 200 {} 1024 0 0 0 I\n"
    record = write_16(tmp_path, "r", [1, 2], header.format(11))
    assert open_recording(record).info.rails_mv == (-5.12, 5.115)
    assert open_recording(record).info.rate_hz == 360
    record = write_16(tmp_path, "r", [1, 2], header.format(16))
    assert open_recording(record).info.rails_mv is None


def test_several_samples_a_frame(tmp_path: Path) -> None:
    """A lead with three samples in each frame runs at three times the frame rate, as in wfdb."""
    codes = list(range(1, 41))
    header = "r 2 100 10\nr.dat 16x3 200 12 0 1 0 0 fast\nr.dat 16 200 12 0 4 0 0 slow\n"
    record = write_16(tmp_path, "r", codes, header)
    peer = wfdb.rdrecord(str(record), smooth_frames=False).e_p_signal
    fast = open_recording(record, lead="fast").info
    assert (fast.rate_hz, fast.samples) == (300, 30)
    np.testing.assert_array_equal(whole(record, 0), peer[0])
    np.testing.assert_array_equal(whole(record, 1), peer[1])


def test_a_late_signal_is_moved_back(tmp_path: Path) -> None:
    """A skew of 2 frames: sample 0 is the one in frame 2, as in wfdb."""
    header = "r 2 100 10\nr.dat 16:2 200 12 0 1 0 0 late\nr.dat 16 200 12 0 4 0 0 other\n"
    record = write_16(tmp_path, "r", list(range(20)), header)
    peer = wfdb.rdrecord(str(record)).p_signal[:, 0]
    assert open_recording(record).info.samples == 8
    np.testing.assert_array_equal(whole(record), peer[:8])


def test_signals_in_several_files(tmp_path: Path) -> None:
    """Each lead comes from its own file, and only that one is needed."""
    header = "r 2 100 3\nr.dat 16 200 12 0 0 0 0 I\nmissing.dat 16 200 12 0 0 0 0 II\n"
    record = write_16(tmp_path, "r", [200, 400, 600], header)
    np.testing.assert_array_equal(whole(record, "I"), [1, 2, 3])


def test_segments_follow_each_other(tmp_path: Path) -> None:
    """A chained record is its segments in a row; a '~' between them is a gap of that length."""
    one = "{0} 1 100 {1}\n{0}.dat 16 {2} 12 0 0 0 0 I\n"
    write_16(tmp_path, "a", [200, 400], one.format("a", 2, 200))
    write_16(tmp_path, "b", [100, 200, 300], one.format("b", 3, 100))
    (tmp_path / "m.hea").write_text("m/3 1 100 10\na 2\n~ 5\nb 3\n")
    recording = open_recording(tmp_path / "m")
    blocks = list(recording.blocks())
    assert (recording.info.samples, [b.start for b in blocks]) == (10, [0, 7])
    np.testing.assert_array_equal(np.concatenate([b.mv for b in blocks]), [1, 2, 1, 2, 3])


def test_a_layout_names_the_leads_of_varying_segments(tmp_path: Path) -> None:
    """With a layout segment a lead goes by name, and a segment without it is a gap."""
    layout = "l 2 100 0\n~ 16 200 12 0 0 0 0 II\n~ 16 200 12 0 0 0 0 V\n"
    (tmp_path / "l.hea").write_text(layout)
    write_16(tmp_path, "a", [200, 400], "a 1 100 2\na.dat 16 200 12 0 0 0 0 V\n")
    pair = "b 2 100 2\nb.dat 16 200 12 0 0 0 0 V\nb.dat 16 200 12 0 0 0 0 II\n"
    write_16(tmp_path, "b", [200, 1000, 400, 2000], pair)
    (tmp_path / "m.hea").write_text("m/3 2 100 4\nl 0\na 2\nb 2\n")
    recording = open_recording(tmp_path / "m", lead="II")
    blocks = list(recording.blocks())
    assert recording.leads == ("II", "V")
    assert [(b.start, b.mv.tolist()) for b in blocks] == [(2, [5, 10])]
    np.testing.assert_array_equal(whole(tmp_path / "m", "V"), [1, 2, 1, 2])


def test_leads_go_by_number_or_name(tmp_path: Path) -> None:
    """0, 'mlii' and '1' find a lead, and 'v5' the one called ECG V5."""
    header = "r 2 100 1\nr.dat 16 200 12 0 0 0 0 MLII\nr.dat 16 200 12 0 0 0 0 ECG V5\n"
    record = write_16(tmp_path, "r", [1, 2], header)
    chosen = {lead: open_recording(record, lead=lead).info.lead for lead in (0, "mlii", "1", "v5")}
    assert chosen == {0: "MLII", "mlii": "MLII", "1": "ECG V5", "v5": "ECG V5"}


def test_any_file_of_a_record_opens_it(tmp_path: Path) -> None:
    """`r`, `r.hea`, `r.dat`, and a name with a dot in it."""
    header = "r 1 100 1\nr.dat 16\n"
    record = write_16(tmp_path, "r", [200], header)
    (tmp_path / "r.1.hea").write_text(header)
    for path in (record, tmp_path / "r.hea", tmp_path / "r.dat", tmp_path / "r.1"):
        np.testing.assert_array_equal(whole(path), [1.0])


@pytest.mark.slow
@pytest.mark.data
def test_mitdb_and_nstdb_read_as_in_wfdb(ecg_data: Path) -> None:
    """Both leads of every record equal wfdb's, checksums hold, no sample is beyond the rails."""
    headers = [*sorted((ecg_data / "mitdb").glob("*.hea")), *(ecg_data / "nstdb").glob("*.hea")]
    assert len(headers) >= 48
    for header in headers:
        record = header.with_suffix("")
        peer = wfdb.rdrecord(str(record)).p_signal
        for lead in range(2):
            mv = whole(record, lead)
            np.testing.assert_array_equal(mv, peer[:, lead])
            low, high = open_recording(record, lead=lead).info.rails_mv or (-np.inf, np.inf)
            assert low <= mv.min() and mv.max() <= high


@pytest.mark.data
def test_challenge_records_read_as_in_wfdb(ecg_data: Path) -> None:
    """A sample of cinc2017: `.mat` files through their headers."""
    for header in sorted((ecg_data / "cinc2017").glob("*.hea"))[::100]:
        record = header.with_suffix("")
        np.testing.assert_array_equal(whole(record), wfdb.rdrecord(str(record)).p_signal[:, 0])
    np.testing.assert_array_equal(whole(header.with_suffix(".mat")), whole(header))


@pytest.mark.data
def test_half_an_hour_is_read_in_milliseconds(ecg_data: Path) -> None:
    """Record 100 (650000 samples, 2 leads) takes about 5 ms; 60 ms allows for a busy machine."""
    spent = []
    for _ in range(5):
        begin = time.perf_counter()
        samples = sum(len(b.mv) for b in open_recording(ecg_data / "mitdb" / "100").blocks())
        spent.append(time.perf_counter() - begin)
    assert samples == 650_000
    assert min(spent) < 0.06


_READ_A_DAY = """
import sys, resource
from ecg_device.formats import open_recording
recording = open_recording(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
samples = sum(len(block.mv) for block in recording.blocks())
print(samples, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_day_is_read_in_bounded_memory(tmp_path: Path) -> None:
    """31 million samples (93 MB packed, 249 MB as float) add less than 40 MB."""
    samples = 24 * 3600 * 360
    with (tmp_path / "day.dat").open("wb") as file:
        file.truncate(samples * 3)  # two leads in format 212, all zero
    (tmp_path / "day.hea").write_text(
        f"day 2 360 {samples}\nday.dat 212 200 11 0 0 0 0 I\nday.dat 212 200 11 0 0 0 0 II\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", _READ_A_DAY, str(tmp_path / "day")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    read, kilobytes = map(int, run.stdout.split())
    assert read == samples
    assert kilobytes < 40_000
