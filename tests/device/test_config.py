"""Settings: what a file may say, whose word counts, and how a mistake is answered."""

from pathlib import Path

import pytest

from ecg_device.config import ENVIRONMENT_VARIABLE, Config, load, override
from ecg_device.errors import ConfigError


@pytest.fixture(autouse=True)
def nobody_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No settings of the person who runs the tests reach them."""
    home = tmp_path / "home"
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.setattr("ecg_device.config.SYSTEM_FILE", tmp_path / "etc.toml")
    return home


def settings_file(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_shipped_defaults_hold() -> None:
    """Nothing configured: the synthetic source at real time, each value marked as a default."""
    config = load()
    assert (config.source, config.speed, config.scenario) == ("synthetic", 1.0, None)
    assert config.origin("speed") == "default"


def test_a_value_remembers_the_file_it_came_from(tmp_path: Path) -> None:
    """A user asks where a setting comes from: the file's path, and only for what it sets."""
    path = settings_file(tmp_path / "a.toml", "speed = 4\n")
    config = load(path)
    assert config.speed == 4.0
    assert config.origin("speed") == str(path)
    assert config.origin("seed") == "default"


def test_the_first_file_in_order_is_the_only_one(
    tmp_path: Path, nobody_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--config before the variable before the user's file before the system's."""
    settings_file(tmp_path / "etc.toml", "seed = 4")
    assert load().seed == 4
    settings_file(nobody_home / "ecg-device" / "config.toml", "seed = 3")
    assert load().seed == 3
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(settings_file(tmp_path / "v.toml", "seed = 2")))
    assert load().seed == 2
    assert load(settings_file(tmp_path / "x.toml", "speed = 2")).seed == 0


def test_paths_count_from_the_files_own_folder(tmp_path: Path) -> None:
    """A service started anywhere finds the recording that its settings file names."""
    folder = tmp_path / "etc"
    replay = load(settings_file(folder / "replay.toml", 'source = "replay:records/100"'))
    assert replay.source == f"replay:{folder / 'records/100'}"
    scenario = load(settings_file(folder / "mine.toml", 'scenario = "mine/af.toml"'))
    assert scenario.scenario == folder / "mine/af.toml"
    fixed = load(settings_file(folder / "abs.toml", 'source = "replay:/records/100"'))
    assert fixed.source == "replay:/records/100"
    bundle = load(settings_file(folder / "bundle.toml", 'model = "./mine"'))
    assert Path(bundle.model or "") == folder / "mine"
    named = load(settings_file(folder / "named.toml", 'model = "aami"'))
    assert named.model == "aami"


def test_the_command_line_replaces_the_whole_signal_of_the_file() -> None:
    """A file names a scenario, a user asks for a replay: the scenario does not stand in the way."""
    filed = override(Config(), {"scenario": "af.toml", "speed": 5}, origin="file")
    asked = override(filed, {"source": "replay:100"}, origin="the command line")
    assert (asked.source, asked.scenario, asked.speed) == ("replay:100", None, 5.0)
    back = override(asked, {"scenario": "vt.toml"}, origin="the command line")
    assert (back.source, back.scenario) == ("synthetic", Path("vt.toml"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sped = 2", ["unknown setting 'sped'", "did you mean 'speed'?"]),
        ("quux = 2", ["unknown setting 'quux'", "source, scenario, speed, seed"]),
        ("origins = 2", ["unknown setting 'origins'"]),
        ("speed = -1", ["'speed'", "a number from 0", "received -1"]),
        ("speed = nan", ["'speed'", "received nan"]),
        ("speed = inf", ["'speed'", "received inf"]),
        ("speed = " + "9" * 400, ["'speed'", "a number from 0"]),
        ("speed = true", ["'speed'", "received True"]),
        ('speed = "2"', ["'speed'", "received '2'"]),
        ("seed = 1.5", ["'seed'", "a whole number", "received 1.5"]),
        ("seed = -1", ["'seed'", "received -1"]),
        ('source = "sinthetic"', ["'source'", "synthetic:SCENARIO or replay:PATH"]),
        ('source = "replay:"', ["'source'", "replay:PATH"]),
        ('source = "synthetic:"', ["'source'", "synthetic:SCENARIO"]),
        ('source = "replay"', ["'source'", "replay:PATH"]),
        ("source = 5", ["'source'", "received 5"]),
        ("model = 3", ["'model'", "the name of a model", "received 3"]),
        ('model = ""', ["'model'", "or none"]),
        ('scenario = ""', ["'scenario'", "TOML scenario file"]),
        ('scenario = "a.toml"\nsource = "replay:100"', ["two signals at once", "give one"]),
        ("speed = ", ["is not TOML"]),
        ("speed = 1\nspeed = 2", ["is not TOML"]),
    ],
)
def test_a_mistake_is_answered_in_one_line(tmp_path: Path, text: str, told: list[str]) -> None:
    """Each wrong file says what is wrong, what was expected and where: on one line."""
    path = settings_file(tmp_path / "wrong.toml", text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    line = str(caught.value)
    assert "\n" not in line
    assert all(words in line for words in [*told, str(path)])


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_named_file_must_be_there_and_be_text(tmp_path: Path, content: bytes | None) -> None:
    """A file asked for by name and absent, or binary, is an error; not silence and defaults."""
    path = tmp_path / "named.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match="settings file"):
        load(path)
