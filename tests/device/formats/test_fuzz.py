"""Any bytes at all: every parser reads them or says FormatError, and nothing else happens."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecg_device.errors import FormatError
from ecg_device.formats import (
    Annotation,
    open_recording,
    read_annotations,
    write_annotations,
    write_csv,
    write_edf,
    write_wfdb,
)
from ecg_device.signals import Block, SignalInfo

FILES = ("w.hea", "w.dat", "c.csv", "e.edf", "d.edf", "a.atr", "m.hea")
MOST_SAMPLES = 50_000  # of the small files here, read so far and no further


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small sound files."""
    folder = tmp_path_factory.mktemp("sound")
    info, mv = SignalInfo("s", 100, lead="II"), np.sin(np.arange(300) / 9)
    gap = [Block(0, mv), Block(900, mv)]
    write_wfdb(folder / "w", info, [Block(0, mv)], coding=212)
    write_csv(folder / "c.csv", info, gap)
    write_edf(folder / "e.edf", info, [Block(0, mv)])
    write_edf(folder / "d.edf", info, gap)
    write_annotations(
        folder / "a.atr",
        [Annotation(5, "+", "(N"), Annotation(900, "N", chan=1), Annotation(9000, "V", num=2)],
        rate_hz=100,
    )
    (folder / "m.hea").write_text("m/3 1 100 610\nw 300\n~ 10\nw 300\n")
    return folder


def read(folder: Path, name: str) -> None:
    """Read a file to its end, or be told why not."""
    with suppress(FormatError):
        if name.endswith(".atr"):
            read_annotations(folder / name)
            return
        samples = 0
        for block in open_recording(folder / name).blocks():
            assert np.isfinite(block.mv[~np.isnan(block.mv)]).all()
            samples += len(block.mv)
            if samples > MOST_SAMPLES:
                break


@st.composite
def mutations(draw: st.DrawFn) -> list[tuple[str, float, bytes]]:
    """Places in a file (as shares of its length) and what to do there."""
    kinds = st.sampled_from(["over", "insert", "cut", "repeat"])
    snippets = st.one_of(
        st.binary(min_size=1, max_size=8),
        st.sampled_from(
            [b"-1", b"0", b"99999999", b"nan", b"1e300", b"\n", b" ", b",", b"~", b"/"]
        ),
    )
    return draw(st.lists(st.tuples(kinds, st.floats(0, 1), snippets), min_size=1, max_size=4))


def mutated(raw: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    """The bytes after all changes."""
    for kind, share, snippet in changes:
        at = int(share * len(raw))
        if kind == "over":
            raw = raw[:at] + snippet + raw[at + len(snippet) :]
        elif kind == "insert":
            raw = raw[:at] + snippet + raw[at:]
        elif kind == "cut":
            raw = raw[:at]
        else:
            raw = raw[:at] + raw[at : at + 40] * 2 + raw[at + 40 :]
    return raw


@pytest.fixture
def bench(sound: Path, tmp_path: Path) -> Path:
    """A folder of sound files to damage."""
    for name in FILES:
        (tmp_path / name).write_bytes((sound / name).read_bytes())
    return tmp_path


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=mutations())
def test_damaged_files(
    sound: Path, bench: Path, name: str, changes: list[tuple[str, float, bytes]]
) -> None:
    """A sound file with bytes changed, put in, cut off or doubled."""
    raw = mutated((sound / name).read_bytes(), changes)
    (bench / name).write_bytes(raw)
    read(bench, name)


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=st.one_of(st.binary(max_size=3000), st.text(max_size=300).map(str.encode)))
def test_random_files(bench: Path, name: str, raw: bytes) -> None:
    """No file at all: any bytes, any text."""
    (bench / name).write_bytes(raw)
    read(bench, name)


def test_the_sound_files_are_sound(sound: Path) -> None:
    """What is damaged above reads well undamaged, so the damage is what is tested."""
    lengths = {}
    for name in FILES:
        if name.endswith(".atr"):
            lengths[name] = len(read_annotations(sound / name))
        else:
            lengths[name] = sum(len(b.mv) for b in open_recording(sound / name).blocks())
    assert lengths == {
        "w.hea": 300, "w.dat": 300, "c.csv": 600, "e.edf": 300, "d.edf": 600, "a.atr": 3,
        "m.hea": 600,
    }  # fmt: skip
