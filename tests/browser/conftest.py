"""A real browser before the real appliance; whatever goes wrong in the page fails the test."""

import json
import os
import shutil
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from playwright.sync_api import Request as Asked
from playwright.sync_api import Response as Answer

from ecg_device.bench.appliance import Appliance

STOP_S = 2.0
ABANDONED = "net::ERR_ABORTED"  # a page that is left gives up its stream
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # there is no other machine
]

CHOOSE_THEME = """
if (location.protocol === "http:" && !localStorage.getItem("ecg-display"))
  localStorage.setItem("ecg-display", JSON.stringify(%s));
"""

STEADY = """
title = "Sinus rhythm, 72 bpm, as long as the tests may last"
[[rhythm]]
kind = "sinus"
duration_s = 7200
rate_bpm = 72
"""

Start = Callable[..., Appliance]
Heart = Callable[..., str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder needs a browser, and says so."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program, or a skip that says how to get it."""
    named = os.environ.get("ECG_CHROMIUM") or shutil.which("chromium")
    if named is None or not Path(named).exists():
        pytest.skip(f"no Chromium ({named}): sudo apt install chromium, or set ECG_CHROMIUM")
    return Path(named)


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def appliance(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """`appliance("--source", "synthetic:sinus")` starts the daemon; `.page` is its address.

    Its page listens when this returns. At the test's end it must stop within 2 s of SIGTERM with
    status 0 and nothing on stderr. Words are options of `ecg-device run`; `folder=` keeps the data
    of an earlier one; other keywords are environment variables.
    """
    started: list[Appliance] = []

    def start(*options: str, folder: Path | None = None, **environment: str) -> Appliance:
        folder = folder or tmp_path_factory.mktemp("appliance")
        started.append(Appliance(folder, options, environment=environment))
        assert started[-1].page
        return started[-1]

    with ending(started):
        yield start


@pytest.fixture(scope="session")
def heart(tmp_path_factory: pytest.TempPathFactory) -> Heart:
    """`heart()` is a source of 72 bpm for two hours; words are those of one fault laid over it.

    As in `heart(kind="lead-off", electrode="LA", start_s=60)`: see demo.toml for all there are.
    """

    def source(**fault: object) -> str:
        lines = [f"{name} = {json.dumps(value)}" for name, value in fault.items()]
        path = tmp_path_factory.mktemp("heart") / "scenario.toml"
        path.write_text("\n".join([STEADY, *(["[[fault]]"] if fault else []), *lines, ""]))
        return f"synthetic:{path}"

    return source


@pytest.fixture(scope="session")
def sinus(chromium: Path, heart: Heart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a healthy heart's page, started once for all tests that only look."""
    folder = tmp_path_factory.mktemp("sinus")
    started = [Appliance(folder, ["--source", heart()])]
    with ending(started):
        yield started[0].page


@pytest.fixture(scope="session")
def lived(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an appliance with a past: minutes of a varied heart and a recording, id 1."""
    folder = tmp_path_factory.mktemp("lived")
    with ExitStack() as before:
        appliance = before.enter_context(Appliance(folder, ["--speed", "20"]))
        ask(appliance.page, "/api/v1/recordings", {"seconds": 10})
        appliance.until(lambda: ask(appliance.page, "/api/v1/recordings")["recordings"], "an ECG")
        time.sleep(5.0)
        appliance.stop()
    started = [Appliance(folder)]
    with ending(started):
        yield started[0].page


def ask(page: str, path: str, body: object = None) -> Any:
    """What the API answers; with a body, it is posted."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(page + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.load(answer)


@contextmanager
def ending(started: list[Appliance]) -> Iterator[None]:
    """End them as a service manager does, and hold them to what they promise then."""
    with ExitStack() as none_left:
        yield
        for each in started:
            none_left.enter_context(each)
        for each in started:
            if each.process.poll() is None:
                assert each.stop() <= STOP_S
            assert (each.process.returncode, each.complaints) == (0, "")


@pytest.fixture
def viewport() -> tuple[int, int]:
    """Width and height; a test chooses others by `@pytest.mark.parametrize("viewport", ...)`."""
    return 1280, 800


@pytest.fixture
def theme() -> str:
    """`night` or `paper`, as somebody once chose it; parametrized like `viewport`."""
    return "night"


@pytest.fixture
def locale() -> str:
    """The reader's language and country; parametrized like `viewport`."""
    return "en-GB"


@pytest.fixture
def complaints() -> list[str]:
    """What went wrong in the page; a test that provokes it looks, and clears the list."""
    return []


@pytest.fixture
def context(
    browser: Browser, viewport: tuple[int, int], theme: str, locale: str
) -> Iterator[BrowserContext]:
    """A browser's window with nothing remembered, in the size and theme of the test."""
    width, height = viewport
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=width < 1280,
        locale=locale,
    )
    context.set_default_timeout(10_000)
    context.add_init_script(CHOOSE_THEME % json.dumps({"theme": theme}))
    yield context
    context.close()


@pytest.fixture
def page(appliance: Start, context: BrowserContext, complaints: list[str]) -> Iterator[Page]:
    """An empty tab. Console errors, exceptions, failed and foreign requests fail the test.

    It is closed before any appliance stops, so that no stream breaks in its sight.
    """
    page = context.new_page()
    listen(page, complaints)
    yield page
    page.close()
    assert complaints == []


def listen(page: Page, complaints: list[str]) -> None:
    """Write down whatever goes wrong in a page."""

    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"console {message.type}: {message.text}")

    def failed(asked: Asked) -> None:
        if asked.failure != ABANDONED:
            complaints.append(f"failed: {asked.url}: {asked.failure}")

    def answered(answer: Answer) -> None:
        if answer.status >= 400:
            complaints.append(f"status {answer.status}: {answer.url}")

    def asking(asked: Asked) -> None:
        target = urlsplit(asked.url)
        if target.scheme not in ("data", "blob") and target.hostname not in ("127.0.0.1", "::1"):
            complaints.append(f"foreign request: {asked.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(f"exception: {error}"))
    page.on("requestfailed", failed)
    page.on("response", answered)
    page.on("request", asking)
