"""Named beats on real records, by namers whose errors are known beforehand."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ecg_device.signals import Name
from ecg_device.views import FEATURES, BeatView
from ecg_training import naming_scores as scores
from ecg_training.beat_groups import AAMI, AAMI_CLASSES, by_aami, by_label
from ecg_training.datasets import mitdb
from ecg_training.evaluate import beats, calibration, naming_tables
from ecg_training.product import NamedBeats, named_beats
from ecg_training.tables import Row, Table

GROUPS = by_aami({group: group for group in AAMI_CLASSES})
SIX = by_label(tuple("NLRVA/"))


@dataclass(frozen=True)
class Annotators:
    """The annotators' own beats and groups, but for the first V beats, to which this happens."""

    first: int = 0
    called: str = ""  # "": missed

    def __call__(self, record: mitdb.Record) -> NamedBeats:
        groups = np.array([AAMI[symbol] for symbol in record.symbols])
        those = np.flatnonzero(groups == "V")[: self.first]
        groups[those] = self.called
        kept = groups != ""
        samples = record.beats[kept]
        return NamedBeats(samples, tuple(groups[kept].tolist()), np.full(len(samples), 1.0))


def early_or_unlike(view: BeatView) -> Name:
    """A rule: unlike the prevailing shape is V, else early is S."""
    told = dict(zip(FEATURES, view.context.tolist(), strict=True))
    symbol = "V" if told["likeness_whole"] < 0.7 else "S" if told["prematurity"] < -0.15 else "N"
    return Name(symbol, 0.8)


def by_rule(record: mitdb.Record) -> NamedBeats:
    return named_beats(record.mv, record.rate_hz, early_or_unlike)


def row_of(table: Table, **wanted: str) -> Row:
    return next(row for row in table.rows if all(row[k] == v for k, v in wanted.items()))


@pytest.mark.data
def test_the_annotators_themselves_are_right_throughout(ecg_data: Path) -> None:
    """Every beat of 208 is N, S, V or F but for two that are Q; all are named so."""
    score = beats.score_record(ecg_data, Annotators(), GROUPS, "208")
    symbols = mitdb.load(ecg_data, "208").symbols
    assert score.scored.sum() == len(symbols) - symbols.count("Q")
    assert score.of("Q", "Q") == symbols.count("Q") == 2
    assert scores.accuracy(score) == scores.kappa(score) == 1.0


@pytest.mark.data
@pytest.mark.parametrize("called", ["", "Q", "N"])
def test_a_beat_missed_unknown_or_misnamed_is_wrong_for_its_class(
    ecg_data: Path, called: str
) -> None:
    """31 of the 992 V beats of 208 lost in either way: Se is 961/992; only those named N are
    false positives, of N."""
    score = beats.score_record(ecg_data, Annotators(31, called), GROUPS, "208")
    assert scores.sensitivity(score, "V") == pytest.approx(961 / 992)
    assert scores.precision(score, "V") == 1.0
    normal = score.of("N", "N")
    assert scores.precision(score, "N") == normal / (normal + 31 * (called == "N"))
    assert score.of("V", {"": "missed"}.get(called, called)) == 31


@pytest.mark.data
def test_what_is_named_where_no_beat_is_is_a_false_positive(ecg_data: Path) -> None:
    """Five V put half a second behind beats of 100, which has one V: +P of V is 1/6."""

    def with_five_more(record: mitdb.Record) -> NamedBeats:
        true = Annotators()(record)
        at = np.concatenate((true.samples, true.samples[100:105] + 150))
        order = np.argsort(at)
        symbols = np.array([*true.symbols, *"VVVVV"])[order]
        return NamedBeats(at[order], tuple(symbols.tolist()), np.ones(len(at)))

    score = beats.score_record(ecg_data, with_five_more, GROUPS, "100")
    assert score.of("none", "V") == 5
    assert scores.precision(score, "V") == pytest.approx(1 / 6)


@pytest.mark.data
def test_fibrillation_does_not_count(ecg_data: Path) -> None:
    """Names inside the fibrillation of 207 are no false detections; one outside is."""

    def everywhere(record: mitdb.Record) -> NamedBeats:
        true = Annotators()(record)
        (first, last), *_ = record.fibrillation
        extra = np.array([first + 100, last - 100, record.beats[10] + 100])
        at = np.concatenate((true.samples, extra))
        order = np.argsort(at)
        symbols = np.array([*true.symbols, *"VVV"])[order]
        return NamedBeats(at[order], tuple(symbols.tolist()), np.ones(len(at)))

    assert beats.score_record(ecg_data, everywhere, GROUPS, "207").of("none", "V") == 1


@pytest.mark.data
def test_labels_that_are_symbols_are_compared_as_they_are(ecg_data: Path) -> None:
    """118 has 2166 R and 96 A beats; named N, S by groups none of them is right by label."""
    score = beats.score_record(ecg_data, Annotators(), SIX, "118")
    assert [score.of("R", "N"), score.of("A", "Q")] == [2166, 96]


@pytest.mark.data
def test_the_whole_appliance_names_what_a_rule_can_tell(ecg_data: Path) -> None:
    """119 is all N and V, as unlike as can be: a rule on the context tells nearly all of them."""
    score = beats.score_record(ecg_data, by_rule, GROUPS, "119")
    assert scores.f1(score, "V") > 0.98
    assert scores.f1(score, "N") > 0.98
    assert score.scored.sum() == len(mitdb.load(ecg_data, "119").symbols)


@pytest.mark.data
@pytest.mark.slow
def test_the_number_of_processes_changes_nothing(ecg_data: Path) -> None:
    """One process and two give the same tables."""
    one, two = (
        beats.evaluate(ecg_data, ("100", "208"), Annotators(31, "N"), GROUPS, jobs, "")
        for jobs in (1, 2)
    )
    tables = [naming_tables.tables("", {"": scored}, str) for scored in (one, two)]
    assert [t.as_json() for t in tables[0]] == [t.as_json() for t in tables[1]]


@pytest.mark.data
def test_the_tables_say_what_the_scores_are(ecg_data: Path) -> None:
    """Two patients, 992 V beats in 208 and one in 100; 31 and that one are missed. A quarter of the
    draws has 100 alone; the worst of those who have enough V beats is 208."""
    scored = beats.evaluate(ecg_data, ("100", "208"), Annotators(31), GROUPS, 1, "")
    classes, summary, confusion, each = naming_tables.tables("t", {"clean": scored}, str)
    ventricular = row_of(classes, **{"class": "V"})
    assert (ventricular["beats"], ventricular["patients"]) == (993, 2)
    assert ventricular["se"] == pytest.approx(100 * 961 / 993)
    assert ventricular["se_low"] == 0.0
    assert ventricular["se_high"] == pytest.approx(100 * 961 / 992)
    (row,) = summary.rows
    assert (row["records"], row["worst_patient"]) == (2, "208")
    assert row["worst"] == pytest.approx(100 * 961 / 992)
    assert row_of(confusion, reference="V") == {
        "scope": "clean", "reference": "V",
        "N": 0, "S": 0, "V": 961, "F": 0, "Q": 0, "missed": 32,
    }  # fmt: skip
    assert row_of(each, record="208")["missed"] == pytest.approx(
        100 * 31 / int(row_of(each, record="208")["beats"])
    )


def test_what_a_condition_loses_is_told_beside_the_first() -> None:
    """Half of the S named N in the second: F1 of S from 1 to 2/3, of N to 4/5; V is not there."""
    good, worse = (scores.count(AAMI_CLASSES, "NNSS", named) for named in ("NNSS", "NNNS"))
    _, summary, *_ = naming_tables.tables("", {"a": {"1": good}, "b": {"1": worse}}, str)
    assert "loss" not in summary.rows[0]
    assert summary.rows[1]["loss"] == pytest.approx(100 * (1 - (2 / 3 + 4 / 5) / 2))


def test_records_of_one_patient_are_one_draw() -> None:
    """201 and 202 are the same patient: together they leave no interval."""
    scored = {name: scores.count(AAMI_CLASSES, "NV", "NN") for name in ("201", "202")}
    _, summary, *_ = naming_tables.tables("", {"": scored}, {"201": "a", "202": "a"}.__getitem__)
    assert summary.rows[0]["accuracy"] == 50.0
    assert np.isnan(summary.rows[0]["accuracy_low"])


def test_classes_of_a_bundles_own_have_no_ec57_columns() -> None:
    """Six labels: macro-F1 over all six, no jk and no worst V."""
    scored = {"100": scores.count(SIX.classes, "NLRVA/", "NLRVA/")}
    _, summary, *_ = naming_tables.tables("", {"": scored}, str)
    assert summary.rows[0]["macro_f1"] == 100.0
    assert "jk" not in {column.key for column in summary.columns}


def test_the_reliability_table_adds_up() -> None:
    """Eight of ten names of confidence 0.95 right: overconfident by 15 points."""
    score = scores.count(AAMI_CLASSES, "N" * 10, "N" * 8 + "SS", [0.95] * 10)
    rows = calibration.reliability("", score).rows
    assert [row["beats"] for row in rows] == [0] * 14 + [10]
    assert (rows[-1]["right"], rows[-1]["gap"]) == pytest.approx((80.0, 15.0))
