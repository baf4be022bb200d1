"""The alarms page: limits that hold at once, refusals in words, what has been."""

import re

import pytest
from playwright.sync_api import Page, expect

FIRST_RATE_MS = 15_000


def limit(page: Page, name: str):
    return page.locator(f"[data-limit={name}]")


@pytest.mark.slow
def test_a_limit_below_the_rate_raises_an_alarm_on_the_monitor(page: Page, appliance) -> None:
    """72 bpm above a limit of 60: the alarm stands on both pages, is acknowledged, is logged."""
    here = appliance("--source", "synthetic:sinus")
    page.goto(here.page + "/alarms")
    expect(page.locator("#none")).to_be_visible(timeout=FIRST_RATE_MS)
    page.get_by_label("Heart rate above", exact=True).fill("60")
    page.get_by_role("button", name="Save limits").click()
    expect(page.get_by_text("Saved. The new limits hold now.")).to_be_visible()
    raised = page.locator("#active .alarm", has_text=re.compile(r"7\d > 60"))
    expect(raised).to_be_visible(timeout=FIRST_RATE_MS)
    expect(raised.locator(".priority")).to_have_text("** medium")
    page.goto(here.page + "/")
    expect(page.locator("#alarm-list")).to_contain_text("> 60")
    page.goto(here.page + "/alarms")
    expect(page.locator("#log .past")).to_contain_text("> 60")
    page.locator("#active").get_by_role("button", name="Acknowledge").click()
    expect(page.locator("#active .alarm")).to_have_attribute("data-acknowledged", "true")
    expect(page.get_by_role("button", name="Acknowledge all")).to_be_disabled()


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [(800, 480)])
def test_a_limit_out_of_range_is_refused_beside_its_field(
    page: Page, appliance, complaints: list[str]
) -> None:
    """The refusal says what is possible, the field is marked, and nothing has changed."""
    here = appliance("--source", "synthetic:sinus")
    page.goto(here.page + "/alarms")
    high = limit(page, "rate_high_bpm")
    field = high.get_by_role("spinbutton")
    before = field.input_value()
    field.fill("999")
    page.get_by_role("button", name="Save limits").click()
    expect(high.get_by_role("alert")).to_contain_text("250")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(field).to_have_value(before)
    assert complaints and all("400" in one for one in complaints)
    complaints.clear()


def test_asystole_cannot_be_switched_off(page: Page, sinus: str) -> None:
    """Other limits have a switch; that of asystole has none, and says why."""
    page.goto(sinus + "/alarms")
    expect(limit(page, "pause_s").get_by_role("checkbox")).to_be_visible()
    asystole = limit(page, "asystole_s")
    expect(asystole.get_by_role("checkbox")).to_have_count(0)
    expect(asystole).to_contain_text("cannot be switched off")
    expect(page.get_by_text("This is not a patient monitor.")).to_be_visible()


def test_the_sound_pauses_with_a_countdown(page: Page, sinus: str) -> None:
    """Paused for two minutes the page counts down, and resumes when asked."""
    page.goto(sinus + "/alarms")
    page.get_by_role("button", name="Pause sound 2 min").click()
    expect(page.locator("#paused")).to_contain_text(re.compile(r"paused for [12]:\d\d"))
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#paused")).to_be_hidden()


@pytest.mark.slow
def test_a_limit_switched_off_stays_off(page: Page, appliance) -> None:
    """Off for PVCs in a minute: saved, and so it comes back after a reload."""
    here = appliance("--source", "synthetic:sinus")
    page.goto(here.page + "/alarms")
    pvc = limit(page, "pvc_per_min")
    pvc.get_by_role("checkbox").uncheck()
    expect(pvc.get_by_role("spinbutton")).to_be_disabled()
    page.get_by_role("button", name="Save limits").click()
    expect(page.get_by_text("Saved. The new limits hold now.")).to_be_visible()
    page.reload()
    expect(pvc.get_by_role("checkbox")).not_to_be_checked()
