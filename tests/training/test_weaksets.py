"""Beats of CinC recordings with weak labels: which they are, and what they are called."""

from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from ecg_device.beats import detect
from ecg_device.errors import ConfigError
from ecg_device.sources.synthetic import parse_scenario, render
from ecg_device.views import BEFORE, FEATURES, LENGTH
from ecg_training import weaksets
from ecg_training.datasets import cinc2017
from ecg_training.early import draw_heart
from ecg_training.planted import Donor
from ecg_training.product import at_working_rate
from ecg_training.protocols import patient_of
from ecg_training.weaksets import collect_weak, drawn_early, pools, recordings, with_planted

_REGULAR = """
title = "sinus rhythm"
[[rhythm]]
kind = "sinus"
duration_s = 120
rate_bpm = 70
"""


@pytest.fixture
def few(
    ecg_data: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A data folder with five recordings labelled N and two labelled A; two of N are normal."""
    root, source = tmp_path_factory.mktemp("data"), ecg_data / "cinc2017"
    labels = cinc2017.labels(ecg_data)
    names = [n for n in labels if labels[n] == "N"][:5] + [n for n in labels if labels[n] == "A"][
        :2
    ]
    (root / "cinc2017").mkdir()
    (root / "mitdb").symlink_to((ecg_data / "mitdb").resolve())
    for file in ["REFERENCE.csv", *(f"{name}.{end}" for name in names for end in ("hea", "mat"))]:
        (root / "cinc2017" / file).symlink_to((source / file).resolve())
    monkeypatch.setenv("XDG_CACHE_HOME", str(root / "cache"))
    monkeypatch.setattr(weaksets, "NORMAL_RECORDINGS", 2)
    return root


def test_recordings_are_of_one_kind() -> None:
    """The first 1400 labelled N, up to 2000 after them, all labelled A; no other label.

    Hosts are those labelled N that are left, and half of the first.
    """
    labels = {f"A{at:05d}": "NAO~N"[at % 5] for at in range(10_000)}
    normal, fibrillation, early, hosts = (recordings(labels, kind) for kind in weaksets.KINDS)
    assert (len(normal), len(fibrillation), len(early)) == (1400, 2000, 2000)
    assert hosts == [
        name for name in sorted(labels) if labels[name] == "N" and name > max(early)
    ] + [*normal[:700]]
    assert max(normal) < min(early)
    assert {labels[name] for name in [*normal, *early]} == {"N"}
    assert {labels[name] for name in fibrillation} == {"A"}
    with pytest.raises(ConfigError, match="received late"):
        recordings(labels, "late")


def test_early_beats_are_seen_early() -> None:
    """Of two simulated minutes: found beats where they were drawn, called as they were drawn."""
    mv, _, _ = render(parse_scenario(_REGULAR), 4)
    seen = drawn_early("A00007", mv)
    early = seen.symbols == "A"
    assert early.sum() > 8
    assert (~early).sum() > 60
    again = drawn_early("A00007", mv)
    assert np.array_equal(seen.windows, again.windows)
    assert not np.array_equal(seen.samples, drawn_early("A00008", mv).samples)
    since = np.diff(seen.samples)
    assert since[early[1:]].max() < 0.95 * np.median(since)


def test_planted_beats_are_seen_early_and_wide() -> None:
    """Of two simulated minutes: V where a wide wave was planted, N all else; the donor is told."""
    mv, _, _ = render(parse_scenario(_REGULAR), 4)
    t = (np.arange(LENGTH) - BEFORE) / 360
    wave = np.exp(-0.5 * (t / 0.03) ** 2) - 0.3 * np.exp(-0.5 * ((t - 0.25) / 0.06) ** 2)
    beats = with_planted("A00007", mv, Donor("106", wave[None].astype(np.float32)))
    planted = beats.symbols == "V"
    assert planted.sum() > 8
    assert (~planted).sum() > 60
    assert {*beats.records.tolist()} == {"A00007+106"}
    early, width = (beats.context[:, FEATURES.index(name)] for name in ("prematurity", "width"))
    assert early[planted].max() < np.log(0.9)
    assert np.quantile(width[planted], 0.1) > np.quantile(width[~planted], 0.9)


def test_too_few_beats_give_none() -> None:
    """Eight seconds hold nine beats: no example, not even of the beats that were found."""
    mv, _, _ = render(parse_scenario(_REGULAR), 4)
    assert len(drawn_early("A00001", mv[: 8 * 360])) == 0


@pytest.mark.data
def test_weak_beats_of_real_recordings(few: Path) -> None:
    """N and A by their kind alone; names in full, each its own patient; kept in a file a kind."""
    normal, fibrillation, drawn = (collect_weak(few, kind) for kind in weaksets.KINDS[:3])
    assert {*normal.symbols.tolist()} == {*fibrillation.symbols.tolist()} == {"N"}
    assert {*drawn.symbols.tolist()} == {"N", "A"}
    names = [{*kind.records.tolist()} for kind in (normal, fibrillation, drawn)]
    assert [len(kind) for kind in names] == [2, 2, 3]
    assert all(patient_of(name) == name and len(name) == 6 for kind in names for name in kind)
    assert {*drawn.leads.tolist()} == {0}
    files = sorted((few / "cache").rglob("*.npz"))
    assert len(files) == 3
    assert np.array_equal(collect_weak(few, "early").windows, drawn.windows)
    assert sorted((few / "cache").rglob("*.npz")) == files


@pytest.mark.data
def test_beats_lie_where_they_were_drawn(few: Path) -> None:
    """Every example within 50 ms of a beat of the drawn signal, with that beat's symbol."""
    beats = collect_weak(few, "early")
    name = str(beats.records[0])
    rate_hz, mv = cinc2017.load(few, name)
    mv = at_working_rate(mv, rate_hz)
    sources = np.array([beat.sample for beat in detect(mv)])
    drawn = draw_heart(mv, sources, np.random.default_rng(crc32(name.encode())))
    own = beats.where(beats.records == name)
    for sample, symbol in zip(own.samples, own.symbols, strict=True):
        near = np.abs(drawn.beats - sample).argmin()
        assert abs(drawn.beats[near] - sample) <= 18
        assert drawn.symbols[near] == symbol


@pytest.mark.data
def test_pools_hold_what_they_are_called(few: Path) -> None:
    """`early` only early beats; the usual ones between them are normal."""
    found = pools(few)
    drawn = collect_weak(few, "early")
    assert {*found["early"].symbols.tolist()} == {"A"}
    assert {*found["normal"].symbols.tolist()} == {"N"}
    assert len(found["early"]) == (drawn.symbols == "A").sum()
    usual = (drawn.symbols == "N").sum()
    assert len(found["normal"]) == len(collect_weak(few, "normal")) + usual


@pytest.mark.data
@pytest.mark.slow
def test_planted_beats_are_of_their_donors(few: Path) -> None:
    """106 lends each host ventricular beats; their neighbours are drawn with the normal ones."""
    beats = collect_weak(few, "planted", donors=("106",))
    assert {*beats.symbols.tolist()} == {"N", "V"}
    hosts = recordings(cinc2017.labels(few), "planted")
    assert {*beats.records.tolist()} == {f"{host}+106" for host in hosts}
    found = pools(few, donors=("106",))
    planted = beats.symbols == "V"
    assert np.array_equal(found["planted"].windows, beats.windows[planted])
    assert {*found["normal"].symbols.tolist()} == {"N"}
    assert len(found["normal"]) == len(pools(few)["normal"]) + (~planted).sum()


@pytest.mark.data
def test_nothing_is_planted_without_donors(few: Path) -> None:
    """Whoever asks for planted beats has to say whose."""
    with pytest.raises(ConfigError, match="no ventricular beat to plant"):
        collect_weak(few, "planted")
    assert "planted" not in pools(few)
