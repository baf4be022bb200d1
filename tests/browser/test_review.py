"""The review of a session: where it stands, what it shows there, and what its calipers measure."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

PATIENCE_MS = 15_000
SCENARIO = """
title = "An electrode off for six seconds, then three seconds that never arrive"
[[rhythm]]
kind = "sinus"
duration_s = 900
rate_bpm = 72
[[fault]]
kind = "lead-off"
start_s = 12
duration_s = 6
electrode = "LA"
[[fault]]
kind = "dropout"
start_s = 26
duration_s = 3
share = 1.0
burst_ms = 1000
shown_as = "{shown_as}"
"""
OFF_S, LOST_S = (12.0, 18.0), (26.0, 29.0)
SETTLING_S = 3.0  # after an electrode is back
EDGE_S = 0.3  # to either side of an edge nothing is claimed

# The words of the canvas as they are drawn, and which of its columns show a trace
LOOK = """
window.drawn = [];
const clear = CanvasRenderingContext2D.prototype.clearRect;
CanvasRenderingContext2D.prototype.clearRect = function (...box) {
  if (this.canvas.id === "plot-canvas") window.drawn = [];
  return clear.apply(this, box);
};
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (words, ...place) {
  if (this.canvas.id === "plot-canvas") window.drawn.push(words);
  return write.call(this, words, ...place);
};
window.traced = () => {
  const from = document.getElementById("plot-canvas"), copy = document.createElement("canvas");
  [copy.width, copy.height] = [from.width, from.height];
  const context = copy.getContext("2d", {willReadFrequently: true});
  context.drawImage(from, 0, 0);
  const {data, width, height} = context.getImageData(0, 0, from.width, from.height);
  const hex = getComputedStyle(document.documentElement).getPropertyValue("--trace").trim();
  const wanted = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const columns = new Array(width).fill(0);
  for (let y = 62; y < height - 34; y += 1)  // between the lanes and the axis
    for (let x = 0; x < width; x += 1) {
      const i = 4 * (y * width + x);
      if (wanted.every((part, k) => Math.abs(part - data[i + k]) < 40)) columns[x] += 1;
    }
  return columns;
};
"""

STANDS = """([at, span, reach]) => {
  const query = new URLSearchParams(location.search);
  return Math.abs(Number(query.get("at")) - at) <= reach
    && Math.abs(Number(query.get("span")) - span) <= 0.002;
}"""


class Review:
    """One session's page, and the same session as the API tells of it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.session = self.ask("")
        self.rate: float = self.session["rate_hz"]
        page.add_init_script(LOOK)

    def ask(self, path: str) -> Any:
        return self.page.request.get(f"{self.address}/api/v1/sessions/1{path}").json()

    def open(self, at: float | None = None, span: float = 10.0) -> None:
        query = "" if at is None else f"?at={round(at)}&span={span:g}"
        self.page.goto(f"{self.address}/review/1{query}")
        self.rest()

    def rest(self) -> None:
        """Wait until the trace is there as finely as it can be."""
        expect(self.page.locator("#scale")).not_to_be_empty(timeout=PATIENCE_MS)
        expect(self.page.locator("#note")).to_be_hidden(timeout=PATIENCE_MS)
        self.page.wait_for_function("() => traced().some(Boolean)", timeout=PATIENCE_MS)

    def stands(self, at: float, span: float, reach: float = 1.0) -> None:
        """The address comes to say this middle (in samples) and this span (in seconds)."""
        self.page.wait_for_function(STANDS, arg=[at, span, reach], timeout=PATIENCE_MS)

    def samples(self, first: int, stop: int) -> list[float | None]:
        answer = self.ask(f"/signal?from={first}&to={stop}&bins=4096")
        assert (answer["kind"], answer["from"], answer["to"]) == ("samples", first, stop)
        return answer["uv"]

    @property
    def width(self) -> float:
        return self.page.locator("#plot").evaluate("(plot) => plot.clientWidth")

    @property
    def seconds(self) -> float:
        return (self.session["stop"] - self.session["first"]) / self.rate

    @property
    def middle(self) -> int:
        return (self.session["first"] + self.session["stop"]) // 2


@pytest.fixture
def review(page: Page, lived: str) -> Review:
    return Review(page, lived)


def drag(page: Page, x: float, y: float, dx: float) -> None:
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y, steps=4)
    page.mouse.move(x + dx, y, steps=4)
    page.mouse.up()


def middle_of(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.slow
def test_it_opens_on_the_first_ten_seconds_drawn(review: Review) -> None:
    """A line in every column, from the session's first sample on."""
    review.open()
    review.stands(review.session["first"] + 5 * review.rate, 10)
    columns = review.page.evaluate("() => traced()")
    assert sum(map(bool, columns)) > 0.98 * len(columns)


@pytest.mark.slow
def test_buttons_show_from_ten_seconds_to_all(review: Review) -> None:
    """Each span lies around what was in the middle; one longer than the session shows all of it."""
    review.open(review.middle)
    for name, seconds in [("30 s", 30.0), ("1 min", 60.0), ("10 min", 600.0), ("10 s", 10.0)]:
        review.page.get_by_role("button", name=name, exact=True).click()
        review.stands(review.middle, min(seconds, review.seconds))
    everything = review.page.get_by_role("button", name="All", exact=True)
    everything.click()
    review.stands(review.middle, review.seconds)
    expect(everything).to_have_attribute("aria-pressed", "true")


@pytest.mark.slow
def test_keys_zoom_in_and_back_out(review: Review) -> None:
    """+ shows less, - as much as before, 0 the whole session; the middle stays."""
    review.open(review.middle)
    review.page.keyboard.press("+")
    review.page.wait_for_function(
        "() => Number(new URLSearchParams(location.search).get('span')) < 9"
    )
    review.page.keyboard.press("-")
    review.stands(review.middle, 10)
    review.page.keyboard.press("0")
    review.stands(review.middle, review.seconds)


@pytest.mark.slow
def test_the_wheel_zooms_around_the_pointer(review: Review) -> None:
    """With Ctrl, what lies under the pointer stays there while less is shown."""
    review.open(review.middle)
    share = 0.25
    x, y = middle_of(review.page, "#plot")
    review.page.mouse.move(x - (0.5 - share) * review.width, y)
    review.page.keyboard.down("Control")
    review.page.mouse.wheel(0, -240)
    review.page.keyboard.up("Control")
    review.page.wait_for_function(
        "() => Number(new URLSearchParams(location.search).get('span')) < 9"
    )
    at, span = (
        float(re.search(rf"{name}=([\d.]+)", review.page.url)[1])  # type: ignore[index]
        for name in ("at", "span")
    )
    under = review.middle + (share - 0.5) * 10 * review.rate
    assert abs(at + (share - 0.5) * span * review.rate - under) <= 1.5 * 3600 / review.width


@pytest.mark.slow
def test_n_visits_every_pvc_and_p_goes_back(review: Review) -> None:
    """Those of the API in order, each in the middle where the session's ends allow it."""
    found = [beat["sample"] for beat in review.ask("/beats?symbols=V")["beats"]]
    first, stop, half = review.session["first"], review.session["stop"], 5 * review.rate
    ahead = [one for one in found if one > first + half]
    assert len(ahead) >= 3
    review.open()
    readout = review.page.locator("#readout")
    for sample in ahead:
        review.page.keyboard.press("n")
        expect(readout).to_contain_text(f"sample {sample}")
        expect(readout).to_contain_text("PVC")
        review.stands(min(max(sample, first + half), stop - half), 10)
    review.page.keyboard.press("n")
    expect(review.page.locator("#announcer")).to_contain_text("No PVC after this")
    for sample in ahead[-2:-4:-1]:
        review.page.keyboard.press("p")
        expect(readout).to_contain_text(f"sample {sample}")


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [(800, 480)])
def test_the_buttons_go_to_the_same_pvcs(review: Review) -> None:
    """Next, next, previous; before the first there is none, and that is said."""
    first, second = (beat["sample"] for beat in review.ask("/beats?symbols=V&limit=2")["beats"])
    review.open()
    readout = review.page.locator("#readout")
    for name, sample in [("Next", first), ("Next", second), ("Previous", first)]:
        review.page.get_by_role("button", name=f"{name} PVC").click()
        expect(readout).to_contain_text(f"sample {sample}")
    review.stands(first, 10)
    review.page.get_by_role("button", name="Previous PVC").click()
    expect(review.page.locator("#announcer")).to_contain_text("No PVC before this")


@pytest.mark.slow
@pytest.mark.parametrize("dx", [-200, 330])
def test_the_trace_follows_the_hand(review: Review, dx: int) -> None:
    """Dragged by so many pixels, the middle lies as many pixels' time to the other side."""
    review.open(review.middle)
    x, y = middle_of(review.page, "#plot")
    drag(review.page, x, y, dx)
    per_px = 10 * review.rate / review.width
    review.stands(review.middle - dx * per_px, 10, reach=1.5 * per_px)


@pytest.mark.slow
def test_arrow_keys_move(review: Review) -> None:
    """With Shift by a whole screen; without by less, and back; Home and End to the ends."""
    review.open(review.middle)
    keyboard, screen = review.page.keyboard, 10 * review.rate
    keyboard.press("Shift+ArrowRight")
    review.stands(review.middle + screen, 10)
    keyboard.press("ArrowLeft")
    review.page.wait_for_function(
        """([at, screen]) => {
          const now = Number(new URLSearchParams(location.search).get("at"));
          return now < at && now > at - screen;
        }""",
        arg=[review.middle + screen, screen],
    )
    keyboard.press("ArrowRight")
    review.stands(review.middle + screen, 10)
    keyboard.press("Home")
    review.stands(review.session["first"] + screen / 2, 10)
    keyboard.press("End")
    review.stands(review.session["stop"] - screen / 2, 10)


@pytest.mark.slow
def test_the_window_is_dragged_over_the_whole_session(review: Review) -> None:
    """By so many pixels of the overview, by their share of the session."""
    review.open(review.middle)
    x, y = middle_of(review.page, "#window")
    width = review.page.locator("#overview").evaluate("(strip) => strip.clientWidth")
    per_px = review.seconds * review.rate / width
    drag(review.page, x, y, width / 5)
    review.stands(review.middle + width / 5 * per_px, 10, reach=1.5 * per_px)


@pytest.mark.slow
def test_calipers_measure_what_lies_between_two_r_peaks(review: Review) -> None:
    """Dragged to two beats they rest on the peaks of the samples; ms and mV are theirs."""
    page = review.page
    beats = [one["sample"] for one in review.ask("/beats?symbols=N&limit=12")["beats"]]
    chosen = beats[5], beats[7]
    at, span = sum(chosen) / 2, 4.0
    first = round(at - span * review.rate / 2)
    uv = review.samples(first, first + round(span * review.rate))
    peaks = [max(range(one - 25, one + 26), key=lambda i: uv[i - first] or 0.0) for one in chosen]
    review.open(at, span)
    per_px = span * review.rate / review.width
    page.keyboard.press("c")
    plot = page.locator("#plot").bounding_box()
    assert plot is not None
    for name, peak in zip("ab", peaks, strict=True):
        x, y = middle_of(page, f"#handle-{name}")
        drag(page, x, y, plot["x"] + (peak - first) / per_px - x)
        rested = int(page.locator(f"#handle-{name}").get_attribute("aria-valuenow") or -1)
        assert abs(rested - peak) <= 1 + per_px
    a, b = (
        int(page.locator(f"#handle-{name}").get_attribute("aria-valuenow") or -1) for name in "ab"
    )
    expect_words(page, 1000 * (b - a) / review.rate, (uv[b - first] - uv[a - first]) / 1000)
    page.locator("#handle-b").focus()
    for _ in range(3):  # ten samples each, off the peak: now there is a voltage between them
        page.keyboard.press("Shift+ArrowLeft")
    off = (uv[b - 30 - first] - uv[a - first]) / 1000
    assert abs(off) > 0.2
    expect_words(page, 1000 * (b - 30 - a) / review.rate, off)


def expect_words(page: Page, ms: float, mv: float) -> None:
    """The canvas, and the words for those who do not see it, tell of this interval and voltage."""
    told = re.compile(r"([\d,]+) ms · ([\d.]+) /min · ([-\u2212]?[\d.]+) mV")
    page.wait_for_function(
        """(wanted) => drawn.some((words) => {
          const ms = /^([\\d,]+) ms · /.exec(words);
          return ms && Math.abs(Number(ms[1].replace(",", "")) - wanted) <= 0.51;
        })""",
        arg=ms,
    )
    [words] = [match for one in page.evaluate("() => drawn") if (match := told.search(one))]
    assert float(words[2]) == pytest.approx(60_000 / ms, abs=0.06)
    assert float(words[3].replace("\u2212", "-")) == pytest.approx(mv, abs=0.0051)
    expect(page.locator("#description")).to_contain_text(words[0])


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [(1280, 800), (800, 480)])
def test_the_list_goes_to_its_events(review: Review, viewport: tuple[int, int]) -> None:
    """A row brings its event to the middle, marked; on a small screen the list then goes away."""
    page = review.page
    half = 5 * review.rate
    events = review.ask("/events")["events"]
    first, stop = review.session["first"] + half, review.session["stop"] - half
    inside = [i for i, one in enumerate(events) if first < one["sample"] < stop]
    assert inside
    review.open()
    small = viewport[0] < 1024
    for i in inside[-1], inside[0]:
        if small:
            page.get_by_role("button", name="Events", exact=True).click()
        page.locator(".event-row").nth(i).click()
        review.stands(events[i]["sample"], 10)
        words = events[i]["detail"].get("name") or events[i]["detail"].get("reason")
        expect(page.locator("#readout")).to_contain_text(words or events[i]["text"])
        if small:
            expect(page.locator("#event-panel")).to_be_hidden()
        else:
            expect(page.locator(".event-row").nth(i)).to_have_attribute("aria-current", "true")


@pytest.mark.slow
@pytest.mark.parametrize("shown_as", ["nan", "gap"])
def test_where_nothing_was_measured_there_is_no_line(
    page: Page, appliance: Callable[..., Any], tmp_path: Path, shown_as: str
) -> None:
    """An electrode off says so, lost samples say so; a line stands before, between and after."""
    scenario = tmp_path / "faults.toml"
    scenario.write_text(SCENARIO.format(shown_as=shown_as))
    here = appliance("--source", f"synthetic:{scenario}", "--speed", "20")
    kept = here.page + "/api/v1/sessions/1"
    here.until(lambda: page.request.get(kept).json().get("duration_s", 0) > 45, "both faults' end")
    review = Review(page, here.page)
    for reason, (begin, end) in [("electrode LA off", OFF_S), ("samples missing", LOST_S)]:
        review.open((begin + end) / 2 * review.rate, 10)
        page.wait_for_function(
            "(reason) => drawn.some((one) => one.startsWith(reason))", arg=reason
        )
        expect(page.locator("#description")).to_contain_text(f"{reason} for {end - begin:g} s")
    review.open(20 * review.rate, 32)
    columns = page.evaluate("() => traced()")

    def line(from_s: float, to_s: float) -> float:
        """The share of columns with a line, from a second of the scenario to another."""
        left, right = (round((s - 4) / 32 * len(columns)) for s in (from_s, to_s))
        return sum(map(bool, columns[left:right])) / (right - left)

    for begin, end in OFF_S, LOST_S:
        assert line(begin + EDGE_S, end - EDGE_S) == 0.0
    assert line(5, OFF_S[0] - EDGE_S) > 0.98
    assert line(OFF_S[1] + SETTLING_S, LOST_S[0] - EDGE_S) > 0.98
    assert line(LOST_S[1] + SETTLING_S, 36) > 0.98


@pytest.mark.slow
def test_a_session_that_is_not_there_is_said(page: Page, lived: str, complaints: list[str]) -> None:
    """In words, with its number, where problems stand."""
    page.goto(lived + "/review/999")
    problem = page.locator("#problem")
    expect(problem).to_be_visible()
    expect(problem).to_contain_text(re.compile(r"session.*999|999.*session", re.IGNORECASE))
    assert complaints and all("404" in one for one in complaints)
    complaints.clear()


@pytest.mark.slow
def test_the_address_leads_back_to_the_same_stretch(review: Review) -> None:
    """After a reload the same is shown, to the sample and to the second."""
    review.open(review.middle, 7.5)
    review.page.keyboard.press("Shift+ArrowRight")
    review.stands(review.middle + 7.5 * review.rate, 7.5)
    address, stretch = review.page.url, review.page.locator("#stretch").inner_text()
    review.page.reload()
    review.rest()
    review.stands(review.middle + 7.5 * review.rate, 7.5)
    assert review.page.url == address
    expect(review.page.locator("#stretch")).to_have_text(stretch)


@pytest.mark.slow
def test_what_is_shown_is_saved_as_a_table(review: Review) -> None:
    """The CSV of the stretch in view has a row for each of its samples."""
    review.open(review.middle)
    review.page.get_by_role("button", name="Export").click()
    with review.page.expect_download() as saved:
        review.page.locator("#export-visible").get_by_role("link", name="CSV").click()
    rows = [
        line
        for line in Path(saved.value.path()).read_text().splitlines()
        if re.match(r"[\d\-]", line)
    ]
    assert abs(len(rows) - 10 * review.rate) <= 2


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [(800, 480), (1024, 600)])
def test_the_bar_takes_one_row_of_a_small_screen(review: Review) -> None:
    """All buttons beside one another, none cut off, each large enough for a finger."""
    review.open()
    boxes = review.page.locator(".review-bar .button").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().toJSON())"
    )
    stage = review.page.locator(".review-stage").bounding_box()
    assert stage is not None
    assert len({box["top"] for box in boxes}) == 1
    assert all(box["height"] >= 48 and box["width"] >= 44 for box in boxes)
    assert all(box["right"] <= stage["x"] + stage["width"] for box in boxes)
