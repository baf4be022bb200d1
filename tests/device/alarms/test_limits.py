"""Limits: what may be set, what may not, and that they are still there after a restart."""

import json
from pathlib import Path

import pytest

from ecg_device.alarms import Limits, limits_schema
from ecg_device.daemon.kept_limits import KeptLimits
from ecg_device.errors import ConfigError
from ecg_device.health import Condition, Health


def test_the_schema_is_what_is_enforced() -> None:
    """Each bound itself may be set, where no other limit is in the way; beyond it nothing."""
    for name, offered in limits_schema(Limits()).items():
        for bound, step in ((offered["low"], -0.5), (offered["high"], 0.5)):
            with pytest.raises(ConfigError, match=f"{offered['low']:g} to {offered['high']:g}"):
                Limits().changed({name: bound + step})
    widest = {"rate_low_bpm": 20, "rate_high_bpm": 250, "extreme_low_bpm": 15, "pause_s": 6}
    widest |= {"extreme_high_bpm": 280, "asystole_s": 8, "pvc_per_min": 99, "af_s": 600}
    for name, offered in limits_schema(Limits().changed(widest)).items():
        assert offered["value"] == widest[name]


@pytest.mark.parametrize("name", ["asystole_s", "extreme_low_bpm", "extreme_high_bpm"])
def test_what_cannot_be_switched_off(name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be switched off"):
        Limits().changed({name: None})


@pytest.mark.parametrize(
    "name", ["rate_low_bpm", "rate_high_bpm", "pause_s", "pvc_per_min", "af_s"]
)
def test_what_can(name: str) -> None:
    assert getattr(Limits().changed({name: None}), name) is None


@pytest.mark.parametrize("value", ["50", True, [], {}, float("nan"), float("inf"), 1e300])
def test_what_is_no_number(value: object) -> None:
    with pytest.raises(ConfigError, match="alarm limit rate_low_bpm"):
        Limits().changed({"rate_low_bpm": value})


def test_an_unknown_limit() -> None:
    with pytest.raises(ConfigError, match="one of rate_low_bpm"):
        Limits().changed({"st_mv": 1})


@pytest.mark.parametrize(
    "wanted",
    [
        {"rate_low_bpm": 90, "rate_high_bpm": 80},
        {"extreme_low_bpm": 50},
        {"extreme_high_bpm": 120},
        {"pause_s": 4},
    ],
)
def test_limits_that_cross(wanted: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="less than"):
        Limits().changed(wanted)


def test_several_at_once_or_none(ward) -> None:
    """One that is refused leaves all as they were."""
    alarms = ward().alarms
    with pytest.raises(ConfigError):
        alarms.set_limits({"rate_low_bpm": 50, "asystole_s": None})
    assert alarms.limits == Limits()
    alarms.set_limits({"rate_low_bpm": 50, "af_s": None})
    assert (alarms.limits.rate_low_bpm, alarms.limits.af_s) == (50.0, None)


def test_a_new_limit_counts_at_once(ward) -> None:
    heart = ward()
    heart.alarms.set_limits({"rate_high_bpm": 100})
    heart.rate(110)
    heart.rate(110)
    assert heart.one("rate-high").text == "HR 110 > 100"


def test_limits_survive_a_restart(tmp_path: Path) -> None:
    health = Health()
    wanted = Limits().changed({"rate_high_bpm": 111, "pause_s": None})
    KeptLimits(tmp_path, health).save(wanted)
    assert KeptLimits(tmp_path, health).load() == wanted
    assert health.condition is Condition.OK


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"asystole_s": null}', b'{"rate_high_bpm": 1e9}', b'{"x":1}'],
)
def test_a_damaged_file_is_told_and_the_shipped_limits_hold(tmp_path: Path, content: bytes) -> None:
    health = Health()
    (tmp_path / "alarm-limits.json").write_bytes(content)
    kept = KeptLimits(tmp_path, health)
    assert kept.load() == Limits()
    assert [one.component for one in health.complaints] == ["limits"]
    assert "shipped limits hold" in health.complaints[0].reason
    kept.save(Limits())
    assert health.complaints == ()
    assert json.loads((tmp_path / "alarm-limits.json").read_bytes())["asystole_s"] == 4.0


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    health = Health()
    KeptLimits(tmp_path / "gone", health).save(Limits())
    assert "not kept" in health.complaints[0].reason


def test_without_a_folder_they_last_as_long_as_the_process() -> None:
    kept = KeptLimits(None, Health())
    kept.save(Limits().changed({"pvc_per_min": 5}))
    assert kept.load() == Limits()
