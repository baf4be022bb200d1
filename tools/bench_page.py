"""The page in a real browser: what the sweep takes, how soon labels and a day's review are there.

CPU is that of Chromium's renderer and GPU processes, as Linux counts it; frames are those that the
page was asked to draw. A label's delay begins when its R peak was taken and ends with the frame
that shows it. The review is asked as the page asks: the whole day, then less of it, anywhere.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from chromium import chromium
from playwright.sync_api import Browser, Page

from ecg_device.bench import load
from ecg_device.bench.appliance import Appliance
from ecg_device.bench.figures import Spread, spread
from ecg_device.bench.processes import family, usage

SCREENS = [(800, 480), (1280, 800)]
MOST_PERCENT, MOST_REVIEW_MS, MOST_LABEL_MS = 30.0, 200.0, 750.0
DRAWING = ("--type=renderer", "--type=gpu-process")
SETTLE_S = 5.0
STRETCHES_S = (86_400, 21_600, 3_600, 600, 60, 10)
ASKED = 100
BINS = 1280

COUNT_FRAMES = """(ms) => new Promise((resolve) => {
  const begun = performance.now(); let frames = 0;
  const count = (now) => {
    frames += 1;
    if (now - begun < ms) requestAnimationFrame(count); else resolve(1000 * frames / (now - begun));
  };
  requestAnimationFrame(count);
})"""

LISTEN = """
window.labelDelays = [];
const recent = [];
window.EventSource = class extends EventSource {
  constructor(...given) {
    super(...given);
    this.addEventListener("batch", ({data}) => {
      recent.push(JSON.parse(data));
      if (recent.length > 60) recent.shift();
    });
  }
};
const known = new Set();
const shown = ({detail: {sample}}) => {
  const held = recent.find(({start, uv}) => start <= sample && sample < start + uv.length);
  if (!held || known.has(sample)) return;
  known.add(sample);
  const taken = held.taken_ms - 1000 * (held.start + held.uv.length - 1 - sample) / held.rate_hz;
  requestAnimationFrame(() => window.labelDelays.push(Date.now() - taken));
};
addEventListener("load", () => document.getElementById("strip").addEventListener("beat", shown));
"""


def main() -> int:
    """Print a row for each figure; 1 if one misses its goal."""
    parser = argparse.ArgumentParser(prog="tools/bench-page", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="for each screen")
    parser.add_argument("--hours", type=float, default=24.0, help="of signal to review")
    arguments = parser.parse_args()
    print("| page | measured | goal |\n|---|---:|---:|")
    reached = []
    with tempfile.TemporaryDirectory() as folder:
        load.record_hours(Path(folder), arguments.hours, "synthetic:demo")
        with Appliance(Path(folder), ["--source", "synthetic:sinus"]) as appliance:
            reached.append(_review(appliance.page, arguments.hours))
            with chromium() as browser:
                seconds = arguments.seconds
                reached += [_sweep(browser, appliance.page, screen, seconds) for screen in SCREENS]
    return int(not all(reached))


def _sweep(browser: Browser, address: str, screen: tuple[int, int], seconds: float) -> bool:
    page = browser.new_page(viewport={"width": screen[0], "height": screen[1]})
    page.add_init_script(LISTEN)
    page.goto(address)
    page.wait_for_timeout(1000 * SETTLE_S)
    percent, frames = _watched(page, seconds)
    delays = spread(page.evaluate("() => window.labelDelays.slice(10)"))  # not those of history
    page.close()
    size = f"{screen[0]} x {screen[1]}"
    print(f"| sweep at {size}, CPU | {percent:.1f} % of a core | < {MOST_PERCENT:g} % |")
    print(f"| sweep at {size}, frames | {frames:.1f} a second | the screen's 60 |")
    print(f"| R peak to its label at {size}, p50 / p95 / worst | {_ms(delays)} | p95 ≤ 750 ms |")
    sys.stdout.flush()
    return percent < MOST_PERCENT and delays.p95 <= MOST_LABEL_MS


def _watched(page: Page, seconds: float) -> tuple[float, float]:
    """CPU while nobody but the page asks for frames, then how many a second it could have."""
    before, begun = _drawing_s(), time.monotonic()
    page.wait_for_timeout(1000 * seconds)
    percent = 100.0 * (_drawing_s() - before) / (time.monotonic() - begun)
    return percent, page.evaluate(COUNT_FRAMES, 3000)


def _drawing_s() -> float:
    """CPU seconds of the processes that draw, of all browsers that descend from this process."""
    return sum(each.cpu_s for each in usage(family(_own_pid())) if _draws(each.pid))


def _draws(pid: int) -> bool:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    return any(kind in words for kind in DRAWING)


def _own_pid() -> int:
    return int(Path("/proc/self").readlink().name)


def _review(page: str, hours: float) -> bool:
    chance = random.Random(24)
    sessions: list[dict[str, Any]] = json.loads(load.get(page, "/api/v1/sessions?limit=100"))[
        "sessions"
    ]
    longest = max(sessions, key=lambda session: session["duration_s"])
    first, stop, rate_hz = longest["first"], longest["stop"], longest["rate_hz"]
    reached = True
    for stretch_s in STRETCHES_S:
        length = min(stop - first, round(stretch_s * rate_hz))
        took = []
        for _ in range(ASKED):
            start = first + chance.randint(0, stop - first - length)
            asked = time.perf_counter()
            load.get(page, _signal(longest["id"], start, start + length))
            took.append(1000 * (time.perf_counter() - asked))
        answers = spread(took)
        reached &= answers.p95 <= MOST_REVIEW_MS
        print(f"| review of {hours:g} h, {stretch_s} s of it | {_ms(answers)} | p95 ≤ 200 ms |")
    return reached


def _signal(session: int, start: int, stop: int) -> str:
    return f"/api/v1/sessions/{session}/signal?from={start}&to={stop}&bins={BINS}"


def _ms(figure: Spread) -> str:
    return f"{figure.p50:.0f} / {figure.p95:.0f} / {figure.worst:.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
