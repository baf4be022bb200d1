"""For those who do not see, or do not use a mouse: judged by axe-core, and by the Tab key alone."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PATHS = ["/", "/ecg", "/recordings/1", "/history", "/review/1", "/alarms", "/settings"]
SMALL_SCREENS = [(800, 480), (390, 844)]
THEMES = ["night", "paper"]
GRAVE = {"serious", "critical"}
MOST_TABS = 300

LIST_CONTROLS = """() => {
  const all = document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])");
  const look = (element) => {
    const style = getComputedStyle(element);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow,
      style.borderColor, style.backgroundColor, style.clipPath, style.transform].join("|");
  };
  window.lookOf = look;
  window.isUsable = (element) => element.isConnected && !element.disabled
    && !element.closest("[inert]") && element.checkVisibility({visibilityProperty: true})
    && element.tabIndex >= 0 && !(element.type === "radio" && !element.checked);
  window.controls = [...all].filter(window.isUsable).map((element) => ({
    element, look: look(element), reached: false, shown: false,
    called: element.outerHTML.slice(0, 120)}));
  return window.controls.length;
}"""

NOTE_FOCUS = """() => {
  const control = window.controls.find(({element}) => element === document.activeElement);
  if (!control) return document.activeElement === document.body ? "out" : "other";
  if (control.reached) return "again";
  control.reached = true;
  const frame = control.element.closest("label") ?? control.element;
  control.shown = window.lookOf(control.element) !== control.look || frame.matches(":focus-within")
    && window.lookOf(frame) !== control.look && frame !== control.element;
  return "new";
}"""

TO_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}"""

UNREACHED = """() => window.controls
  .filter(({element, reached}) => window.isUsable(element) && !reached).map(({called}) => called)"""
UNSHOWN = """() => window.controls
  .filter(({reached, shown}) => reached && !shown).map(({called}) => called)"""


@pytest.fixture
def visit(page: Page, lived: str) -> Callable[[str], Page]:
    """Open a page of the appliance, and wait until it shows something."""

    def go(path: str) -> Page:
        page.goto(lived + path)
        page.wait_for_timeout(700)  # what is live comes after the page itself
        return page

    return go


@pytest.mark.parametrize("viewport", SMALL_SCREENS, ids=str)
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_grave(visit: Callable[[str], Page], path: str) -> None:
    """No barrier that axe-core calls serious or critical, contrast included, in either theme."""
    page, found = visit(path), []
    for theme in THEMES:
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        page.wait_for_timeout(250)  # colours fade from one to the other
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in GRAVE:
                where = [node["html"][:160] for node in violation["nodes"]]
                found.append((theme, violation["id"], violation["help"], where))
    assert found == []


@pytest.mark.parametrize("path", PATHS)
def test_the_tab_key_reaches_every_control_and_shows_where_it_is(
    visit: Callable[[str], Page], path: str
) -> None:
    """From the top of the page, Tab comes to each control that can be used, and it looks so."""
    page = visit(path)
    page.evaluate(TO_THE_TOP)  # the review begins in its trace
    assert page.evaluate(LIST_CONTROLS) >= 5
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(NOTE_FOCUS) in ("again", "out"):
            break
    assert page.evaluate(UNREACHED) == []
    assert page.evaluate(UNSHOWN) == []


@pytest.mark.parametrize("viewport", SMALL_SCREENS, ids=str)
@pytest.mark.parametrize("path", PATHS)
def test_fingers_hit_what_they_aim_at(visit: Callable[[str], Page], path: str) -> None:
    """Buttons and fields are at least 48 px high and wide, or 44 where a wider label takes it."""
    small = visit(path).evaluate(
        """() => [...document.querySelectorAll("button, select, input")].filter((element) => {
          const field = element.closest("label") ?? element;
          const {width, height} = field.getBoundingClientRect();
          return element.checkVisibility({visibilityProperty: true}) && width > 0
            && (height < 44 || width < 44);
        }).map((element) => element.outerHTML.slice(0, 120))"""
    )
    assert small == []


@pytest.mark.parametrize("viewport", [*SMALL_SCREENS, (1024, 600), (1280, 800)], ids=str)
@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_wider_than_the_screen(visit: Callable[[str], Page], path: str) -> None:
    """Nothing has to be scrolled sideways."""
    widths = visit(path).evaluate(
        "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert widths[0] <= widths[1]
