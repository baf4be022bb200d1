"""Settings of this screen: each holds at once, and is still there after a reload."""

import pytest
from playwright.sync_api import Page, expect

RULER_PX = 200  # the two lines that are measured, by settings.css


def size(page: Page, selector: str) -> tuple[float, float]:
    """Width and height of an element as it is laid out, in CSS pixels."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["width"], box["height"]


def measure(page: Page, across: str, down: str) -> None:
    page.get_by_label("Across, mm").fill(across)
    page.get_by_label("Down, mm").fill(down)
    page.get_by_role("button", name="Use what I measured").click()


def test_a_measured_screen_stays_measured(page: Page, sinus: str) -> None:
    """200 px are 40 mm across and 25 mm down: 5 and 8 px/mm, so 50 x 20 mm are 250 x 160 px."""
    page.goto(sinus + "/settings")
    assert size(page, ".ruler-across .bar")[0] == pytest.approx(RULER_PX, abs=0.5)
    assert size(page, ".ruler-down .bar")[1] == pytest.approx(RULER_PX, abs=0.5)
    measure(page, "40", "25,0")
    for _ in range(2):
        expect(page.locator("#geometry")).to_contain_text(
            "5.00 \N{MULTIPLICATION SIGN} 8.00 pixels per mm"
        )
        assert size(page, "#sample") == pytest.approx((250, 160), abs=1)
        expect(page.get_by_label("Screen", exact=True)).to_have_value("ruler")
        page.reload()


def test_a_length_that_cannot_be_is_refused_in_words(page: Page, sinus: str) -> None:
    """Nothing changes, and the field that is wrong is marked."""
    page.goto(sinus + "/settings")
    before = page.locator("#geometry").inner_text()
    measure(page, "40", "nothing")
    expect(page.get_by_role("alert").filter(has_text="mm")).to_contain_text("between 5 and 200")
    expect(page.get_by_label("Down, mm")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Across, mm")).to_have_attribute("aria-invalid", "false")
    expect(page.locator("#geometry")).to_have_text(before)


def test_the_theme_stays_and_holds_on_other_pages(page: Page, sinus: str) -> None:
    page.goto(sinus + "/settings")
    expect(page.locator("html")).to_have_attribute("data-theme", "night")
    page.get_by_role("radio", name="Paper").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "paper")
    page.reload()
    expect(page.get_by_role("radio", name="Paper")).to_be_checked()
    page.goto(sinus + "/history")
    expect(page.locator("html")).to_have_attribute("data-theme", "paper")


def test_the_sound_stays_on(page: Page, sinus: str) -> None:
    """It is off until it is turned on."""
    page.goto(sinus + "/settings")
    sound = page.get_by_role("checkbox", name="Sound alarms")
    expect(sound).not_to_be_checked()
    sound.check()
    page.reload()
    expect(sound).to_be_checked()
