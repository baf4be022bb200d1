"""The screen by the bed: what it shows of a heart, of a fault, and when the appliance is silent."""

import re
import signal
import socket
import statistics
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from ecg_device.bench.appliance import Appliance

RATE = re.compile(r"^7[0-4]$")  # of synthetic:sinus, 72 bpm
BEAT_S = 60 / 72
FIRST_RATE_MS = 15_000
PX_PER_MM = 5.0, 8.0  # across and down; no real screen's pixels, so that neither passes for both
MARGIN_PX = 35  # the calibration pulse's 7 mm, which the pen never enters

GEOMETRY = """() => localStorage.setItem("ecg-display", JSON.stringify(
  {theme: "night", preset: "ruler", measured: true, pxPerMmX: %g, pxPerMmY: %g}))"""

# Canvases are looked at through a copy: Chromium complains of a canvas that is read again and again
LOOK = """
window.pixels = (id) => {
  const from = document.getElementById(id);
  const copy = window.copy ??= document.createElement("canvas");
  [copy.width, copy.height] = [from.width, from.height];
  const context = copy.getContext("2d", {willReadFrequently: true});
  context.drawImage(from, 0, 0);
  return context.getImageData(0, 0, from.width, from.height);
};
window.rgb = (name) => {
  const hex = getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
};
// how many pixels of each column have a colour of the theme (null: any ink)
window.columns = (id, name = null) => {
  const {data, width} = pixels(id);
  const counts = new Array(width).fill(0);
  const wanted = name && rgb(name);
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] < 60) continue;
    if (wanted && wanted.some((part, k) => Math.abs(part - data[i + k]) > 12)) continue;
    counts[(i / 4) % width] += 1;
  }
  return counts;
};
window.ink = (name) => columns("trace", name).reduce((a, b) => a + b, 0);
// the newest column: the last with ink before the longest stretch without
window.penColumn = (left) => {
  const inked = columns("trace").slice(left).map(Boolean);
  let best = [0, null];
  for (let at = 0; at < inked.length; at += 1) {
    if (!inked[at]) continue;
    let empty = 0;
    while (empty < inked.length && !inked[(at + 1 + empty) % inked.length]) empty += 1;
    if (empty > best[0]) best = [empty, at];
  }
  return best[1];
};
window.followPen = async (left, ms) => {
  const begun = performance.now(), seen = [];
  while (performance.now() - begun < ms) {
    seen.push([performance.now() / 1000, penColumn(left)]);
    await new Promise((go) => setTimeout(go, 40));
  }
  return {seen, length: document.getElementById("trace").width - left};
};
"""

LISTEN = """
window.named = [];
window.sent = [];
window.EventSource = class extends EventSource {
  constructor(...given) {
    super(...given);
    this.addEventListener("batch", ({data}) => window.sent.push(...JSON.parse(data).beats));
  }
};
const named = ({detail}) => {
  const {data, width} = pixels("trace"), wanted = rgb("beat-" + detail.symbol.toLowerCase());
  let letter = 0;
  for (let y = Math.max(0, Math.round(detail.y) - 16); y <= detail.y; y += 1)
    for (let x = Math.max(0, Math.round(detail.x) - 8); x <= detail.x + 8; x += 1) {
      const i = 4 * (y * width + x);
      const like = wanted.every((part, k) => Math.abs(part - data[i + k]) < 12);
      if (like && data[i + 3] > 200) letter += 1;
    }
  window.named.push({sample: detail.sample, symbol: detail.symbol, letter});
};
addEventListener("load", () => document.getElementById("strip").addEventListener("beat", named));
"""


def look(page: Page, address: str) -> None:
    """Open the monitor on a screen of this test's own pixels, in one row of paper."""
    page.add_init_script(LOOK)
    page.goto(address)
    page.evaluate(GEOMETRY % PX_PER_MM)
    page.reload()


def moves(page: Page) -> bool:
    """Whether the pen goes on within half a second."""
    before = page.evaluate("() => penColumn(0)")
    page.wait_for_timeout(500)
    return bool(page.evaluate("() => penColumn(0)") != before)


def pace(followed: dict[str, Any]) -> float:
    """Columns a second, over the edge and on; by the median of all steps of at least a second."""
    seen, length = followed["seen"], followed["length"]
    place, path = seen[0][1], [0.0]
    for _, column in seen[1:]:
        step = (column - place + length / 2) % length - length / 2
        path.append(path[-1] + step)
        place = column
    at = [when for when, _ in seen]
    steps = [
        (path[j] - path[i]) / (at[j] - at[i])
        for i in range(len(at))
        for j in range(i + 1, len(at))
        if at[j] - at[i] >= 1.0
    ]
    return statistics.median(steps)


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [(800, 480)])
@pytest.mark.parametrize(("key", "mm_s"), [(None, 25.0), ("ArrowLeft", 12.5), ("ArrowRight", 50.0)])
def test_the_pen_goes_at_the_speed_of_paper(
    page: Page, sinus: str, key: str | None, mm_s: float
) -> None:
    """25 mm/s on a screen of 5 px/mm are 125 px/s; a key makes it half, or twice, as much."""
    look(page, sinus)
    expect(page.locator("#bpm")).to_have_text(RATE, timeout=FIRST_RATE_MS)
    if key:
        page.keyboard.press(key)
    expect(page.locator("#caption")).to_contain_text(f"{mm_s:g} mm/s")
    page.wait_for_timeout(500)
    followed = page.evaluate("([left, ms]) => followPen(left, ms)", [MARGIN_PX, 3000])
    assert pace(followed) == pytest.approx(mm_s * PX_PER_MM[0], rel=0.15)


@pytest.mark.slow
def test_a_simulated_heart_is_called_so_and_every_beat_is_named(page: Page, sinus: str) -> None:
    """The banner, 72 bpm, and for each beat sent a letter on the paper, 60/72 s apart."""
    page.add_init_script(LISTEN)
    look(page, sinus)
    expect(page.locator("#simulated")).to_be_visible()
    expect(page.locator("#simulated")).to_contain_text("SIMULATED")
    expect(page.locator("#bpm")).to_have_text(RATE, timeout=FIRST_RATE_MS)
    page.evaluate("() => { named.length = sent.length = 0; }")
    page.wait_for_timeout(6000)
    sent = page.evaluate("() => sent.map(({sample}) => sample)")
    page.wait_for_timeout(1000)
    named = page.evaluate("() => named")
    at = sorted({one["sample"] for one in named})
    assert len(sent) >= 6 and set(sent) <= set(at)
    assert {one["symbol"] for one in named} == {"N"}
    assert min(one["letter"] for one in named) >= 3  # pixels of an N that nothing softens
    apart = [(b - a) / 360 for a, b in pairwise(at)]
    assert statistics.median(apart) == pytest.approx(BEAT_S, rel=0.06)  # the breath moves it


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [(800, 480)])
@pytest.mark.parametrize(
    ("electrode", "place", "other"), [("RA", "right arm", "la"), ("LA", "left arm", "ra")]
)
def test_where_an_electrode_is_off_no_line_is_drawn(
    page: Page, appliance, heart, electrode: str, place: str, other: str
) -> None:
    """It is marked on the body and named; the rate gives way to ---; dashes stand for the line."""
    off = heart(kind="lead-off", start_s=60, electrode=electrode)
    here = appliance("--source", off, "--speed", "4")
    look(page, here.page)
    expect(page.locator("#bpm")).to_have_text(RATE, timeout=FIRST_RATE_MS)
    assert page.evaluate("() => ink('trace')") > 500
    spot = page.locator(f"[data-electrode={electrode.lower()}]")
    expect(spot).to_have_attribute("data-state", "off", timeout=FIRST_RATE_MS)
    expect(page.locator(f"[data-electrode={other}]")).to_have_attribute("data-state", "on")
    expect(page.locator("#electrodes")).to_have_text(f"{electrode} off ({place})")
    expect(page.locator("#note")).to_have_text(f"LEAD OFF: electrode {electrode}")
    expect(page.locator("#bpm")).to_have_text("---")
    page.wait_for_function("() => ink('trace') === 0", timeout=10_000)  # once all has been swept
    for _ in range(5):
        page.wait_for_timeout(300)
        assert page.evaluate("() => [ink('trace'), ink('trace-weak')]") == [0, 0]
    assert page.evaluate("() => ink('trace-none')") > 300
    expect(page.locator("#bpm")).to_have_text("---")


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [(800, 480)])
@pytest.mark.parametrize("shown_as", ["nan", "gap"])
def test_lost_samples_leave_a_hatched_hole_as_long_as_they_were(
    page: Page, appliance, heart, shown_as: str
) -> None:
    """Two seconds lost are 50 mm, 250 px here, of hatching; no line leads across."""
    lost = heart(kind="dropout", start_s=12, duration_s=2, share=1.0, shown_as=shown_as)
    here = appliance("--source", lost)
    look(page, here.page)
    expect(page.locator("#bpm")).to_have_text(RATE, timeout=FIRST_RATE_MS)
    filled = "() => columns('trace', 'trace-none').filter(Boolean).length > 200"
    page.wait_for_function(filled, polling=100)
    page.wait_for_timeout(600)  # the pen has gone on
    none, line, weak = page.evaluate(
        "() => ['trace-none', 'trace', 'trace-weak'].map((name) => columns('trace', name))"
    )
    hatched = [x for x, count in enumerate(none) if count]
    wide = (hatched[-1] - hatched[0]) % len(none) + 1
    if wide > len(none) / 2:  # it lies over the edge
        wide = len(hatched)
    assert wide == pytest.approx(2 * 25 * PX_PER_MM[0], abs=25)
    inside = [x for x in hatched if x - 6 in hatched and x + 6 in hatched]
    assert sum(none[x] >= 5 for x in inside) > 200  # hatching: a dash is two pixels high
    assert sum(line[x] + weak[x] for x in inside) == 0


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [(800, 480)])
def test_the_page_finds_an_appliance_that_was_killed_and_started_again(
    page: Page, appliance, complaints: list[str], tmp_path: Path
) -> None:
    """Nobody touches the page: STALE while it is gone, then a moving trace and a rate again."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with Appliance(tmp_path, ["--source", "synthetic:sinus", "--port", port]) as first:
        look(page, first.page)
        expect(page.locator("#bpm")).to_have_text(RATE, timeout=FIRST_RATE_MS)
        first.kill()
        expect(page.locator("#stale")).to_be_visible(timeout=4_000)
    appliance("--source", "synthetic:sinus", "--port", port, folder=tmp_path)
    expect(page.locator("#stale")).to_be_hidden(timeout=20_000)
    expect(page.locator("#bpm")).to_have_text(RATE, timeout=FIRST_RATE_MS)
    expect(page.locator("#problem")).to_be_hidden()
    assert moves(page)
    assert all("/api/v1/live" in one or "net::ERR_" in one for one in complaints)
    complaints.clear()


@pytest.mark.slow
def test_a_page_too_many_is_told_so_and_let_in_when_one_goes(
    page: Page, context: BrowserContext, appliance, tmp_path: Path
) -> None:
    """Of one seat: the second page says so in words, and shows the trace once the first is gone."""
    settings = tmp_path / "config.toml"
    settings.write_text("viewers = 1\n")
    here = appliance("--source", "synthetic:sinus", ECG_DEVICE_CONFIG=str(settings))
    page.goto(here.page)
    expect(page.locator("#simulated")).to_be_visible()
    second = context.new_page()
    second.add_init_script(LOOK)
    second.goto(here.page)
    expect(second.locator("#problem")).to_contain_text("at most 1 live page")
    expect(second.locator("#problem")).to_contain_text("close")
    expect(second.locator("#bpm")).to_have_text("---")
    page.close()
    expect(second.locator("#problem")).to_be_hidden(timeout=15_000)
    expect(second.locator("#bpm")).to_have_text(RATE, timeout=FIRST_RATE_MS)
    assert moves(second)
    second.close()


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [(800, 480)])
def test_space_freezes_the_picture_and_lets_it_go_on(page: Page, sinus: str) -> None:
    """Frozen, not a pixel changes, the page says so, and the numbers beside it go on."""
    look(page, sinus)
    expect(page.locator("#bpm")).to_have_text(RATE, timeout=FIRST_RATE_MS)
    assert moves(page)
    page.keyboard.press("Space")
    expect(page.locator("#frozen")).to_be_visible()
    expect(page.locator("#freeze")).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(100)
    before = page.evaluate("() => pixels('trace').data.join()")
    page.wait_for_timeout(1200)
    assert page.evaluate("() => pixels('trace').data.join()") == before
    expect(page.locator("#stale")).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.locator("#frozen")).to_be_hidden()
    assert moves(page)


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [(800, 480)])
def test_keys_change_the_gain_by_one_step(page: Page, sinus: str) -> None:
    """Twice the gain makes R waves twice as high; the caption says which gain it is."""
    look(page, sinus)
    expect(page.locator("#bpm")).to_have_text(RATE, timeout=FIRST_RATE_MS)
    heights = []
    for key, gain in (("-", 5), ("-", 2.5), ("+", 5)):
        page.keyboard.press(key)
        expect(page.locator("#caption")).to_contain_text(f"{gain:g} mm/mV")
        expect(page.locator("#gain option:checked")).to_have_text(f"{gain:g} mm/mV")
        heights.append(page.evaluate(HEIGHT))
    assert heights[0] / heights[1] == pytest.approx(2, rel=0.15)
    assert heights[2] == pytest.approx(heights[0], abs=3)


HEIGHT = """() => {
  const {data, width} = pixels("trace"), wanted = rgb("trace"), rows = [];
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3] > 60 && wanted.every((part, k) => Math.abs(part - data[i + k]) < 12))
      rows.push(Math.floor(i / 4 / width));
  return Math.max(...new Set(rows)) - Math.min(...new Set(rows));
}"""

GRID = """(name) => {
  const {data, width, height} = pixels("paper"), wanted = rgb(name);
  const is = (x, y) => wanted.every((part, k) => part === data[4 * (y * width + x) + k]);
  const span = (n) => Array.from({length: n}, (_, i) => i);
  const most = (n, there) => span(n).filter(there).length > 0.4 * n;
  const across = span(width).filter((x) => most(height, (y) => is(x, y)));
  const down = span(height).filter((y) => most(width, (x) => is(x, y)));
  return {across, down};
}"""


@pytest.mark.parametrize("viewport", [(800, 480)])
def test_a_millimetre_of_paper_is_so_many_pixels(page: Page, sinus: str) -> None:
    """At 5 x 8 px/mm strong lines lie 25 and 40 px apart, fine ones four between them."""
    look(page, sinus)
    across, down = PX_PER_MM
    for name, mm in (("paper-bold", 5), ("paper-fine", 1)):
        lines = page.evaluate(GRID, name)
        for places, px in ((lines["across"], across), (lines["down"], down)):
            steps = {b - a for a, b in pairwise(places)}
            whole = {round(mm * px)} if mm == 5 else {round(px), round(2 * px)}
            assert len(places) >= 4 and steps <= whole


@pytest.mark.parametrize("locale", ["de-DE"])
def test_decimals_are_written_as_the_reader_writes_them(page: Page, sinus: str) -> None:
    page.goto(sinus)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#caption")).to_contain_text("12,5 mm/s")
    expect(page.locator("#speed option:checked")).to_have_text("12,5 mm/s")


@pytest.mark.slow
def test_silence_takes_every_number_away(page: Page, appliance) -> None:
    """Stopped, the appliance leaves STALE and "---"; going on, it gets its 72 bpm back."""
    here = appliance("--source", "synthetic:sinus")
    page.goto(here.page)
    rate = page.locator("#bpm")
    expect(rate).to_have_text(RATE, timeout=FIRST_RATE_MS)
    here.process.send_signal(signal.SIGSTOP)
    try:
        expect(page.locator("#stale")).to_be_visible(timeout=3_000)
        for name in ("#bpm", "#pvc", "#af"):
            expect(page.locator(name)).to_have_text("---")
    finally:
        here.process.send_signal(signal.SIGCONT)
    expect(page.locator("#stale")).to_be_hidden()
    expect(rate).to_have_text(RATE, timeout=FIRST_RATE_MS)
