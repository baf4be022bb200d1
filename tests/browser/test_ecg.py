"""Taking an ECG on the page: contact, countdown, result, and what is said where there is none."""

import re
import signal

import pytest
from playwright.sync_api import Page, expect

RATE_BPM = 72  # of synthetic:sinus, by its scenario
TAKEN_WITHIN_MS = 25_000


def kept_s(page: Page, address: str) -> float:
    """How much of the running session is kept."""
    (session,) = page.request.get(address + "/api/v1/sessions?limit=1").json()["sessions"]
    return float(session["duration_s"])


def length_button(page: Page, seconds: int):
    return page.get_by_role("button", name=f"{seconds} seconds")


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [(800, 480)])
def test_an_ecg_of_ten_seconds_tells_the_rate_that_was_simulated(page: Page, appliance) -> None:
    """72 bpm for 10 s are 12 intervals: the card says 72 bpm, some 12 normal beats, SIMULATED."""
    here = appliance("--source", "synthetic:sinus")
    page.goto(here.page + "/ecg")
    expect(page.get_by_text("Contact is good")).to_be_visible(timeout=15_000)
    length_button(page, 10).click()
    expect(page.get_by_role("heading", name="Recording")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.wait_for_url("**/recordings/*", timeout=TAKEN_WITHIN_MS)
    rate = page.locator(".figure", has_text="Heart rate").locator("b")
    assert abs(int(rate.inner_text()) - RATE_BPM) <= 2
    counted = page.locator(".beats li", has_text="normal beats").locator("b")
    assert 10 <= int(counted.inner_text()) <= 13
    expect(page.locator(".recording .simulated-badge")).to_be_visible()
    expect(page.locator(".strip .row")).to_have_count(1)
    letters = page.locator(".strip .beat").all_text_contents()
    assert len([one for one in letters if one.startswith("N")]) == int(counted.inner_text())
    page.goto(here.page + "/history")
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator(".entry .figures")).to_contain_text(re.compile(r"7[0-4]\s*bpm"))


@pytest.mark.slow
def test_an_electrode_that_is_off_is_named_with_what_to_do(page: Page, appliance, heart) -> None:
    """Without the electrode LA no recording begins, and the page says which one to press on."""
    here = appliance("--source", heart(kind="lead-off", electrode="LA", start_s=0), "--speed", "4")
    page.goto(here.page + "/ecg")
    expect(page.locator("#contact-words")).to_contain_text("electrode LA")
    expect(page.locator("#contact-words")).to_contain_text("left arm")
    expect(page.locator("[data-electrode=la]")).to_have_attribute("data-state", "off")
    expect(page.locator("[data-electrode=ra]")).to_have_attribute("data-state", "on")
    length_button(page, 30).click()
    expect(page.get_by_role("heading", name="Checking contact")).to_be_visible()
    expect(page.locator("#now-words")).to_contain_text("LA off")
    expect(page.get_by_role("heading", name="No ECG was taken")).to_be_visible(timeout=15_000)
    expect(page.locator("#failed")).to_contain_text("LA")
    page.get_by_role("button", name="Choose anew").click()
    expect(length_button(page, 10)).to_be_visible()


@pytest.mark.slow
def test_an_electrode_lost_on_the_way_makes_it_inconclusive(page: Page, appliance, heart) -> None:
    """RA off from second 60 on: an ECG that began before and reaches far past it says so."""
    here = appliance("--source", heart(kind="lead-off", electrode="RA", start_s=60), "--speed", "5")
    page.goto(here.page + "/ecg")
    expect(page.get_by_text("Contact is good")).to_be_visible(timeout=15_000)
    here.until(lambda: kept_s(page, here.page) > 40, "40 s of signal")  # 20 s before RA comes off
    length_button(page, 30).click()
    expect(page.locator("#now-words")).to_contain_text("RA off", timeout=15_000)
    expect(page.locator("#now-advice")).to_contain_text("right arm")
    page.wait_for_url("**/recordings/*", timeout=TAKEN_WITHIN_MS)
    verdict = page.locator(".verdict")
    expect(verdict.get_by_role("heading")).to_have_text("Inconclusive")
    expect(verdict).to_contain_text("electrode RA off")
    expect(verdict).to_contain_text("What to do")
    expect(page.locator(".strip .gap text").first).to_contain_text("No signal")


@pytest.mark.slow
def test_a_cancelled_ecg_is_not_kept(page: Page, appliance) -> None:
    """After Cancel the page offers a new one, and the history stays empty and says how to begin."""
    here = appliance("--source", "synthetic:sinus")
    page.goto(here.page + "/ecg")
    expect(page.get_by_text("Contact is good")).to_be_visible(timeout=15_000)
    page.keyboard.press("Tab")
    length_button(page, 30).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recording")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(length_button(page, 30)).to_be_visible()
    page.goto(here.page + "/history")
    expect(page.locator("#empty")).to_contain_text("No ECG has been taken yet")
    page.locator("#empty").get_by_role("link", name="Take an ECG").click()
    page.wait_for_url("**/ecg")


@pytest.mark.slow
def test_a_silent_appliance_takes_no_ecg(page: Page, appliance) -> None:
    """Within two seconds of silence the page says STALE and its buttons cannot be pressed."""
    here = appliance("--source", "synthetic:sinus")
    page.goto(here.page + "/ecg")
    expect(page.get_by_text("Contact is good")).to_be_visible(timeout=15_000)
    here.process.send_signal(signal.SIGSTOP)
    try:
        expect(page.locator("#stale")).to_be_visible(timeout=3_000)
        expect(length_button(page, 10)).to_be_disabled()
        expect(page.locator("#contact-words")).to_contain_text("no ECG can be taken now")
    finally:
        here.process.send_signal(signal.SIGCONT)
    expect(page.locator("#stale")).to_be_hidden()
    expect(length_button(page, 10)).to_be_enabled()


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [(1280, 800)])
def test_the_printed_strip_has_real_millimetres(page: Page, lived: str) -> None:
    """Ten seconds at 25 mm/s are 250 mm, and the margin with the pulse 15 mm: 265 mm on paper."""
    page.goto(lived + "/recordings/1")
    expect(page.locator(".strip .row")).to_have_count(1)
    page.emulate_media(media="print")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    width_px = page.locator(".strip .row").first.evaluate(
        "(row) => row.getBoundingClientRect().width"
    )
    assert abs(width_px / 96 * 25.4 - 265) < 0.5
    assert page.locator(".top").is_hidden()
