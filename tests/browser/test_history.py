"""The history: what was kept is found, pinned, noted, charted, saved as a file, deleted."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

PVC_SCENARIO = """
title = "A PVC after every three beats"
[[rhythm]]
kind = "sinus"
duration_s = 900
rate_bpm = 70
pattern = "NNNV"
"""
RATE_BPM = 72


def recordings(page: Page, address: str) -> list:
    return page.request.get(address + "/api/v1/recordings").json()["recordings"]


def take(page: Page, here, seconds: int = 10, count: int = 1) -> None:
    """An ECG, taken by the API; there are then so many."""
    page.request.post(here.page + "/api/v1/recordings", data={"seconds": seconds})
    here.until(lambda: len(recordings(page, here.page)) == count, "an ECG")


@pytest.fixture
def kept(page: Page, appliance) -> str:
    """An appliance with one ECG of a healthy heart, eight times as fast as life."""
    here = appliance("--source", "synthetic:sinus", "--speed", "8")
    take(page, here)
    return here.page


@pytest.mark.slow
def test_pin_and_note_outlast_the_page(page: Page, kept: str) -> None:
    """What is pinned and noted in the list stands so on the ECG's own page, and after a reload."""
    page.goto(kept + "/history")
    entry = page.locator(".entry")
    entry.get_by_role("button", name="Pin").click()
    expect(entry.get_by_role("button", name="Pinned")).to_have_attribute("aria-pressed", "true")
    entry.get_by_role("button", name="More").click()
    entry.get_by_role("textbox", name="Note").fill("after the stairs")
    entry.get_by_role("button", name="Save note").click()
    expect(entry.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.locator(".entry .noted")).to_have_text("after the stairs")
    page.locator(".entry .open").click()
    expect(page.get_by_role("button", name="Pinned")).to_be_visible()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("after the stairs")


@pytest.mark.slow
def test_deleting_asks_first_and_says_what_is_lost(page: Page, kept: str) -> None:
    """Escape keeps it; the dialog holds the focus; the red button deletes it for good."""
    page.goto(kept + "/history")
    entry = page.locator(".entry")
    entry.get_by_role("button", name="More").click()
    entry.get_by_role("button", name="Delete …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Nothing can bring it back")
    for _ in range(5):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "() => ['BODY', 'DIALOG'].includes(document.activeElement.tagName)"
            "|| document.activeElement.closest('dialog') !== null"
        )
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(entry).to_have_count(1)
    entry.get_by_role("button", name="Delete …").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator("#empty")).to_contain_text("No ECG has been taken yet")
    assert recordings(page, kept) == []


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [(800, 480)])
def test_a_search_by_label_finds_who_has_such_beats(
    page: Page, appliance, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of two hearts one has ventricular beats: only its ECG is found by them."""
    folder = tmp_path_factory.mktemp("two")
    first = appliance("--source", "synthetic:sinus", "--speed", "8", folder=folder)
    take(page, first)
    first.stop()
    scenario = tmp_path / "pvc.toml"
    scenario.write_text(PVC_SCENARIO)
    second = appliance("--source", f"synthetic:{scenario}", "--speed", "8", folder=folder)
    take(page, second, seconds=30, count=2)
    page.goto(second.page + "/history")
    expect(page.locator(".entry")).to_have_count(2)
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("With beats").select_option("V")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator(".entry .figures")).to_contain_text("premature ventricular beats")
    assert "symbol=V" in page.url
    page.get_by_role("searchbox").fill("no such words anywhere")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#empty")).to_contain_text("No recording fits the search")
    page.get_by_role("link", name="Clear the search").click()
    expect(page.locator(".entry")).to_have_count(2)


@pytest.mark.slow
def test_a_search_by_day_finds_nothing_before_there_was_anything(page: Page, kept: str) -> None:
    """Nothing was kept up to a day in the last century; all is from today on."""
    page.goto(kept + "/history?to=1999-12-31")
    expect(page.locator("#empty")).to_contain_text("No recording fits the search")
    page.goto(kept + "/history?from=1999-12-31")
    expect(page.locator(".entry")).to_have_count(1)


@pytest.mark.slow
def test_the_running_session_is_marked_and_saved_as_a_table(page: Page, kept: str) -> None:
    """LIVE NOW stands at the session being written; its CSV begins with its columns' names."""
    page.goto(kept + "/history?tab=sessions")
    entry = page.locator(".entry").first
    expect(entry).to_contain_text("LIVE NOW")
    entry.get_by_role("button", name="More").click()
    with page.expect_download() as saved:
        entry.get_by_role("link", name="CSV").click()
    first, second, *_ = Path(saved.value.path()).read_text().splitlines()
    assert "time" in first or "time" in second


@pytest.mark.slow
def test_a_trend_shows_the_rate_that_was_simulated(page: Page, appliance) -> None:
    """The table behind the chart says 72 bpm, and no ectopic beat, for a steady sinus rhythm."""
    here = appliance("--source", "synthetic:sinus", "--speed", "20")
    here.until(
        lambda: any(
            one["duration_s"] > 60
            for one in page.request.get(here.page + "/api/v1/sessions").json()["sessions"]
        ),
        "a minute of signal",
    )
    page.goto(here.page + "/history?tab=trends")
    expect(page.locator(".trend canvas")).to_have_count(3)
    page.get_by_text("The same as a table").click()
    rates = [text for text in page.locator("td:nth-child(2)").all_inner_texts() if text != "---"]
    assert rates and all(abs(float(text) - RATE_BPM) <= 3 for text in rates)
    ventricular = page.locator("td:nth-child(5)").all_inner_texts()
    assert {float(text) for text in ventricular if text != "---"} <= {0.0}
    drawn = page.locator(".trend canvas").first.evaluate(
        """(canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value) => value > 0);
        }"""
    )
    assert drawn


@pytest.mark.slow
def test_what_cannot_be_deleted_is_said_where_it_was_asked(
    page: Page, kept: str, complaints: list[str]
) -> None:
    """The session being written cannot be deleted: its row says so and stays."""
    page.goto(kept + "/history?tab=sessions")
    entry = page.locator(".entry").first
    entry.get_by_role("button", name="More").click()
    entry.get_by_role("button", name="Delete …").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(entry.get_by_role("alert")).to_contain_text("It was not deleted")
    expect(entry).to_be_visible()
    assert complaints and all("409" in one or "400" in one for one in complaints)
    complaints.clear()
