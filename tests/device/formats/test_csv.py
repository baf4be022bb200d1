"""CSV recordings: columns, units, rates and gaps, all by arithmetic."""

from pathlib import Path

import numpy as np
import pytest

from ecg_device.errors import ConfigError, FormatError
from ecg_device.formats import Recording, open_recording
from ecg_device.signals import LeadState


def write(path: Path, header: str, *rows: str) -> Path:
    """A CSV file of these lines."""
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def write_stamps(path: Path, header: str, stamps: list[str]) -> Path:
    """A CSV file whose values count the lines."""
    return write(path, header, *(f"{stamp},{i}" for i, stamp in enumerate(stamps)))


def spans(recording: Recording) -> list[tuple[int, int]]:
    """Where blocks begin and end, gaps apart."""
    return [(block.start, block.stop) for block in recording.blocks(10**9)]


@pytest.mark.parametrize(
    ("header", "per_second"),
    [
        ("time,value", 1),
        ("time_s,value", 1),
        ("t,value", 1),
        ("Time [sec],value", 1),
        ("time_ms,value", 1e3),
        ("time (ms),value", 1e3),
        ("millis,value", 1e3),
        ("time_us,value", 1e6),
        ("Time(µs),value", 1e6),
        ("timestamp_us,value", 1e6),
    ],
)
def test_the_header_names_the_unit_of_time(tmp_path: Path, header: str, per_second: float) -> None:
    """The same 250 Hz in seconds, milliseconds and microseconds."""
    stamps = [f"{i / 250 * per_second:.12g}" for i in range(100)]
    info = open_recording(write_stamps(tmp_path / "a.csv", header, stamps)).info
    assert (info.rate_hz, info.samples, info.lead, info.name) == (250, 100, "ECG", "a")


@pytest.mark.parametrize("rate", [100, 128.5, 250, 333.25, 360, 500, 1000])
@pytest.mark.parametrize("decimals", [3, 4, 6])
def test_coarse_stamps_still_give_the_rate(tmp_path: Path, rate: float, decimals: int) -> None:
    """Stamps in whole milliseconds are up to half a period off; as a whole they tell the rate."""
    stamps = [f"{1700 + i / rate:.{decimals}f}" for i in range(5000)]
    recording = open_recording(write_stamps(tmp_path / "a.csv", "time_s,value", stamps))
    assert recording.info.rate_hz == pytest.approx(rate, rel=10 ** (1 - decimals) / (5000 / rate))
    assert spans(recording) == [(0, 5000)]
    if rate == int(rate):
        assert recording.info.rate_hz == rate


def test_samples_stamped_in_bursts(tmp_path: Path) -> None:
    """Packets of ten samples with one stamp each: 250 Hz, no gap."""
    stamps = [f"{i // 10 * 40}" for i in range(4000)]
    recording = open_recording(write_stamps(tmp_path / "a.csv", "time_ms,value", stamps))
    assert spans(recording) == [(0, 4000)]
    assert recording.info.rate_hz == pytest.approx(250, rel=0.003)


def test_jittering_stamps_are_no_gaps(tmp_path: Path) -> None:
    """Stamps that lag by up to a third of a period, at random: one run at the true rate."""
    lag = np.random.default_rng(3).uniform(0, 1 / 3, 3000)
    stamps = [f"{(i + lag[i]) / 360:.6f}" for i in range(3000)]
    recording = open_recording(write_stamps(tmp_path / "a.csv", "time_s,value", stamps))
    assert spans(recording) == [(0, 3000)]
    assert recording.info.rate_hz == pytest.approx(360, rel=2e-4)


@pytest.mark.parametrize("decimals", [3, 6])
def test_lost_samples_keep_their_numbers(tmp_path: Path, decimals: int) -> None:
    """Without samples 5000, 7000-7099 and 70000 the others keep their numbers and values."""
    kept = [i for i in range(80_000) if i != 5000 and not 7000 <= i < 7100 and i != 70_000]
    rows = (f"{i / 360:.{decimals}f},{i % 100}" for i in kept)
    recording = open_recording(write(tmp_path / "a.csv", "time,value", *rows))
    assert recording.info.rate_hz == 360
    assert recording.info.samples == 80_000
    expected = [(0, 5000), (5001, 7000), (7100, 70_000), (70_001, 80_000)]
    assert spans(recording) == expected
    for block in recording.blocks(977):
        np.testing.assert_array_equal(block.mv, np.arange(block.start, block.stop) % 100)


@pytest.mark.parametrize(
    ("header", "lead", "expected"),
    [
        ("time,value", "ECG", 1000.0),
        ("time,value_mv", "ECG", 1000.0),
        ("time,II (uV)", "II", 1.0),
        ("time,V5_V", "V5", 1e6),
        ("time,ecg[mV]", "ecg", 1000.0),
        ("time,MLII", "MLII", 1000.0),
    ],
)
def test_the_header_names_lead_and_unit(
    tmp_path: Path, header: str, lead: str, expected: float
) -> None:
    """A value of 1000 in millivolts, microvolts and volts."""
    recording = open_recording(write(tmp_path / "a.csv", header, "0,1000", "0.004,1000"))
    assert recording.info.lead == lead
    np.testing.assert_allclose(next(recording.blocks()).mv, expected)


def test_several_leads_in_one_file(tmp_path: Path) -> None:
    """Every column that is not a time or a pin is a lead."""
    path = write(tmp_path / "a.csv", "time;I;lo_plus;II;lo_minus", "0;1;0;2;0", "0.004;3;1;4;0")
    recording = open_recording(path, lead="II")
    (block,) = recording.blocks()
    assert recording.leads == ("I", "II")
    assert block.mv.tolist() == [2, 4]
    assert block.leads is not None
    assert block.leads.tolist() == [LeadState.ATTACHED, LeadState.LA_OFF]


def test_pins_tell_the_electrode(tmp_path: Path) -> None:
    """LO- high is RA off, LO+ high is LA off, both are the cable."""
    rows = ("0,0,0,0", "4,0,1,0", "8,0,0,1", "12,0,1,1")
    path = write(tmp_path / "a.csv", "time_ms,value,lo_minus,lo_plus", *rows)
    (block,) = open_recording(path).blocks()
    assert block.leads is not None
    assert block.leads.tolist() == [
        LeadState.ATTACHED,
        LeadState.RA_OFF,
        LeadState.LA_OFF,
        LeadState.CABLE_OFF,
    ]


def test_counts_become_millivolts_at_the_electrodes(tmp_path: Path) -> None:
    """10 bits at 3.3 V: half scale is 0 mV, 341.33 counts (1.1 V) above it 1 mV, the ends 1.5."""
    path = write(tmp_path / "a.csv", "time_ms,value", "0,512", "4,0", "8,1023")
    recording = open_recording(path, adc_bits=10, vref=3.3)
    (block,) = recording.blocks()
    np.testing.assert_allclose(block.mv, [0, -1.5, 1.5 - 3 / 1024], atol=1e-12)
    assert recording.info.rails_mv == pytest.approx((-1.5, 1.5 - 3 / 1024))


def test_counts_need_both_bits_and_reference(tmp_path: Path) -> None:
    """One of the two, or neither where the header says counts, is a wrong argument."""
    plain = write(tmp_path / "a.csv", "time,value", "0,1", "0.004,2")
    counts = write(tmp_path / "b.csv", "time,adc", "0,1", "0.004,2")
    with pytest.raises(ConfigError, match="--adc-bits and --vref"):
        open_recording(plain, adc_bits=10)
    with pytest.raises(ConfigError, match="--adc-bits and --vref"):
        open_recording(counts)
    with pytest.raises(
        FormatError, match="line 3: a value out of range; expected counts of 0 to 1;"
    ):
        open_recording(counts, adc_bits=1, vref=3.3)


def test_missing_values_are_nan(tmp_path: Path) -> None:
    """An empty field, `nan` and `NA` are samples that are not there."""
    path = write(
        tmp_path / "a.csv", "time,value", "0,1", "1e-2,", "0.02,nan", "0.03, NA ", "0.04,5"
    )
    (block,) = open_recording(path).blocks()
    np.testing.assert_array_equal(block.mv, [1, np.nan, np.nan, np.nan, 5])


def test_ways_of_writing_text(tmp_path: Path) -> None:
    """A byte order mark, Windows line ends, comments, blank lines, and no end of the last line."""
    text = "\ufeff# SIMULATED\r\n\r\ntime_ms\tvalue\r\n0\t1\r\n\r\n4\t-2.5e-1\r\n8\t3"
    (tmp_path / "a.csv").write_bytes(text.encode("utf-8"))
    recording = open_recording(tmp_path / "a.csv")
    (block,) = recording.blocks()
    assert block.mv.tolist() == [1, -0.25, 3]
    assert recording.info.simulated
