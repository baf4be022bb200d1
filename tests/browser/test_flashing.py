"""What flashes on the monitor flashes slowly, or not at all for who wants no motion."""

from typing import Any

import pytest
from playwright.sync_api import Page

FLASHES_HZ = 3.0  # the most that WCAG 2.3.1 allows

FLASHES = """async () => {
  const kinds = ["alarm priority-high", "alarm priority-medium", "alarm priority-low", "electrode"];
  const shown = kinds.map((kind) => {
    const one = Object.assign(document.createElement("div"), {className: kind, textContent: "x"});
    one.dataset.acknowledged = "false";
    one.dataset.state = "off";
    document.body.append(one);
    return one;
  });
  const looks = (one) => {
    const {filter, opacity, backgroundColor, color, visibility} = getComputedStyle(one);
    return [filter, opacity, backgroundColor, color, visibility].join();
  };
  const last = shown.map(looks), changes = shown.map(() => 0), begun = performance.now();
  while (performance.now() - begun < 4000) {
    await new Promise(requestAnimationFrame);
    shown.forEach((one, i) => {
      const now = looks(one);
      if (now !== last[i]) changes[i] += 1;
      last[i] = now;
    });
  }
  return changes.map((count) => count / 2 / 4);
}"""


@pytest.mark.slow
@pytest.mark.parametrize("wish", ["no-preference", "reduce"])
def test_nothing_flashes_faster_than_is_safe(page: Page, sinus: str, wish: Any) -> None:
    """A flash is a change there and back: at most 3 a second, none for who wants no motion."""
    page.emulate_media(reduced_motion=wish)
    page.goto(sinus)
    flashes = page.evaluate(FLASHES)
    if wish == "reduce":
        assert max(flashes) == 0
    else:
        assert 1 <= flashes[0] <= FLASHES_HZ and max(flashes[1:]) <= 1
