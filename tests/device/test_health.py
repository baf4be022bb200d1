"""The appliance's own state: the worst part counts, and each change is told once."""

import pytest

from ecg_device.health import Complaint, Condition, Health


@pytest.fixture
def told() -> list[tuple[str, str | None]]:
    return []


@pytest.fixture
def health(told) -> Health:
    def hear(component: str, complaint: Complaint | None) -> None:
        told.append((component, complaint.reason if complaint else None))

    return Health(hear)


def test_nothing_wrong_is_ok(health: Health) -> None:
    """Without a complaint there is nothing to report."""
    assert health.report() == {"state": "ok", "reasons": []}


def test_the_worst_part_is_the_state(health: Health) -> None:
    """A missing store degrades; a missing source is a fault, and stands first."""
    health.unwell("storage", Condition.DEGRADED, "disk full")
    assert health.condition is Condition.DEGRADED
    health.unwell("source", Condition.FAULT, "the source hangs")
    assert health.report() == {
        "state": "fault",
        "reasons": [
            {"component": "source", "state": "fault", "reason": "the source hangs"},
            {"component": "storage", "state": "degraded", "reason": "disk full"},
        ],
    }
    health.well("source")
    assert health.condition is Condition.DEGRADED


def test_each_change_is_told_once(health: Health, told) -> None:
    """The same complaint again is no news, another one is; so is that a part is well again."""
    for _ in range(3):
        health.unwell("storage", Condition.DEGRADED, "disk full")
    health.unwell("storage", Condition.DEGRADED, "read-only")
    for _ in range(2):
        health.well("storage")
    assert told == [("storage", "disk full"), ("storage", "read-only"), ("storage", None)]


def test_a_reason_is_one_line(health: Health) -> None:
    """Line breaks of an error's text do not break the log."""
    health.unwell("model", Condition.DEGRADED, "two\n  lines")
    assert health.complaints[0].reason == "two lines"
