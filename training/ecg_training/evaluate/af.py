"""Is atrial fibrillation told from everything else, by the RR intervals alone.

mitdb: windows of 12, 30 and 60 consecutive intervals, side by side, over the whole records. A
window is AF when all its beats are annotated `(AFIB`, not AF when none is; mixed windows and such
with ventricular fibrillation inside are left out. Flutter `(AFL` is not AF, which is strict: it
is told once with and once without it. cinc2017: a record is one window, AF when labelled A; records
labelled too noisy are left out. Where the appliance has no opinion the window is counted apart, and
everywhere else as not AF, so that silence never pays.

Whose beats: `reference` are the annotated ones with their symbols, as if a perfect classifier had
named them; `reference, unnamed` the same without symbols; `ours` are found and judged by the
detector, their shape alone telling which are ventricular; `ours, gated` are those that the quality
gate lets out, no interval spanning what it keeps back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ecg_device.signals import WORKING_RATE_HZ, BoolArray, FloatArray
from ecg_training.datasets import cinc2017, mitdb
from ecg_training.findings import Detector
from ecg_training.parallel import map_records
from ecg_training.product import AF_THRESHOLD, af_likelihood_of, conducted, our_beats
from ecg_training.roc import auc
from ecg_training.scoring import IntArray, Spans
from ecg_training.tables import Column, Row, Table, percent

INTERVALS = (12, 30, 60)
ECTOPIC = ("106", "119", "200", "208", "233")  # bigeminy, trigeminy, much ectopy, no AF

SOURCES = ("reference", "reference, unnamed", "ours")

_AF, _FLUTTER, _OTHER = "(AFIB", "(AFL", ""

MITDB_COLUMNS = (
    Column("beats", "beats"),
    Column("intervals", "intervals", "d"),
    Column("windows", "windows", "d"),
    Column("af", "of them AF", "d"),
    Column("unknown", "no opinion %", ".2f"),
    Column("auc", "AUC", ".4f"),
    Column("auc_no_flutter", "AUC without flutter", ".4f"),
    Column("se", "Se %", ".2f"),
    Column("sp", "Sp %", ".2f"),
    *(Column(name, f"Sp % {name}", ".1f") for name in ECTOPIC),
)
CINC_COLUMNS = (
    Column("beats", "beats"),
    Column("against", "A against"),
    Column("records", "records", "d"),
    Column("af", "of them A", "d"),
    Column("unknown", "no opinion %", ".2f"),
    Column("auc", "AUC", ".4f"),
    Column("auc_given", "AUC of opinions", ".4f"),
    Column("se", "Se %", ".2f"),
    Column("sp", "Sp %", ".2f"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Windows: what each really is, where it is from, and the likelihood given (NaN: none)."""

    truth: tuple[str, ...] = ()
    record: tuple[str, ...] = ()
    likelihood: tuple[float, ...] = ()

    def __add__(self, other: "Judged") -> "Judged":
        return Judged(
            self.truth + other.truth,
            self.record + other.record,
            self.likelihood + other.likelihood,
        )

    def not_fitted_on(self) -> "Judged":
        """The records of cinc2017 that the likelihood was not fitted on."""
        columns = zip(self.truth, self.record, self.likelihood, strict=True)
        kept = [row for row in columns if not cinc2017.for_fitting(row[1])]
        return Judged(
            tuple(truth for truth, _, _ in kept),
            tuple(record for _, record, _ in kept),
            tuple(likelihood for _, _, likelihood in kept),
        )

    def numbers(self, counted: Sequence[str]) -> tuple[FloatArray, BoolArray]:
        """Likelihood, and whether it is AF, of the windows whose truth is in `counted`."""
        pairs = [
            (p, t == _AF) for p, t in zip(self.likelihood, self.truth, strict=True) if t in counted
        ]
        return np.array([p for p, _ in pairs]), np.array([is_af for _, is_af in pairs], np.bool_)


def evaluate_mitdb(
    root: Path, records: Sequence[str], detector: Detector, jobs: int
) -> list[Table]:
    """A row for the reference beats and for our own, for each length of the window."""
    per_record = map_records(partial(judge_record, root, detector), records, jobs, "af, mitdb")
    rows: list[Row] = []
    for source in SOURCES:
        for intervals in INTERVALS:
            judged = sum((of[source, intervals] for of in per_record), start=Judged())
            rows.append(_mitdb_row(judged, source, intervals))
    title = f"atrial fibrillation, mitdb, AF from a likelihood of {AF_THRESHOLD} on"
    return [Table(title, MITDB_COLUMNS, rows)]


def judge_record(root: Path, detector: Detector, name: str) -> dict[tuple[str, int], Judged]:
    """All windows of one record, by whose beats they are made of and how long they are."""
    record = mitdb.load(root, name)
    unnamed = np.ones(len(record.beats), np.bool_)
    named = conducted(record.symbols, np.zeros(len(record.beats)))
    ours, by_shape = our_beats(detector(record.mv, record.rate_hz))
    series = zip(
        SOURCES, ((record.beats, named), (record.beats, unnamed), (ours, by_shape)), strict=True
    )
    return {
        (source, intervals): judge_windows(record, beats, atrial, intervals)
        for source, (beats, atrial) in series
        for intervals in INTERVALS
    }


def judge_windows(
    record: mitdb.Record, beats: IntArray, atrial: BoolArray, intervals: int
) -> Judged:
    """Cut the beats into windows and ask for each how likely AF is."""
    rr_s = np.diff(beats) / record.rate_hz
    both = atrial[1:] & atrial[:-1]
    judged = Judged()
    for start in range(0, len(rr_s) - intervals + 1, intervals):
        stop = start + intervals
        truth = _truth(record, beats[start : stop + 1])
        if truth is not None:
            likelihood = af_likelihood_of(rr_s[start:stop], both[start:stop])
            judged += Judged((truth,), (record.name,), (likelihood,))
    return judged


def _truth(record: mitdb.Record, beats: IntArray) -> str | None:
    """AF, flutter or other; None where the window is mixed or holds ventricular fibrillation."""
    if any(first <= beats[-1] and last >= beats[0] for first, last in record.fibrillation):
        return None
    rhythms = {record.rhythm_at(int(beat)) for beat in beats}
    if rhythms == {_AF}:
        return _AF
    if _AF in rhythms:
        return None
    return _FLUTTER if _FLUTTER in rhythms else _OTHER


def _mitdb_row(judged: Judged, source: str, intervals: int) -> Row:
    likelihood, is_af = judged.numbers((_AF, _FLUTTER, _OTHER))
    row: Row = {
        "beats": source,
        "intervals": intervals,
        "windows": len(is_af),
        "af": int(np.count_nonzero(is_af)),
        "auc_no_flutter": _auc(*judged.numbers((_AF, _OTHER))),
        **_shares(likelihood, is_af),
    }
    for name in ECTOPIC:
        mine = np.array(judged.record) == name
        row[name] = percent(~(likelihood[mine] >= AF_THRESHOLD))
    return row


def evaluate_cinc2017(
    root: Path, labels: Mapping[str, str], detectors: Mapping[str, Detector], jobs: int
) -> list[Table]:
    """A against N alone, and against N and O, by our own beats as each detector has them."""
    names = [name for name, label in labels.items() if label in ("A", "N", "O")]
    truth = tuple(_AF if labels[name] == "A" else labels[name] for name in names)
    rows: list[Row] = []
    for beats, detector in detectors.items():
        task = partial(judge_short, root, detector)
        likelihoods = map_records(task, names, jobs, f"af, cinc2017, {beats}")
        rows += _cinc_rows(beats, Judged(truth, tuple(names), tuple(likelihoods)))
    return [Table("atrial fibrillation, cinc2017, a record a window", CINC_COLUMNS, rows)]


def _cinc_rows(beats: str, judged: Judged) -> list[Row]:
    parts = (
        ("N", *judged.numbers((_AF, "N"))),
        ("N and O", *judged.numbers((_AF, "N", "O"))),
        ("N and O, not fitted on", *judged.not_fitted_on().numbers((_AF, "N", "O"))),
    )
    return [
        {
            "beats": beats,
            "against": against,
            "records": len(is_af),
            "af": int(np.count_nonzero(is_af)),
            **_shares(likelihood, is_af),
        }
        for against, likelihood, is_af in parts
    ]


def judge_short(root: Path, detector: Detector, name: str) -> float:
    """How likely AF is in one short record."""
    rate_hz, mv = cinc2017.load(root, name)
    found = detector(mv, rate_hz)
    beats, atrial = our_beats(found)
    whole = ~spanning(beats, found.flagged)
    rr_s = np.diff(beats) / WORKING_RATE_HZ
    return af_likelihood_of(rr_s[whole], (atrial[1:] & atrial[:-1])[whole])


def spanning(beats: IntArray, spans: Spans) -> BoolArray:
    """Which intervals between successive beats reach into one of the spans."""
    reach = np.zeros(max(len(beats) - 1, 0), np.bool_)
    for first, last in spans:
        reach |= (beats[1:] >= first) & (beats[:-1] <= last)
    return reach


def _shares(likelihood: FloatArray, is_af: BoolArray) -> Row:
    """Shares of all windows, no opinion being no AF, and the AUC of the opinions alone."""
    known = ~np.isnan(likelihood)
    called = likelihood >= AF_THRESHOLD  # False where there is no opinion
    return {
        "unknown": percent(~known),
        "auc": _auc(likelihood, is_af),
        "auc_given": auc(likelihood[known], is_af[known]),
        "se": percent(called[is_af]),
        "sp": percent(~called[~is_af]),
    }


def _auc(likelihood: FloatArray, is_af: BoolArray) -> float:
    return auc(np.nan_to_num(likelihood, nan=0.0), is_af)
