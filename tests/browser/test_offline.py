"""The page needs the appliance and nothing else, and lets nothing else in."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route

PATHS = ["/", "/ecg", "/recordings/1", "/history", "/review/1", "/alarms", "/settings"]
DISCLAIMER = "not a medical device"


@pytest.fixture
def cut_off(context: BrowserContext, lived: str) -> list[str]:
    """Every request to another place than the appliance fails, and is listed."""
    strangers: list[str] = []

    def let_pass(route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(lived).netloc:
            route.continue_()
        else:
            strangers.append(route.request.url)
            route.abort("internetdisconnected")

    context.route("**/*", let_pass)
    return strangers


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_whole_without_a_network(
    page: Page, lived: str, cut_off: list[str], path: str
) -> None:
    """With nothing but the appliance in reach no request goes elsewhere and none fails."""
    page.goto(lived + path)
    page.wait_for_timeout(800)
    assert cut_off == []
    assert DISCLAIMER in page.locator("body").inner_text().lower()
    assert page.locator("h1, h2, [role=heading]").count() >= 1
    fonts = page.evaluate("() => [...document.fonts].map((font) => font.family)")
    assert fonts == []


@pytest.mark.parametrize("path", PATHS)
def test_no_page_runs_what_the_appliance_did_not_send(
    page: Page, lived: str, path: str, complaints: list[str]
) -> None:
    """A script written into the page is refused by its policy, and the browser says so."""
    answer = page.goto(lived + path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.injected = true";
          document.body.append(script);
          const text = document.createElement("b");
          text.setAttribute("onclick", "window.injected = true");
          document.body.append(text);
          text.click();
        }"""
    )
    assert page.evaluate("() => window.injected") is None
    assert len(complaints) == 2 and all("Content Security Policy" in c for c in complaints)
    complaints.clear()


def test_pages_can_be_left_and_come_back_to(page: Page, lived: str) -> None:
    """After a walk through every page the live trace still moves."""
    for path in [*PATHS, "/"]:
        page.goto(lived + path)
    page.wait_for_timeout(1500)
    pictures = [page.locator("canvas").last.screenshot()]
    page.wait_for_timeout(500)
    assert page.locator("canvas").last.screenshot() not in pictures
