"""Who trains and who judges: nobody on two sides, and where somebody is, the label says so."""

from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from ecg_device.errors import ConfigError
from ecg_training.beatsets import BeatSet, join
from ecg_training.datasets import mitdb
from ecg_training.protocols import PROTOCOLS, Plan, Split, at_random, find, patients, thesis
from ecg_training.protocols.patients import FOLDS, RARE, SIX_BEATS, patient_of, spread
from ecg_training.protocols.split import SIX


def some_beats(record: str, symbol: str, count: int, rng: np.random.Generator) -> BeatSet:
    """Beats of one kind, none like another."""
    return BeatSet(
        rng.standard_normal((count, 259)).astype(np.float32),
        rng.standard_normal((count, 3)).astype(np.float32),
        np.full(count, symbol, "<U1"),
        np.full(count, record, "<U3"),
        np.arange(count, dtype=np.int64) * 300,
        np.zeros(count, np.int64),
    )


@pytest.fixture
def unbalanced() -> BeatSet:
    """Many N, few of the others, as it always is; and some that belong to no class."""
    rng = np.random.default_rng(1)
    kinds = (("100", "N", 600), ("109", "L", 60), ("118", "R", 60), ("201", "V", 60))
    few = (("202", "A", 40), ("102", "/", 60), ("208", "F", 30))
    return join([some_beats(*kind, rng) for kind in (*kinds, *few)])


def who(beats: BeatSet) -> set[str]:
    return {patient_of(record) for record in beats.records.tolist()}


def origins(beats: BeatSet) -> set[tuple[str, int]]:
    """Record and sample of each beat, and of each made-up beat's parent."""
    return set(zip(beats.records.tolist(), beats.samples.tolist(), strict=True))


def waves(beats: BeatSet) -> set[bytes]:
    return {window.tobytes() for window in beats.windows}


def shares_nobody(plan: Plan) -> bool:
    sides = [{patient_of(r) for r in side} for side in (plan.train, plan.validation, plan.test)]
    return all(not one & other for one, other in combinations(sides, 2))


def test_201_and_202_are_one_patient() -> None:
    """47 people gave 48 records."""
    assert patient_of("201") == patient_of("202")
    assert len({patient_of(record) for record in mitdb.ALL}) == 47


def test_inter_patient_is_de_chazals_without_202() -> None:
    """DS1 trains and validates, DS2 tests, 202 left out since 201 is in DS1; no paced record."""
    plan = patients.inter_patient()
    assert shares_nobody(plan)
    assert {*plan.train, *plan.validation} == {*mitdb.DS1}
    assert {*plan.test} == {*mitdb.DS2} - {"202"}
    assert not {*plan.train, *plan.validation, *plan.test} & {*mitdb.PACED}


@pytest.mark.data
def test_patient_folds_test_everyone_once(ecg_data: Path) -> None:
    """All 48 records test in one fold each, and nobody is on two sides of a plan."""
    plans = patients.patient_folds(ecg_data)
    assert len(plans) == FOLDS
    assert all(shares_nobody(plan) for plan in plans)
    assert sorted(record for plan in plans for record in plan.test) == sorted(mitdb.ALL)
    assert all(plan.train and plan.validation for plan in plans)


@pytest.mark.data
def test_rare_classes_are_spread_as_far_as_their_patients_allow(ecg_data: Path) -> None:
    """L and paced beats, of four people each, are in four folds; R, of six, in all five."""
    marks = {name: Counter(mitdb.load(ecg_data, name).symbols) for name in mitdb.ALL}
    in_folds = {
        symbol: sum(
            any(marks[record][symbol] for record in plan.test)
            for plan in patients.patient_folds(ecg_data)
        )
        for symbol in RARE
    }
    assert in_folds == {"L": 4, "R": 5, "/": 4}


@pytest.mark.data
def test_every_rare_patient_who_does_not_test_trains(ecg_data: Path) -> None:
    """With four to six people to a class none is spent on validation."""
    marks = {name: Counter(mitdb.load(ecg_data, name).symbols) for name in mitdb.ALL}
    for plan in patients.patient_folds(ecg_data):
        assert not any(marks[record][symbol] for record in plan.validation for symbol in RARE)


def test_folds_keep_a_patients_records_together_and_never_change() -> None:
    """The same counts give the same folds, and 202 goes where 201 goes."""
    rng = np.random.default_rng(5)
    counts = {
        name: Counter({s: int(n) for s, n in zip(SIX, rng.integers(0, 900, 6), strict=True)})
        for name in mitdb.ALL
    }
    folds = spread(counts)
    assert folds == spread(counts)
    assert sorted(record for fold in folds for record in fold) == sorted(mitdb.ALL)
    assert any({"201", "202"} <= {*fold} for fold in folds)


def test_the_thesis_protocol_leaks_and_says_so(unbalanced: BeatSet) -> None:
    """Test beats are made from training beats, and all patients are on both sides."""
    split = thesis.split_after_balancing(SIX_BEATS.only(unbalanced), 300)
    assert origins(split.train) & origins(split.test)
    assert who(split.train) == who(split.test)
    assert waves(split.test) - waves(unbalanced), "made-up beats test"
    assert "LEAKY" in PROTOCOLS["thesis"].title
    assert "made-up beats" in PROTOCOLS["thesis"].title


def test_the_random_protocol_leaks_patients_only_and_says_so(unbalanced: BeatSet) -> None:
    """Patients are on both sides, but no beat is, nor is one there that was made from one."""
    split = at_random.split(unbalanced, 300)
    assert who(split.train) & who(split.test)
    assert not origins(split.train) & origins(split.test)
    assert not origins(split.train) & origins(split.validation)
    assert PROTOCOLS["random"].title == "random (LEAKY: patients on both sides)"


def test_balancing_never_touches_what_judges(unbalanced: BeatSet) -> None:
    """Validation and test are real beats in their natural mixture; training has equal classes."""
    split = at_random.split(unbalanced, 300)
    assert set(Counter(split.train.symbols.tolist()).values()) == {300}
    for side in (split.validation, split.test):
        assert waves(side) <= waves(unbalanced)
        assert len(waves(side)) == len(side)
        n_share = np.mean(side.symbols == "N")
        assert n_share > 0.5


@pytest.mark.parametrize("protocol", [p for p in PROTOCOLS.values() if not p.leak])
def test_what_does_not_leak_is_not_called_so(protocol) -> None:
    """Its title is its name."""
    assert protocol.title == protocol.name


def test_splits_do_not_change(unbalanced: BeatSet) -> None:
    """The same beats give the same split, to the bit."""
    one, other = at_random.split(unbalanced, 300), at_random.split(unbalanced, 300)
    for side in ("train", "validation", "test"):
        assert getattr(one, side).windows.tobytes() == getattr(other, side).windows.tobytes()


def test_targets_are_aami_groups_between_patients() -> None:
    """EC57: an atrial escape beat counts as N, an aberrated one as S, a ventricular escape as V."""
    beats = some_beats("100", "N", 6, np.random.default_rng(0))
    beats.symbols[:] = [*"ejaEF/"]
    classes = PROTOCOLS["inter-patient"].classes
    assert classes.has(beats).tolist() == [True] * 5 + [False]
    named = [classes.labels[at] for at in classes.targets(classes.only(beats))]
    assert named == ["N", "N", "S", "V", "F"]


def test_unknown_protocols_and_folds_are_refused(tmp_path: Path) -> None:
    """The error names what there is."""
    with pytest.raises(ConfigError, match="inter-patient"):
        find("holdout")
    with pytest.raises(ConfigError, match="divides beats"):
        PROTOCOLS["thesis"].plan(tmp_path)


@pytest.mark.data
def test_a_fold_too_many_is_refused(ecg_data: Path) -> None:
    """There are five, counted from 0."""
    with pytest.raises(ConfigError, match="0 to 4"):
        PROTOCOLS["patient-folds"].plan(ecg_data, 5)


@pytest.mark.data
@pytest.mark.slow
def test_the_thesis_has_its_class_counts_to_the_beat(ecg_data: Path) -> None:
    """N 78,831, L 8,072, R 7,241, V 6,361, A 2,535, paced 7,044: its own figures."""
    beats = thesis.segment(ecg_data)
    counts = {"N": 78_831, "L": 8_072, "R": 7_241, "V": 6_361, "A": 2_535, "/": 7_044}
    assert Counter(beats.symbols.tolist()) == counts
    split = thesis.split_after_balancing(beats, thesis.EACH)
    sides = (split.train, split.validation, split.test)
    assert [len(side) for side in sides] == [42_000, 9_000, 9_000]
    assert set(Counter(np.concatenate([s.symbols for s in sides]).tolist()).values()) == {10_000}


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("name", ["inter-patient", "patient-folds"])
def test_no_patient_crosses_a_split_of_real_beats(ecg_data: Path, name: str) -> None:
    """Looking at the beats themselves: the patients of one side are on no other."""
    split: Split = PROTOCOLS[name].split(ecg_data, fold=0, jobs=2)
    sides = [who(side) for side in (split.train, split.validation, split.test)]
    assert all(sides)
    assert all(not one & other for one, other in combinations(sides, 2))
    assert {*split.classes.targets(split.train).tolist()} == {*range(len(split.labels))}
