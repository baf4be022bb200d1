/** The alarm area: what is wrong, how urgent, since when; acknowledge, pause, tones. */

import { sendJson } from "../api.js";
import { announce, byPriority, prioritySymbol, setText, showProblem } from "../frame.js";
import { formatClock } from "../numbers.js";

const PAUSE_S = 120;
const by = (id) => document.getElementById(id);

/** How many one press takes: a small screen may not have room for all of them. */
const acknowledgeWords = (active) => {
  const open = active.filter((alarm) => !alarm.acknowledged).length;
  return open > 1 ? `Acknowledge ${open}` : "Acknowledge";
};

export class AlarmArea {
  constructor(tones) {
    this.tones = tones;
    this.soundOn = false;
    this.shown = "";
    this.announced = new Set();
    this.pausedUntil = null; // by this computer's clock
    by("acknowledge").addEventListener("click", () => this.acknowledge());
    by("pause").addEventListener("click", () => this.pause());
    setInterval(() => this.#countdown(), 500);
  }

  /** Show the `alarms` of a state that was built at the appliance's time `nowMs`. */
  show({ active, paused_until_ms: pausedUntil }, nowMs) {
    this.active = byPriority(active);
    this.pausedUntil = pausedUntil === null ? null : Date.now() + pausedUntil - nowMs;
    this.#list();
    this.#speak();
    this.#countdown();
  }

  /** The appliance is silent: its alarms are not known, and that is an alarm of its own. */
  forget() {
    // nobody is there to take an acknowledgement
    const text = "SILENT: the appliance does not answer";
    this.show({ active: [{ id: "silent", priority: "high", technical: true, text, acknowledged: false, since_ms: 0 }], paused_until_ms: null }, Date.now());
    by("acknowledge").disabled = true;
  }

  acknowledge() {
    sendJson("POST", "alarms/acknowledge", { id: null }).then(() => showProblem(null), showProblem);
  }

  pause() {
    const asked = this.pausedUntil === null ? sendJson("POST", "alarms/pause", { seconds: PAUSE_S }) : sendJson("DELETE", "alarms/pause");
    asked.then(() => showProblem(null), showProblem);
  }

  /** The most urgent alarm that nobody has acknowledged. */
  get urgent() {
    return this.active?.find((alarm) => !alarm.acknowledged) ?? null;
  }

  sound() {
    const silent = !this.soundOn || this.pausedUntil !== null;
    this.tones.sound(silent ? null : this.urgent?.priority ?? null);
  }

  #list() {
    const print = JSON.stringify(this.active.map((alarm) => [alarm.id, alarm.priority, alarm.text, alarm.acknowledged]));
    if (print === this.shown) return;
    this.shown = print;
    by("alarm-list").replaceChildren(...this.active.map(item));
    by("alarms").dataset.priority = this.urgent?.priority ?? "none";
    by("rate").dataset.priority = this.active.find((alarm) => !alarm.technical)?.priority ?? "none";
    by("acknowledge").disabled = !this.urgent;
    setText(by("acknowledge"), acknowledgeWords(this.active));
    by("no-alarms").hidden = this.active.length > 0;
  }

  /** A screen reader hears of each alarm once. */
  #speak() {
    const news = this.active.filter((alarm) => !this.announced.has(alarm.id));
    if (news.length) announce(news.map((alarm) => `${alarm.priority} priority alarm: ${alarm.text}`).join(". "));
    this.announced = new Set(this.active.map((alarm) => alarm.id));
  }

  #countdown() {
    const left = this.pausedUntil === null ? null : (this.pausedUntil - Date.now()) / 1000;
    if (left !== null && left <= 0) this.pausedUntil = null;
    const paused = this.pausedUntil !== null;
    by("pause").setAttribute("aria-pressed", String(paused));
    setText(by("pause-text"), paused ? `Paused ${formatClock(Math.ceil(left))}` : "Pause 2 min");
    this.sound();
  }
}

const item = (alarm) => {
  const line = document.createElement("li");
  line.className = `alarm priority-${alarm.priority}`;
  line.dataset.acknowledged = String(alarm.acknowledged);
  line.dataset.kind = alarm.kind;
  const symbol = document.createElement("b");
  symbol.textContent = prioritySymbol(alarm.priority);
  symbol.setAttribute("aria-label", `${alarm.priority} priority`);
  symbol.setAttribute("role", "img");
  const text = document.createElement("span");
  text.textContent = alarm.text;
  line.append(symbol, text);
  if (alarm.acknowledged) line.append(Object.assign(document.createElement("small"), { textContent: "seen" }));
  return line;
};
