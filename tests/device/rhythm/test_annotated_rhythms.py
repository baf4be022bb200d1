"""The rhythm of real hearts: the annotated beats of mitdb, against the annotators' own words."""

from pathlib import Path

import numpy as np
import pytest

from ecg_device.formats.annotations import read_annotations
from ecg_device.rhythm import RhythmTracker, af_likelihood, heart_rate
from ecg_device.rhythm.prevailing import AF_LIKELY
from ecg_device.signals import (
    WORKING_RATE_HZ,
    Beat,
    Classification,
    Name,
    Quality,
    Reason,
    Rhythm,
    SignalState,
)

pytestmark = pytest.mark.data

BEATS = set("NLRBAaJSVrFejnE/fQ?")
VENTRICULAR = list("VEFr")
LENGTH = 60
ECTOPIC = ("106", "119", "200", "208", "233")


class Annotated:
    """The beats of a record and the rhythm at each."""

    def __init__(self, folder: Path, name: str) -> None:
        rhythm, rows = "", []
        for mark in read_annotations(folder / f"{name}.atr"):
            if mark.symbol == "+" and mark.aux.startswith("("):
                rhythm = mark.aux
            elif mark.symbol in "[!]":
                rhythm = "(VFL"
            if mark.symbol in BEATS:
                rows.append((mark.sample, mark.symbol, rhythm))
        self.samples = np.array([row[0] for row in rows])
        self.symbols = np.array([row[1] for row in rows])
        self.rhythms = np.array([row[2] for row in rows])
        self.rr_s = np.diff(self.samples) / WORKING_RATE_HZ
        wide = np.isin(self.symbols, VENTRICULAR)
        self.atrial = ~(wide[1:] | wide[:-1])

    def windows(self):
        """Intervals, which are atrial, and whether AF: of one rhythm, without flutter or VF."""
        for start in range(0, len(self.rr_s) - LENGTH + 1, LENGTH // 2):
            inside = slice(start, start + LENGTH)
            kinds = set(self.rhythms[start + 1 : start + LENGTH + 1])
            if kinds == {"(AFIB"} or not kinds & {"(AFIB", "(AFL", "(VFL"}:
                yield self.rr_s[inside], self.atrial[inside], kinds == {"(AFIB"}


@pytest.fixture(scope="module")
def mitdb(ecg_data: Path) -> dict[str, Annotated]:
    folder = ecg_data / "mitdb"
    return {path.stem: Annotated(folder, path.stem) for path in sorted(folder.glob("*.atr"))}


def area(positive: np.ndarray, negative: np.ndarray) -> float:
    """The chance that a positive is above a negative, ties half."""
    above = (positive[:, None] > negative).mean()
    return float(above + 0.5 * (positive[:, None] == negative).mean())


@pytest.mark.parametrize("marked", [False, True])
def test_af_is_told_over_sixty_beats(mitdb: dict[str, Annotated], marked: bool) -> None:
    """All 48 records: an area under the curve of 0.985, ventricular beats marked or not."""
    positive, negative = [], []
    for record in mitdb.values():
        for rr_s, atrial, is_af in record.windows():
            found = af_likelihood(rr_s, atrial if marked else None).likelihood
            if found is not None:
                (positive if is_af else negative).append(found)
    assert len(positive) > 200 and len(negative) > 2000
    assert area(np.array(positive), np.array(negative)) >= 0.985


@pytest.mark.parametrize("name", ECTOPIC)
def test_ectopy_is_not_af(mitdb: dict[str, Annotated], name: str) -> None:
    """Records of bigeminy and much ectopy, the ventricular beats marked: specificity 97 %."""
    found = [af_likelihood(rr, atrial).likelihood or 0.0 for rr, atrial, _ in mitdb[name].windows()]
    assert np.mean(np.array(found) < AF_LIKELY) >= 0.97


def test_heart_rate_within_ten_percent(mitdb: dict[str, Annotated]) -> None:
    """The rate at the end of a 10 s window: 99.5 % within 10 % or 5 bpm of the window's mean."""
    right = []
    for record in mitdb.values():
        at_s = record.samples / WORKING_RATE_HZ
        for end_s in range(20, 1800, 10):
            first, stop = np.searchsorted(at_s, [end_s - 10, end_s])
            known = int(np.searchsorted(at_s, end_s - 0.25))
            around = record.rhythms[max(first - 1, 0) : stop + 1]
            if stop - first < 2 or "(VFL" in around:
                continue
            truth = 60 * (stop - first - 1) / (at_s[stop - 1] - at_s[first])
            silence_s = float(end_s - at_s[known - 1])
            shown = heart_rate(list(record.rr_s[max(known - 61, 0) : known - 1]), silence_s)
            assert shown is not None
            right.append(abs(shown.bpm - truth) <= max(5.0, 0.1 * truth))
    assert len(right) > 8000
    assert np.mean(right) >= 0.997


def rhythm_seconds(record: Annotated, named: bool) -> dict[str, float]:
    """Play the record's beats; how many seconds each rhythm string held."""
    tracker = RhythmTracker()
    events = tracker.quality(Quality(0, 0, SignalState.OK))
    for sample, symbol in zip(record.samples.tolist(), record.symbols.tolist(), strict=True):
        beat = Beat(sample, sample + 90, 1.0, 1.0)
        events += tracker.beat(beat)
        name = Name(symbol) if named else Name("Q", reason=Reason.NO_MODEL)
        events += tracker.named(Classification(beat, sample + 170, *name))
    said = [event for event in events if isinstance(event, Rhythm)]
    ends = [rhythm.sample for rhythm in said[1:]] + [int(record.samples[-1])]
    seconds: dict[str, float] = {}
    for rhythm, end in zip(said, ends, strict=True):
        held = (end - rhythm.sample) / WORKING_RATE_HZ
        seconds[rhythm.aux] = seconds.get(rhythm.aux, 0.0) + held
    return seconds


def annotated_seconds(record: Annotated, aux: str) -> float:
    return float(record.rr_s[record.rhythms[1:] == aux].sum())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "aux"),
    [
        ("106", "(B"),
        ("200", "(B"),
        ("213", "(B"),  # with 362 fusion beats, which are none of it
        ("223", "(B"),
        ("119", "(T"),
        ("208", "(T"),
        ("223", "(VT"),
        ("207", "(IVR"),
        ("209", "(SVTA"),
        ("234", "(SVTA"),
        ("107", "(P"),
        ("102", "(P"),
    ],
)
def test_episodes_last_as_long_as_annotated(mitdb, name: str, aux: str) -> None:
    """Named beats: each rhythm lasts as long as the annotators say, within a half."""
    record = mitdb[name]
    found = rhythm_seconds(record, named=True).get(aux, 0.0)
    assert found == pytest.approx(annotated_seconds(record, aux), rel=0.5)


@pytest.mark.parametrize("name", ["106", "119", "200", "207", "208", "213", "223", "228", "233"])
def test_named_ectopy_is_not_fibrillation(mitdb, name: str) -> None:
    """Much ectopy without any AF, the beats named: AF is said for less than 5 % of the time."""
    seconds = rhythm_seconds(mitdb[name], named=True)
    assert seconds.get("(AFIB", 0.0) <= 0.05 * sum(seconds.values())


@pytest.mark.parametrize("name", ["100", "101", "103", "105", "112", "121", "122"])
@pytest.mark.parametrize("named", [True, False])
def test_sinus_rhythm_stays_sinus_rhythm(mitdb, name: str, named: bool) -> None:
    """In records of plain sinus rhythm nothing else is said for 99 % of the time."""
    seconds = rhythm_seconds(mitdb[name], named)
    assert seconds["(N"] >= 0.99 * sum(seconds.values())
