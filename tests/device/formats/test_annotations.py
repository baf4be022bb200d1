"""MIT annotation files, against the wfdb package in both directions."""

from pathlib import Path

import numpy as np
import pytest
import wfdb
from hypothesis import given
from hypothesis import strategies as st

from ecg_device.errors import FormatError
from ecg_device.formats import (
    Annotation,
    annotation_arrays,
    annotation_rate,
    read_annotations,
    write_annotations,
)
from ecg_device.formats.annotation_codes import CODE_OF, SYMBOL_OF

EXAMPLES = [
    Annotation(0, "+", "(N"),
    Annotation(18, "N"),
    Annotation(1041, "V", subtype=-3, chan=1, num=5),
    Annotation(1041, "N", chan=1, num=5),
    Annotation(2065, "~", subtype=1),
    Annotation(80_000_000, "+", "(AFIB"),
    Annotation(80_000_001, '"', "odd"),
    Annotation(80_000_001, '"', "even"),
]


def test_symbols_are_those_of_wfdb() -> None:
    """Our table of codes is the one the wfdb package carries."""
    labels = wfdb.io.annotation.ann_labels
    peer = {label.label_store: label.symbol for label in labels if label.label_store > 0}
    assert peer == SYMBOL_OF
    assert len(CODE_OF) == len(SYMBOL_OF)


def test_wfdb_reads_what_we_write(tmp_path: Path) -> None:
    """Samples, symbols, texts, subtypes, channels, numbers, rate; long intervals too."""
    write_annotations(tmp_path / "r.ecgd", EXAMPLES, rate_hz=360)
    peer = wfdb.rdann(str(tmp_path / "r"), "ecgd")
    assert peer.sample.tolist() == [a.sample for a in EXAMPLES]
    assert peer.symbol == [a.symbol for a in EXAMPLES]
    assert peer.aux_note == [a.aux for a in EXAMPLES]
    assert [int(n) for n in peer.subtype] == [a.subtype for a in EXAMPLES]
    assert [int(n) for n in peer.chan] == [a.chan for a in EXAMPLES]
    assert [int(n) for n in peer.num] == [a.num for a in EXAMPLES]
    assert peer.fs == 360


def test_we_read_what_wfdb_writes(tmp_path: Path) -> None:
    """The same examples, written by the wfdb package."""
    wfdb.wrann(
        "r", "atr", np.array([a.sample for a in EXAMPLES]), [a.symbol for a in EXAMPLES],
        subtype=np.array([a.subtype for a in EXAMPLES]),
        chan=np.array([a.chan for a in EXAMPLES]), num=np.array([a.num for a in EXAMPLES]),
        aux_note=[a.aux for a in EXAMPLES], fs=128.5, write_dir=str(tmp_path),
    )  # fmt: skip
    assert read_annotations(tmp_path / "r.atr") == EXAMPLES
    assert annotation_rate(tmp_path / "r.atr") == 128.5


def test_symbols_defined_by_the_file(tmp_path: Path) -> None:
    """A file may define its own codes; the wfdb package writes them, we use them."""
    wfdb.wrann(
        "r", "atr", np.array([5, 9]), ["N", "$"],
        custom_labels=[("$", "something seen")], write_dir=str(tmp_path),
    )  # fmt: skip
    assert [a.symbol for a in read_annotations(tmp_path / "r.atr")] == ["N", "$"]


def test_annotations_out_of_order_are_refused(tmp_path: Path) -> None:
    """What goes back in time is refused and nothing written; what is at the same time is not."""
    with pytest.raises(FormatError, match=r"expected 9 to \d+, in the order of time; received 3"):
        write_annotations(tmp_path / "r.atr", [Annotation(9, "V"), Annotation(3, "N")])
    assert not list(tmp_path.iterdir())
    together = [Annotation(3, "N"), Annotation(3, "+", "(B")]
    write_annotations(tmp_path / "r.atr", iter(together))
    assert read_annotations(tmp_path / "r.atr") == together
    assert annotation_rate(tmp_path / "r.atr") is None


def test_no_annotations_is_a_file_too(tmp_path: Path) -> None:
    """A record without a beat gets a file that holds an end mark."""
    write_annotations(tmp_path / "r.atr", [])
    assert (tmp_path / "r.atr").read_bytes() == b"\0\0"
    samples, symbols = annotation_arrays(tmp_path / "r.atr")
    assert len(samples) == len(symbols) == 0


annotation = st.builds(
    Annotation,
    sample=st.integers(0, 10**8),
    symbol=st.sampled_from(sorted(CODE_OF)),
    aux=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=255),
    subtype=st.integers(-128, 127),
    chan=st.integers(0, 255),
    num=st.integers(-128, 127),
)


@given(st.lists(annotation, max_size=30))
def test_writing_then_reading_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, annotations: list[Annotation]
) -> None:
    """Any annotations in the order of time come back."""
    notes = [a for a in annotations if a.symbol != '"' or a.sample > 0]
    notes.sort(key=lambda a: a.sample)
    path = tmp_path_factory.mktemp("ann") / "r.atr"
    write_annotations(path, notes, rate_hz=250)
    assert read_annotations(path) == notes


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (Annotation(-1, "N"), "0 to 2147483647"),
        (Annotation(2**31, "N"), "0 to 2147483647"),
        (Annotation(1, "Z"), "'Z'"),
        (Annotation(1, "N", "x" * 256), "255"),
        (Annotation(1, "N", "→"), "Latin-1"),
        (Annotation(1, "N", chan=256), "0 to 255"),
        (Annotation(1, "N", subtype=128), "-128 to 127"),
        (Annotation(1, "N", num=-129), "-128 to 127"),
    ],
)
def test_what_cannot_be_stored_is_refused(tmp_path: Path, wrong: Annotation, says: str) -> None:
    """An error names the limit, and the file that was there stays."""
    write_annotations(tmp_path / "r.atr", EXAMPLES)
    with pytest.raises(FormatError, match=says):
        write_annotations(tmp_path / "r.atr", [wrong])
    assert read_annotations(tmp_path / "r.atr") == EXAMPLES
    assert [file.name for file in tmp_path.iterdir()] == ["r.atr"]


@pytest.mark.parametrize("kept", [0, 1, 2, 3, 10])
def test_a_file_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    """Without its end mark a file is not whole."""
    write_annotations(tmp_path / "r.atr", EXAMPLES)
    path = tmp_path / "r.atr"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(FormatError, match="cut off"):
        read_annotations(path)


def test_other_files_are_refused(tmp_path: Path) -> None:
    """A missing file, a folder, and codes that do not exist."""
    with pytest.raises(FormatError, match="cannot be read"):
        read_annotations(tmp_path / "none.atr")
    with pytest.raises(FormatError, match="cannot be read"):
        read_annotations(tmp_path)
    (tmp_path / "r.atr").write_bytes(b"\0\xd0\0\0")  # code 52
    with pytest.raises(FormatError, match="codes up to 49"):
        read_annotations(tmp_path / "r.atr")


@pytest.mark.slow
@pytest.mark.data
def test_mitdb_annotations_read_as_in_wfdb(ecg_data: Path) -> None:
    """All 48 files: samples, symbols, texts (less a closing zero), subtypes, channels, numbers."""
    paths = sorted((ecg_data / "mitdb").glob("*.atr"))
    assert len(paths) == 48
    for path in paths:
        peer = wfdb.rdann(str(path.with_suffix("")), "atr")
        ours = read_annotations(path)
        assert [a.sample for a in ours] == peer.sample.tolist()
        assert [a.symbol for a in ours] == peer.symbol
        assert [a.aux for a in ours] == [aux.rstrip("\0") for aux in peer.aux_note]
        assert [a.subtype for a in ours] == [int(n) for n in peer.subtype]
        assert [a.chan for a in ours] == [int(n) for n in peer.chan]
        assert [a.num for a in ours] == [int(n) for n in peer.num]
