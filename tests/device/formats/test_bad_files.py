"""Files that cannot be read: one clear line, a FormatError, never anything else."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ecg_device.errors import FormatError
from ecg_device.formats import open_recording, read_annotations, write_csv, write_edf, write_wfdb
from ecg_device.signals import Block, SignalInfo

HEADER = "r 2 360 6\nr.dat 16 200 11 1024 0 0 0 MLII\nr.dat 16 200 11 1024 0 0 0 V5\n"


def plant(folder: Path) -> None:
    """Sound files for a test to damage: `w` (WFDB), `e.edf`, `c.csv`, of 3600 samples."""
    info, mv = SignalInfo("s", 360, lead="II"), np.sin(np.arange(3600) / 50)
    for write, name in ((write_wfdb, "w"), (write_edf, "e.edf"), (write_csv, "c.csv")):
        write(folder / name, info, [Block(0, mv)])


def header(text: str, data: bytes | None = bytes(24)) -> Callable[[Path], str]:
    """A record `r` with this header and data file."""

    def make(folder: Path) -> str:
        (folder / "r.hea").write_text(text)
        if data is not None:
            (folder / "r.dat").write_bytes(data)
        return "r"

    return make


def csv(text: str | bytes) -> Callable[[Path], str]:
    """A file `x.csv` with this text."""

    def make(folder: Path) -> str:
        (folder / "x.csv").write_bytes(text.encode() if isinstance(text, str) else text)
        return "x.csv"

    return make


def cut(name: str, size: int, opened: str | None = None) -> Callable[[Path], str]:
    """A sound file, cut to so many bytes (from the end if negative)."""

    def make(folder: Path) -> str:
        path = folder / name
        path.write_bytes(path.read_bytes()[:size])
        return opened or name

    return make


def changed(name: str, at: int, new: bytes, opened: str | None = None) -> Callable[[Path], str]:
    """A sound file with some bytes written over."""

    def make(folder: Path) -> str:
        raw = bytearray((folder / name).read_bytes())
        raw[at : at + len(new)] = new
        (folder / name).write_bytes(raw)
        return opened or name

    return make


def without(name: str, opened: str) -> Callable[[Path], str]:
    """Sound files but one."""

    def make(folder: Path) -> str:
        (folder / name).unlink()
        return opened

    return make


TABLE = {
    "no such path": (lambda _: "nothing", "no recording there"),
    "a misspelt path": (lambda _: "e.edff", "did you mean .*e.edf"),
    "a folder": (lambda _: ".", "a folder; expected a recording; name one of them: .*c.csv"),
    "a header not there": (lambda _: "nothing.hea", "cannot be read"),
    "a path too long": (lambda _: "x" * 5000, "no recording there"),
    "a path with a zero byte": (lambda _: "x\0y", "no recording there"),
    "another kind of file": (changed("w.dat", 0, b"", "w.dat.txt"), "no recording there"),
    "data file missing": (without("w.dat", "w"), "missing"),
    "data file empty": (cut("w.dat", 0, "w"), "empty"),
    "data file cut": (cut("w.dat", -1, "w"), "too short; expected 7200 bytes.*received 7199"),
    "data file damaged": (changed("w.dat", 500, b"\x11\x22", "w"), "wrong checksum of II"),
    "header empty": (header(""), "expected a record line"),
    "header of zeros": (changed("w.hea", 0, b"\0\0\0", "w"), "not a WFDB header"),
    "header of words": (header("once upon a time"), "number of signals"),
    "record line cut": (header("r"), "a record line"),
    "fewer lines than signals": (header("r 2 360 6\nr.dat 16"), "expected 2 signal lines"),
    "no signals": (header("r 0 360 6"), "no signals"),
    "negative signals": (header("r -1 360 6"), "not negative"),
    "huge numbers": (header("r 1 360 999999999999999\nr.dat 16"), "too short"),
    "too many digits": (header("r 1 360 " + "9" * 5000), "number of samples"),
    "rate zero": (header("r 1 0 6\nr.dat 16"), "sampling rate"),
    "rate nan": (header("r 1 nan 6\nr.dat 16"), "sampling rate"),
    "rate absurd": (header("r 1 1e300 6\nr.dat 16"), "sampling rate"),
    "unknown format": (header("r 1 360 6\nr.dat 999"), "unknown signal format.*received 999"),
    "compressed format": (header("r 1 360 6\nr.dat 516"), "unknown signal format"),
    "garbage format": (header("r 1 360 6\nr.dat x16"), "a signal line"),
    "garbage gain": (header("r 1 360 6\nr.dat 16 much"), "a gain such as"),
    "absurd gain": (header("r 1 360 6\nr.dat 16 1e-320"), "a gain such as"),
    "garbage checksum": (header("r 1 360 6\nr.dat 16 200 11 0 0 zz 0 I"), "a checksum"),
    "another folder": (header("r 1 360 6\n../r.dat 16"), "a file beside the header"),
    "an absolute path": (header("r 1 360 6\n/etc/passwd 16"), "a file beside the header"),
    "samples a frame absurd": (header("r 1 360 6\nr.dat 16x999999999"), "too short"),
    "offset beyond the file": (header("r 1 360\nr.dat 16+99999"), "too short"),
    "formats mixed": (header("r 2 360 6\nr.dat 16\nr.dat 212"), "differ in format"),
    "skew beyond the end": (header("r 1 360 6\nr.dat 16:7"), "no samples of signal 0"),
    "not a voltage": (header("r 1 360 6\nr.dat 16 200/mmHg"), "received 'mmHg'"),
    "segments missing": (header("r/3 1 360 6\na 3"), "list of segments"),
    "a segment missing": (header("r/1 1 360 6\na 6"), "a.hea: cannot be read"),
    "a segment of itself": (header("r/1 1 360 6\nr 6"), "no such lead|has segments"),
    "only gaps": (header("r/1 1 360 6\n~ 6"), "no segments with samples"),
    "edf empty": (cut("e.edf", 0), "too short for an EDF header"),
    "edf header cut": (cut("e.edf", 600), "too short for an EDF header"),
    "edf data cut": (cut("e.edf", -10), "too short; expected 10 data records"),
    "edf garbage": (changed("e.edf", 0, bytes(range(256))), "EDF header"),
    "edf version": (changed("e.edf", 0, b"1"), "version 0"),
    "edf is bdf": (changed("e.edf", 0, b"\xffBIOSEMI"), "a BDF file"),
    "edf signals negative": (changed("e.edf", 252, b"-5  "), "EDF header"),
    "edf signals absurd": (changed("e.edf", 252, b"9999"), "EDF header"),
    "edf records negative": (changed("e.edf", 236, b"-7      "), "no data records"),
    "edf records zero": (changed("e.edf", 236, b"0       "), "no data records"),
    "edf duration zero": (changed("e.edf", 244, b"0       "), "duration above 0"),
    "edf duration nan": (changed("e.edf", 244, b"nan     "), "a record's duration"),
    "edf samples negative": (changed("e.edf", 256 + 216 * 2, b"-360    "), "at least one sample"),
    "edf limits equal": (changed("e.edf", 256 + 104 * 2, b"32.767  "), "limits that differ"),
    "edf unit": (changed("e.edf", 256 + 96 * 2, b"degC    "), "received 'degC'"),
    "edf annotations only": (changed("e.edf", 256, b"EDF Annotations "), "annotations only"),
    "edf+d without times": (
        lambda folder: (
            changed("e.edf", 192, b"EDF+D")(folder) and changed("e.edf", 768 + 720, b"nope")(folder)
        ),
        "does not tell its time",
    ),
    "edf+d backwards": (
        lambda folder: (
            changed("e.edf", 192, b"EDF+D")(folder)
            and changed("e.edf", 768 + 720, b"+7\x14\x14")(folder)
        ),
        "begins before",
    ),
    "csv empty": (csv(""), "no header line"),
    "csv without header": (csv("0,1\n1,2\n"), "does not name the columns"),
    "csv of another kind": (csv("name,age\nx,3\n"), "does not name the columns"),
    "csv without values": (csv("time\n1\n"), "does not name the columns"),
    "csv without data": (csv("time,value\n"), "too few lines"),
    "csv of one line": (csv("time,value\n0,1\n"), "too few lines"),
    "csv with text": (csv("time,value\n0,1\n1,off\n2,3\n"), "line 3: not a number.*'off'"),
    "csv ragged": (csv("time,value\n0,1\n1\n2,3\n"), "line 3: wrong number of fields"),
    "csv backwards": (csv("time_ms,value\n0,1\n4,1\n3,1\n"), "line 4: time goes backwards"),
    "csv still": (csv("time,value\n5,1\n5,1\n5,1\n"), "time stands still"),
    "csv without a time": (csv("time_ms,value\n0,1\nnan,1\n8,1\n"), "line 3: no time"),
    "csv time absurd": (csv("time,value\n0,1\n1e300,1\n"), "line 3: no time"),
    "csv wrong unit": (csv("time_s,value\n0,1\n4,1\n8,1\n"), "0.25 Hz.*time_ms"),
    "csv value absurd": (csv("time_ms,value\n0,1\n4,1e300\n"), "line 3: a value out of range"),
    "csv infinite": (csv("time_ms,value\n0,1\n4,-inf\n"), "line 3: a value out of range"),
    "csv half the pins": (csv("time,value,lo_plus\n0,1,0\n"), "lo_minus and lo_plus"),
    "csv bytes": (csv(b"time,value\n0,1\n\xff\xfe,2\n"), "line 3: not a number"),
    "csv of utf-16": (csv("time,value\n0,1\n".encode("utf-16")), "text in UTF-8"),
    "csv changing rate": (
        csv("time_ms,v\n" + "".join(f"{i * 4 + max(0, i - 90_000)},1\n" for i in range(200_000))),
        "rate changes",
    ),
    "no such lead": (lambda _: "w", "no such lead; expected one of 0 \\(II\\); received '7'"),
}


@pytest.mark.parametrize(("make", "says"), TABLE.values(), ids=TABLE)
def test_one_clear_line(tmp_path: Path, make: Callable[[Path], str], says: str) -> None:
    """The error is a FormatError that names the file and the fault, on one line."""
    plant(tmp_path)
    name = make(tmp_path)
    with pytest.raises(FormatError, match=f"(?s){says}") as caught:
        recording = open_recording(tmp_path / name, lead=7 if "lead" in says[:12] else 0)
        list(recording.blocks())
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("lead", [-1, 2, "V6", "", "9" * 5000, "²"])
def test_a_lead_that_is_not_there(tmp_path: Path, lead: int | str) -> None:
    """The leads there are, and the nearest name."""
    header(HEADER)(tmp_path)
    with pytest.raises(FormatError, match=r"0 \(MLII\), 1 \(V5\)") as caught:
        open_recording(tmp_path / "r", lead=lead)
    assert ("did you mean 'V5'?" in str(caught.value)) == (lead == "V6")


def test_a_file_that_goes_away_while_it_is_read(tmp_path: Path) -> None:
    """A memory card pulled out is an error of one line as well."""
    plant(tmp_path)
    for name, file in (("w", "w.dat"), ("e.edf", "e.edf"), ("c.csv", "c.csv")):
        recording = open_recording(tmp_path / name)
        (tmp_path / file).write_bytes((tmp_path / file).read_bytes()[:800])
        if name != "c.csv":
            with pytest.raises(FormatError):
                list(recording.blocks())
        (tmp_path / file).unlink()
        with pytest.raises(FormatError):
            list(recording.blocks())


def test_annotations_are_no_recording(tmp_path: Path) -> None:
    """And a recording holds no annotations."""
    plant(tmp_path)
    (tmp_path / "w.atr").write_bytes(b"\0\0")
    with pytest.raises(FormatError, match="not a recording we can read"):
        open_recording(tmp_path / "w.atr")
    with pytest.raises(FormatError):
        read_annotations(tmp_path / "c.csv")
