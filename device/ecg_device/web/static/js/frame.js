/** What every page shows around its content: simulated, storage, health, alarms, errors. */

import { formatBytes, formatPercent } from "./numbers.js";

const SYMBOLS = { high: "***", medium: "**", low: "*" };
const SAID = 4;
const RANK = ["high", "medium", "low"];
const element = (id) => document.getElementById(id);

/** Set a text only where it changed: nothing is laid out again for nothing. */
export const setText = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

/** "***", "**", "*": priority without colour. */
export const prioritySymbol = (priority) => SYMBOLS[priority];

/** The active alarms, most urgent and newest first. */
export const byPriority = (alarms) =>
  [...alarms].sort((a, b) => RANK.indexOf(a.priority) - RANK.indexOf(b.priority) || b.since_ms - a.since_ms);

/** Show a state as it comes from the live stream or from GET status. */
export const showFrame = (state) => {
  showSimulated(state.source);
  showStorage(state.storage);
  showHealth(state.health);
  showAlarm(state.alarms?.active ?? []);
};

/** Nothing is known any more: the indicators say so rather than stay as they were. */
export const showFrameSilent = () => {
  setChip("storage-chip", "unknown", "Storage ?", "storage: not known, the appliance is silent");
  setChip("health-chip", "fault", "Silent", "the appliance does not answer");
  element("alarm-chip").hidden = true;
};

/** An error at the top of the page; null takes it away. */
export const showProblem = (error) => {
  const box = element("problem");
  box.hidden = error === null;
  setText(box, error === null ? "" : error.message);
};

/** Say something to a screen reader, once and politely; what was said just before is still heard. */
export const announce = (text) => {
  const announcer = element("announcer");
  announcer.append(Object.assign(document.createElement("p"), { textContent: text }));
  while (announcer.childElementCount > SAID) announcer.firstElementChild.remove();
};

const setChip = (id, state, text, title) => {
  const chip = element(id);
  if (chip.dataset.state !== state) chip.dataset.state = state;
  if (chip.title !== title) chip.title = title;
  setText(chip.querySelector(".chip-text"), text);
};

const showSimulated = (source) => {
  element("simulated").hidden = !source?.simulated;
  if (source?.simulated) setText(element("simulated-source"), `not a person's heart · ${source.name}`);
};

const showStorage = (storage) => {
  if (!storage) return;
  const share = storage.quota_bytes ? storage.used_bytes / storage.quota_bytes : null;
  if (storage.storing) setChip("storage-chip", "ok", `Storage ${formatPercent(share)}`, `recording; ${formatBytes(storage.used_bytes)} of ${formatBytes(storage.quota_bytes)} used`);
  else setChip("storage-chip", "degraded", "Not storing", `not storing: ${storage.reason}`);
};

const showHealth = (health) => {
  if (!health) return;
  const words = { ok: "Device OK", degraded: "Degraded", fault: "Fault" }[health.state];
  setChip("health-chip", health.state, words, health.reasons.map((r) => `${r.component}: ${r.reason}`).join("; ") || "everything works");
};

const showAlarm = (alarms) => {
  const [first] = byPriority(alarms.filter((alarm) => !alarm.acknowledged));
  const chip = element("alarm-chip");
  chip.hidden = !first || location.pathname === "/";
  if (!first) return;
  chip.className = `chip alarm-chip priority-${first.priority}`;
  setText(chip, `${SYMBOLS[first.priority]} ${first.text}`);
};
