/** The alarms that stand now: what, since when, and a button to say that it was seen. */

import { sendJson } from "../api.js";
import { byPriority, prioritySymbol, setText } from "../frame.js";
import { formatClock, formatTime } from "../numbers.js";
import { element } from "../recording/element.js";

const PAUSE_S = 120;
const part = (id) => document.getElementById(id);

/** A priority as a symbol on its colour, and in words. */
export const priorityMark = (priority) =>
  element(
    "span",
    { class: `priority priority-${priority}` },
    element("span", { "aria-hidden": "true" }, prioritySymbol(priority)),
    element("span", {}, ` ${priority}`),
  );

export class Now {
  constructor() {
    this.shown = "";
    this.pausedUntil = null; // by this computer's clock
    part("acknowledge-all").addEventListener("click", () => this.#send("POST", "alarms/acknowledge", { id: null }));
    part("pause").addEventListener("click", () => this.#pause());
    setInterval(() => this.#countdown(), 500);
  }

  show({ active, paused_until_ms: pausedUntil }, nowMs) {
    this.pausedUntil = pausedUntil === null ? null : Date.now() + pausedUntil - nowMs;
    const print = JSON.stringify(active);
    if (print !== this.shown) {
      this.shown = print;
      part("active").replaceChildren(...byPriority(active).map((alarm) => this.#row(alarm)));
    }
    part("none").hidden = active.length > 0;
    part("acknowledge-all").disabled = active.every(({ acknowledged }) => acknowledged);
    part("pause").disabled = false;
    this.#countdown();
  }

  /** The appliance does not answer: nobody knows what stands. */
  silence() {
    this.shown = "";
    this.pausedUntil = null;
    part("active").replaceChildren();
    part("none").hidden = true;
    part("acknowledge-all").disabled = part("pause").disabled = true;
    this.#countdown();
  }

  #row(alarm) {
    const seen = alarm.acknowledged
      ? element("span", { class: "soft" }, "acknowledged")
      : element("button", { type: "button", class: "button", click: () => this.#send("POST", "alarms/acknowledge", { id: alarm.id }) }, "Acknowledge");
    return element(
      "li",
      { class: "alarm", "data-kind": alarm.kind, "data-acknowledged": String(alarm.acknowledged) },
      priorityMark(alarm.priority),
      element("span", { class: "what" }, alarm.text, alarm.technical && element("small", { class: "soft" }, " technical")),
      element("time", { class: "soft small" }, `since ${formatTime(alarm.since_ms)}`),
      seen,
    );
  }

  #pause() {
    if (this.pausedUntil === null) this.#send("POST", "alarms/pause", { seconds: PAUSE_S });
    else this.#send("DELETE", "alarms/pause");
  }

  #countdown() {
    const left = this.pausedUntil === null ? 0 : (this.pausedUntil - Date.now()) / 1000;
    if (left <= 0) this.pausedUntil = null;
    const paused = this.pausedUntil !== null;
    part("pause").setAttribute("aria-pressed", String(paused));
    setText(part("pause"), paused ? "Resume" : "Pause sound 2 min");
    setText(part("paused"), paused ? `Sound paused for ${formatClock(Math.ceil(left))}. Alarms are still shown.` : "");
  }

  async #send(method, path, body) {
    setText(part("hush-failed"), "");
    try {
      await sendJson(method, path, body);
    } catch (error) {
      setText(part("hush-failed"), error.message);
    }
  }
}
