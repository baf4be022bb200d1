"""Which beats a run gets: weak labels to learn from only, and no patient on two sides."""

from pathlib import Path

import pytest

from ecg_device.errors import ConfigError
from ecg_training import weaksets
from ecg_training.datasets import cinc2017, mitdb
from ecg_training.protocols import PROTOCOLS, Plan, patient_of, patients
from ecg_training.train.data import learnt_from, split_of
from ecg_training.train.settings import Recipe, Settings

_PLAN = Plan(("106",), ("103",), ("105",))


@pytest.fixture
def small(ecg_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One record a side, and four recordings of CinC."""
    labels = cinc2017.labels(ecg_data)
    names = [n for n in labels if labels[n] == "N"][:3] + [n for n in labels if labels[n] == "A"][
        :1
    ]
    (tmp_path / "cinc2017").mkdir()
    for file in ["REFERENCE.csv", *(f"{name}.{end}" for name in names for end in ("hea", "mat"))]:
        (tmp_path / "cinc2017" / file).symlink_to((ecg_data / "cinc2017" / file).resolve())
    (tmp_path / "mitdb").symlink_to((ecg_data / "mitdb").resolve())
    monkeypatch.setattr(weaksets, "NORMAL_RECORDINGS", 1)
    monkeypatch.setattr(patients, "inter_patient", lambda: _PLAN)
    return tmp_path


@pytest.mark.data
@pytest.mark.slow
def test_weak_beats_are_learnt_from_only(small: Path) -> None:
    """Recordings of CinC, named A..., are in no part that chooses or judges, nor among DS1's."""
    mixture = {"normal": 0.3, "fibrillation": 0.2, "early": 0.3, "planted": 0.2}
    recipe = Recipe(weak=0.3, weak_mixture=mixture)
    asked = Settings("resecanet_s", "inter-patient", recipe=recipe)
    split = split_of(asked, small)
    sides = (split.train, split.validation, split.test)
    assert [{*side.records.tolist()} for side in sides] == [{"106"}, {"103"}, {"105"}]
    hosts = {str(name) for name in split.weak["planted"].records}
    assert {name.split("+")[1] for name in hosts} == {"106"}
    weak = {str(name).split("+")[0] for beats in split.weak.values() for name in beats.records}
    assert len(weak) == 4
    assert not weak & {*mitdb.ALL}


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize("validate", [True, False])
def test_no_donor_chooses_or_judges(ecg_data: Path, validate: bool) -> None:
    """In no fold: nobody whose beats are planted is a patient of the validation or the test."""
    recipe = Recipe(validate=validate, keep="last")
    for protocol in (PROTOCOLS["inter-patient"], PROTOCOLS["patient-folds"]):
        for fold in range(protocol.folds):
            plan = protocol.plan(ecg_data, fold)
            judges = (*plan.validation, *plan.test) if validate else plan.test
            donors = {patient_of(name) for name in learnt_from(protocol, ecg_data, fold, recipe)}
            assert donors
            assert not donors & {patient_of(name) for name in judges}


@pytest.mark.data
@pytest.mark.slow
def test_who_does_not_validate_is_learnt_from(small: Path) -> None:
    """106 and 103 train, on both leads where both are asked for; nobody validates."""
    for leads in ((0,), (0, 1)):
        recipe = Recipe(validate=False, keep="last", leads=leads)
        split = split_of(Settings("resecanet_s", "inter-patient", recipe=recipe), small)
        assert {*split.train.records.tolist()} == {"106", "103"}
        assert {*split.train.leads.tolist()} == {*leads}
        assert len(split.validation) == 0
        assert {*split.test.records.tolist()} == {"105"}
        assert split.weak == {}


@pytest.mark.parametrize(
    ("protocol", "recipe", "message"),
    [
        ("thesis", Recipe(weak=0.2), "its own beats to learn from"),
        ("random", Recipe(validate=False, keep="last"), "its own beats to learn from"),
        ("inter-patient", Recipe(weak=1.5), "received 1.5"),
        ("inter-patient", Recipe(validate=False), "keep last"),
        ("inter-patient", Recipe(validate=False, keep="last", patience=3), "no patience"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    protocol: str, recipe: Recipe, message: str, tmp_path: Path
) -> None:
    """Before any recording is looked for."""
    with pytest.raises(ConfigError, match=message):
        split_of(Settings("resecanet_s", protocol, recipe=recipe), tmp_path)
