/** The list of events: a page of rows at a time, filtered by kind, each a button to jump by. */

import { clockText, dayText } from "./clock.js";
import { indexAt } from "./events.js";
import { wordsOf } from "./lanes.js";

const ROWS = 50;
const NAMES = { rhythm: "rhythm", quality: "signal", alarm: "alarm", technical: "technical", clock: "clock", model: "model" };

/** `nodes`: list, range, earlier, later, empty. `chosen(event)` is called when a row is pressed. */
export const createEventList = (nodes, { clock, chosen }) => {
  let events = [];
  let top = 0;
  let current = null;

  const render = () => {
    const shown = events.slice(top, top + ROWS);
    nodes.list.replaceChildren(...shown.map((event) => row(event, clock(), event === current)));
    nodes.list.start = top + 1;
    nodes.empty.hidden = events.length > 0;
    nodes.range.textContent = events.length ? `${top + 1}–${top + shown.length} of ${events.length}` : "";
    nodes.earlier.disabled = top === 0;
    nodes.later.disabled = top + ROWS >= events.length;
  };
  const turn = (pages) => {
    top = Math.min(Math.max(0, top + pages * ROWS), Math.max(0, events.length - 1));
    render();
    nodes.list.scrollTop = 0;
  };

  nodes.earlier.addEventListener("click", () => turn(-1));
  nodes.later.addEventListener("click", () => turn(1));
  nodes.list.addEventListener("click", ({ target }) => {
    const pressed = target.closest(".event-row");
    if (pressed) chosen(events[top + [...nodes.list.children].indexOf(pressed.parentElement)]);
  });

  return {
    show(list) {
      events = list;
      if (top >= events.length) top = Math.max(0, Math.floor((events.length - 1) / ROWS) * ROWS);
      render();
    },
    /** Mark an event and turn to its page. */
    mark(event) {
      if (event === current) return;
      current = event;
      const index = event ? events.indexOf(event) : -1;
      if (index >= 0) top = Math.floor(index / ROWS) * ROWS;
      render();
      nodes.list.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
    },
    /** Turn to the marked event, or else to what was going on at a sample. */
    reveal(sample) {
      const index = events.includes(current) ? events.indexOf(current) : indexAt(events, sample + 1) - 1;
      top = Math.floor(Math.max(0, index) / ROWS) * ROWS;
      render();
      nodes.list.children[index - top]?.scrollIntoView({ block: "center" });
    },
  };
};

const row = (event, clock, current) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "event-row";
  button.dataset.kind = event.kind;
  button.setAttribute("aria-current", String(current));
  button.append(
    cell("time", "", clockText(clock.wallMs(event.sample))),
    cell("span", "words", wordsOf(event)),
    cell("span", "kind", `${NAMES[event.kind] ?? event.kind}${dayOf(event.sample, clock)}`),
  );
  const item = document.createElement("li");
  item.append(button);
  return item;
};

/** The date, where it is not that of the session's beginning. */
const dayOf = (sample, clock) => {
  const day = dayText(clock.wallMs(sample));
  return day === dayText(clock.wallMs(clock.first)) ? "" : ` · ${day}`;
};

const cell = (tag, name, text) => Object.assign(document.createElement(tag), { className: name, textContent: text });
