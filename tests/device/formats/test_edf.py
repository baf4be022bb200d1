"""EDF and EDF+, against pyEDFlib and against headers written by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecg_device.formats import open_recording


def write_peer(
    pyedflib: Any, path: Path, signals: list[np.ndarray], labels: list[str], unit: str, kind: int
) -> None:
    """An EDF (0) or EDF+ (1) file of pyEDFlib at 250 Hz."""
    with pyedflib.EdfWriter(str(path), len(signals), file_type=kind) as writer:
        for i, label in enumerate(labels):
            writer.setSignalHeader(
                i,
                {
                    "label": label, "dimension": unit, "sample_frequency": 250,
                    "physical_max": 4.0, "physical_min": -4.0,
                    "digital_max": 32767, "digital_min": -32768,
                    "transducer": "", "prefilter": "",
                },
            )  # fmt: skip
        writer.writeSamples(signals)


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize(("unit", "per_mv"), [("mV", 1), ("uV", 1000), ("V", 1e-3)])
def test_pyedflib_reads_the_same(
    pyedflib: Any, tmp_path: Path, kind: int, unit: str, per_mv: float
) -> None:
    """Both signals of a file of pyEDFlib, in every unit, equal what pyEDFlib reads."""
    path = tmp_path / "a.edf"
    t = np.arange(250 * 90) / 250
    write_peer(pyedflib, path, [np.sin(t), 3 * np.cos(t)], ["ECG I", "ECG II"], unit, kind)
    with pyedflib.EdfReader(str(path)) as peer:
        for lead, name in enumerate(("ECG I", "II")):
            recording = open_recording(path, lead=name)
            blocks = list(recording.blocks())
            mv = np.concatenate([block.mv for block in blocks])
            np.testing.assert_allclose(mv * per_mv, peer.readSignal(lead), atol=1e-12, rtol=0)
            assert [block.start for block in blocks] == [0, 15_000]
            assert recording.leads == ("ECG I", "ECG II")
            info = recording.info
            assert (info.rate_hz, info.samples, info.simulated) == (250, 22_500, False)


def edf_bytes(
    records: list[tuple[float, list[int]]],
    *,
    kind: str = "EDF+D",
    seconds: str = "1",
    **fields: str,
) -> bytes:
    """An EDF+ file by hand: records of (onset, codes), -2000..2000 for -2..2 mV."""
    count = len(records[0][1])
    own = {
        "version": "0", "count": str(len(records)), "signals": "2", "unit": "mV",
        "digital": "2000", "samples": str(count), "bytes": "768", **fields,
    }  # fmt: skip
    head = f"{own['version']:8}{'X X X X':80}{'Startdate X X X X':80}{'01.01.85':8}{'00.00.00':8}"
    head += f"{own['bytes']:8}{kind:44}{own['count']:8}{seconds:8}{own['signals']:4}"
    for width, ecg, notes in (
        (16, "ECG", "EDF Annotations"), (80, "", ""), (8, own["unit"], ""), (8, "-2", "-1"),
        (8, "2", "1"), (8, "-2000", "-32768"), (8, own["digital"], "32767"), (80, "", ""),
        (8, own["samples"], "10"), (32, "", ""),
    ):  # fmt: skip
        head += f"{ecg:{width}}{notes:{width}}"
    data = b"".join(
        np.array(codes, dtype="<i2").tobytes() + f"+{onset:g}\x14\x14".encode().ljust(20, b"\0")
        for onset, codes in records
    )
    return head.encode("latin-1") + data


def test_gaps_between_records_are_jumps(tmp_path: Path) -> None:
    """Records of an EDF+D file at 5, 6 and 9.5 s, 4 samples each: samples 0-7, then 18-21."""
    codes = [1000, -1000, 500, 0]
    records = [(5.0, codes), (6.0, codes), (9.5, codes)]
    (tmp_path / "d.edf").write_bytes(edf_bytes(records))
    recording = open_recording(tmp_path / "d.edf")
    blocks = list(recording.blocks())
    assert [(b.start, b.stop) for b in blocks] == [(0, 8), (18, 22)]
    np.testing.assert_allclose(blocks[1].mv, [1, -1, 0.5, 0], atol=1e-12)
    assert (recording.info.rate_hz, recording.info.samples) == (4, 22)


def test_codes_beyond_the_limits_are_missing(tmp_path: Path) -> None:
    """The digital limits are the extremes that can occur; -32768 is none of them."""
    (tmp_path / "d.edf").write_bytes(edf_bytes([(0, [2000, -32768, 2001, -2000])], kind="EDF+C"))
    (block,) = open_recording(tmp_path / "d.edf").blocks()
    np.testing.assert_allclose(block.mv, [2, np.nan, np.nan, -2], atol=1e-12)


def test_an_unfinished_file_is_as_long_as_its_data(tmp_path: Path) -> None:
    """-1 data records: the recorder lost power; what is there counts."""
    whole = edf_bytes([(0, [1, 2]), (1, [3, 4])], kind="EDF+C", count="-1")
    (tmp_path / "d.edf").write_bytes(whole)
    assert open_recording(tmp_path / "d.edf").info.samples == 4


def test_a_rate_that_is_no_whole_number(tmp_path: Path) -> None:
    """257 samples in two seconds are 128.5 Hz."""
    (tmp_path / "d.edf").write_bytes(edf_bytes([(0, [0] * 257)], kind="EDF+C", seconds="2"))
    assert open_recording(tmp_path / "d.edf").info.rate_hz == 128.5
