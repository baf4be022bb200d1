"""Scenario files: all of the language is understood, and every mistake is told in one line."""

from pathlib import Path

import pytest

from ecg_device.errors import SourceError
from ecg_device.sources.synthetic import (
    Scenario,
    load_scenario,
    parse_scenario,
    render,
    scenario_names,
)
from ecg_device.sources.synthetic import language as language_module
from ecg_device.sources.synthetic import scenario as scenario_module
from ecg_device.sources.synthetic.checked import Checked

SINUS = '[[rhythm]]\nkind = "sinus"\nduration_s = 10\n'
SHIPPED = {
    "demo", "sinus", "sinus-arrhythmia", "ectopy", "bigeminy", "trigeminy", "couplets", "vt-run",
    "af", "lbbb", "rbbb", "paced", "pause", "asystole", "vf", "noisy", "lead-off",
}  # fmt: skip


def test_the_promised_scenarios_ship() -> None:
    """Each can be had by its name and has a title for a menu."""
    assert set(scenario_names()) == SHIPPED
    assert all(load_scenario(name).title for name in scenario_names())


def test_a_file_says_what_the_dataclasses_say() -> None:
    """A scenario in TOML equals the same one in Python, whole numbers taken as such."""
    text = """
        title = "three"
        repeat = true
        [patient]
        r_mv = 2
        [[rhythm]]
        kind = "bigeminy"
        duration_s = 10
        rate_bpm = 80
        [[rhythm]]
        kind = "af"
        duration_s = 5.5
        [[fault]]
        kind = "hum"
        hz = 60
        harmonics = [1, 0.5]
    """
    assert parse_scenario(text, "mine") == Scenario(
        name="mine",
        title="three",
        repeat=True,
        patient=scenario_module.Patient(r_mv=2.0),
        segments=(
            scenario_module.Bigeminy(duration_s=10.0, rate_bpm=80.0),
            scenario_module.AtrialFibrillation(duration_s=5.5),
        ),
        faults=(scenario_module.Hum(hz=60.0, harmonics=(1.0, 0.5)),),
    )


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    """The scenario bears the file's name and renders for as long as it says."""
    path = tmp_path / "mine.toml"
    path.write_text(SINUS)
    scenario = load_scenario(path)
    assert scenario.name == "mine"
    assert len(render(scenario)[0]) == 3600


def test_the_demo_documents_the_whole_language() -> None:
    """Every kind and every key that a scenario may have is in demo.toml."""
    folder = Path(scenario_module.__file__).parent / "scenarios"
    text = (folder / "demo.toml").read_text()
    kinds: list[type[Checked]] = [
        *(scenario_module.Segment, scenario_module.Fault),
        *language_module._RHYTHMS,
        *language_module._FAULTS,
    ]
    for kind in kinds[2:]:
        assert f'kind = "{kind.kind}"' in text
    words = {name for kind in [scenario_module.Patient, *kinds] for name in kind.__annotations__}
    words -= {"kind", "aux"}
    assert not [word for word in words if f"{word} = " not in text]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at least one [[rhythm]]"),
        ("[[rhythm]", "expected TOML"),
        ("rhythm = 3", "[[rhythm]] tables"),
        ("rhythm = [3]", "expected a table"),
        ("[[rythm]]\n" + SINUS, "did you mean 'rhythm'?"),
        ("patient = 1\n" + SINUS, "expected a table"),
        ("repeat = 'yes'\n" + SINUS, "true or false"),
        ("[[rhythm]]\nduration_s = 3", "no kind"),
        ("[[rhythm]]\nkind = 'sinsu'\nduration_s = 3", "did you mean 'sinus'?"),
        ("[[rhythm]]\nkind = 'sinus'", "rhythm 1 (sinus) has no duration_s"),
        (SINUS + "rate = 70", "did you mean 'rate_bpm'?"),
        (SINUS + "rate_bpm = 5", "rhythm 1 (sinus) rate_bpm; expected a number from 15 to 350"),
        (SINUS + "rate_bpm = nan", "a number from 15 to 350"),
        (SINUS + "rate_bpm = true", "expected a number"),
        (SINUS + "rate_bpm = '70'", "expected a number"),
        (SINUS + "pvc_every = 1.5", "a whole number"),
        (SINUS + "pattern = 'NX'", "letters out of N A V W"),
        (SINUS + "conduction = 'lbb'", "did you mean 'lbbb'?"),
        (SINUS + "[[fault]]\nkind = 'humm'", "did you mean 'hum'?"),
        (SINUS + "[[fault]]\nkind = 'hum'\nharmonics = 3", "expected a list"),
        (SINUS + "[[fault]]\nkind = 'hum'\nstart_s = 9\nduration_s = 5", "an end by 10 s"),
        (SINUS + "[[fault]]\nkind = 'hum'\nstart_s = 10", "an end by 10 s"),
        (SINUS + "[[fault]]\nkind = 'lead-off'\nelectrode = 'LL'", "'RA' or 'LA'"),
        ("[patient]\nr_mvv = 1\n" + SINUS, "did you mean 'r_mv'?"),
    ],
)
def test_mistakes_are_told_in_one_line(text: str, says: str) -> None:
    """The scenario's name, the place, what was expected, on a single line."""
    with pytest.raises(SourceError) as caught:
        parse_scenario(text, "mine")
    assert str(caught.value).startswith("scenario mine")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bigemini", "did you mean 'bigeminy'?"),
        ("nowhere.toml", "cannot read"),
        ("", "no scenario"),
    ],
)
def test_unknown_names_are_told(name: str, says: str) -> None:
    """A name that is none of ours, or a path where no file is."""
    with pytest.raises(SourceError) as caught:
        load_scenario(name)
    assert says in str(caught.value)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 give a clear error, not a traceback."""
    path = tmp_path / "bad.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match="cannot read scenario"):
        load_scenario(path)
