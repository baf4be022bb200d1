"""Takes the READMEs' pictures of an appliance with a past, on a bedside screen and on a desktop."""

import json
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from chromium import chromium
from playwright.sync_api import Browser

from ecg_device.bench.appliance import Appliance

SCREENS = {"small": (800, 480), "large": (1280, 800)}
PAGES = {
    "ecg": "/ecg",
    "recording": "/recordings/1",
    "history": "/history",
    "review": "/review/1",
    "alarms": "/alarms",
    "settings": "/settings",
    "monitor": "/",  # last: by then the rhythm is known
}
PAST = ["--source", "synthetic:demo", "--speed", "30"]
PAST_S = 30.0
SWEEP_S = 9.0  # until the screen is full
MOST_BYTES = 350_000


def main(target: Path) -> int:
    """A PNG for each page and screen; 1 if one is too large for a repository."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        with Appliance(Path(folder), PAST) as past:
            _take_an_ecg(past)
            time.sleep(PAST_S)
            past.stop()
        with (
            Appliance(Path(folder), ["--source", "synthetic:ectopy"]) as now,
            chromium() as browser,
        ):
            for name, path in PAGES.items():
                for screen in SCREENS:
                    _picture(browser, now.page + path, target / f"{name}-{screen}.png", screen)
    large = [picture.name for picture in target.iterdir() if picture.stat().st_size > MOST_BYTES]
    if large:
        print(f"more than {MOST_BYTES} bytes: {' '.join(large)}", file=sys.stderr)
    return int(bool(large))


def _take_an_ecg(appliance: Appliance) -> None:
    recordings = appliance.page + "/api/v1/recordings"
    body, head = json.dumps({"seconds": 30}).encode(), {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(recordings, body, head)).close()


def _picture(browser: Browser, address: str, target: Path, screen: str) -> None:
    width, height = SCREENS[screen]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(address)
    page.wait_for_timeout(1000 * SWEEP_S if address.count("/") == 3 else 2000)
    page.screenshot(path=target)
    page.close()
    print(f"{target.name}: {target.stat().st_size // 1000} kB")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
