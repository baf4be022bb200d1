"""Every signal format, against bytes packed by hand and against the wfdb package."""

import struct
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_device.formats import Recording, open_recording

GAIN = 200.0


def whole(recording: Recording, size: int | None = None) -> np.ndarray:
    """All samples of a recording without gaps."""
    return np.concatenate([block.mv for block in recording.blocks(size)])


def pack_212(codes: list[int]) -> bytes:
    """Two 12-bit samples in three bytes, written down from signal(5)."""
    out = bytearray()
    for first, second in zip(codes[::2], [*codes[1::2], 0], strict=False):
        first, second = first & 0xFFF, second & 0xFFF
        out += bytes([first & 0xFF, first >> 8 | second >> 8 << 4, second & 0xFF])
    return bytes(out)


def pack_310(codes: list[int]) -> bytes:
    """Three 10-bit samples in two words, written down from signal(5)."""
    out = b""
    for a, b, c in zip(codes[::3], codes[1::3], codes[2::3], strict=True):
        a, b, c = a & 0x3FF, b & 0x3FF, c & 0x3FF
        out += struct.pack("<2H", a << 1 | (c & 0x1F) << 11, b << 1 | c >> 5 << 11)
    return out


def pack_311(codes: list[int]) -> bytes:
    """Three 10-bit samples in thirty bits, written down from signal(5)."""
    triples = zip(codes[::3], codes[1::3], codes[2::3], strict=True)
    return b"".join(
        struct.pack("<I", a & 0x3FF | (b & 0x3FF) << 10 | (c & 0x3FF) << 20) for a, b, c in triples
    )


def pack_24(codes: list[int]) -> bytes:
    """Three bytes a sample, least significant first."""
    return b"".join((code & 0xFFFFFF).to_bytes(3, "little") for code in codes)


PACKERS = {
    16: (16, lambda codes: struct.pack(f"<{len(codes)}h", *codes)),
    24: (24, pack_24),
    32: (32, lambda codes: struct.pack(f"<{len(codes)}i", *codes)),
    61: (16, lambda codes: struct.pack(f">{len(codes)}h", *codes)),
    80: (8, lambda codes: bytes(code + 128 for code in codes)),
    160: (16, lambda codes: struct.pack(f"<{len(codes)}H", *(c + 2**15 for c in codes))),
    212: (12, pack_212),
    310: (10, pack_310),
    311: (10, pack_311),
}


def write_record(
    folder: Path, coding: int, data: bytes, codes: list[int], leads: int = 1, offset: int = 0
) -> Path:
    """A record whose checksums are right."""
    (folder / "r.dat").write_bytes(b"\x5a" * offset + data)
    place = f"{coding}+{offset}" if offset else f"{coding}"
    lines = [f"r {leads} 360 {len(codes) // leads}"]
    for lead in range(leads):
        own = codes[lead::leads]
        total = sum(own) & 0xFFFF
        total -= 2**16 if total & 0x8000 else 0
        lines.append(f"r.dat {place} {GAIN:g}(3)/mV 0 0 {own[0]} {total} 0 L{lead}")
    (folder / "r.hea").write_text("\n".join(lines) + "\n")
    return folder / "r"


@pytest.mark.parametrize("coding", PACKERS)
@pytest.mark.parametrize("leads", [1, 2])
def test_hand_packed_samples_come_back_in_millivolts(
    tmp_path: Path, coding: int, leads: int
) -> None:
    """mV = (code - baseline) / gain for every code, the extremes and the missing one too."""
    bits, pack = PACKERS[coding]
    half = 2 ** (bits - 1)
    rng = np.random.default_rng(coding)
    codes = [-half, -half + 1, -1, 0, 1, half - 1, *rng.integers(-half, half, 3000).tolist()]
    record = write_record(tmp_path, coding, pack(codes), codes, leads)
    for lead in range(leads):
        own = np.array(codes[lead::leads])
        expected = np.where(own == -half, np.nan, (own - 3) / GAIN)
        np.testing.assert_array_equal(whole(open_recording(record, lead=lead)), expected)


@pytest.mark.parametrize("coding", [16, 24, 32, 61, 80, 160, 212, 310, 311])
def test_wfdb_reads_the_same(tmp_path: Path, coding: int) -> None:
    """The wfdb package gives the same millivolts for the same bytes."""
    bits, pack = PACKERS[coding]
    half = 2 ** (bits - 1)
    codes = np.random.default_rng(7).integers(-half + 1, half, 600).tolist()
    record = write_record(tmp_path, coding, pack(codes), codes, leads=2)
    peer = wfdb.rdrecord(str(record)).p_signal
    for lead in range(2):
        np.testing.assert_array_equal(whole(open_recording(record, lead=lead)), peer[:, lead])


def test_first_differences_add_up(tmp_path: Path) -> None:
    """Format 8 stores steps from the initial value: 10, +5, -3, +0 is 15, 12, 12."""
    steps = [5, -3, 0, 100, -128, 127] * 50_000  # more than one chunk
    (tmp_path / "r.dat").write_bytes(np.array(steps, dtype=np.int8).tobytes())
    (tmp_path / "r.hea").write_text(f"r 1 250 {len(steps)}\nr.dat 8 100 8 0 10 0 0 I\n")
    expected = (10 + np.cumsum(steps)) / 100
    np.testing.assert_array_equal(whole(open_recording(tmp_path / "r")), expected)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7])
@pytest.mark.parametrize("coding", [212, 310, 311])
def test_a_group_cut_short_still_holds_its_samples(tmp_path: Path, coding: int, count: int) -> None:
    """A file may end as soon as its last sample is complete."""
    padded = [*range(-count, 0), *[0] * (-count % 6)]
    packed = PACKERS[coding][1](padded)
    needed = {212: [0, 2], 310: [0, 2, 4], 311: [0, 2, 3]}[coding]
    group, size = len(needed), 3 if coding == 212 else 4
    data = packed[: count // group * size + needed[count % group]]
    record = write_record(tmp_path, coding, data, padded[:count])
    np.testing.assert_array_equal(whole(open_recording(record)), (np.arange(-count, 0) - 3) / GAIN)


def test_samples_begin_after_the_byte_offset(tmp_path: Path) -> None:
    """A challenge `.mat` has 24 bytes of its own before the samples."""
    codes = list(range(500))
    data = struct.pack("<500h", *codes)
    record = write_record(tmp_path, 16, data, codes, offset=24)
    np.testing.assert_array_equal(whole(open_recording(record)), (np.array(codes) - 3) / GAIN)


@pytest.mark.parametrize("fmt", ["16", "212", "80", "24", "32"])
def test_records_of_wfdb_are_read(tmp_path: Path, fmt: str) -> None:
    """A record written by the wfdb package reads as it reads there, missing samples included."""
    t = np.arange(1801) / 360
    signals = np.stack([np.sin(t), 0.5 * np.cos(3 * t)], axis=1)
    signals[100:110, 0] = np.nan
    wfdb.wrsamp(
        "w", fs=360, units=["mV", "uV"], sig_name=["I", "II"], p_signal=signals, fmt=[fmt] * 2,
        write_dir=str(tmp_path),
    )  # fmt: skip
    peer = wfdb.rdrecord(str(tmp_path / "w")).p_signal
    first, second = (open_recording(tmp_path / "w", lead=i) for i in range(2))
    np.testing.assert_array_equal(whole(first), peer[:, 0])
    np.testing.assert_allclose(whole(second), peer[:, 1] / 1000, rtol=1e-12)
    assert np.isnan(whole(first)[100:110]).all()


@pytest.mark.parametrize("size", [1, 7, 14, 359, 21_600, 10**6])
def test_block_size_never_changes_a_sample(tmp_path: Path, size: int) -> None:
    """However the lead is cut, its samples and their numbers are the same."""
    codes = np.random.default_rng(1).integers(-2047, 2048, 30_001).tolist()
    record = write_record(tmp_path, 212, pack_212(codes), codes)
    blocks = list(open_recording(record).blocks(size))
    assert [block.start for block in blocks] == list(range(0, 30_001, size))
    assert all(len(block.mv) == size for block in blocks[:-1])
    expected = (np.array(codes) - 3) / GAIN
    np.testing.assert_array_equal(np.concatenate([block.mv for block in blocks]), expected)
