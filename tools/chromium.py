"""Debian's Chromium, driven by Playwright, for the tools that need a browser."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window; an exit that says what to do where there is none."""
    program = os.environ.get("ECG_CHROMIUM") or shutil.which("chromium")
    if program is None:
        sys.exit("no Chromium: sudo apt install chromium, or set ECG_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
