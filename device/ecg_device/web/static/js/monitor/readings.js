/** The numbers beside the strip. What is not known is "---" with its reason, never an old number. */

import { setText } from "../frame.js";
import { MISSING, formatNumber, formatPercent } from "../numbers.js";
import { showBody } from "./body.js";

const QUALITY = {
  ok: "good", noisy: "too noisy", settling: "settling", off: "no signal", none: "no signal",
};
const by = (id) => document.getElementById(id);

/** Show a state of the appliance. */
export const showReadings = (state) => {
  showRate(state.heart_rate);
  showRhythm(state.rhythm);
  setText(by("pvc"), formatNumber(state.pvc_per_min));
  setText(by("af"), formatPercent(state.af.likelihood));
  by("af").parentElement.title = state.af.reason || "likelihood of atrial fibrillation";
  showQuality(state.signal);
  setText(by("electrodes"), showBody(by("body"), state.leads));
  setText(by("model"), state.model ?? "none");
  setText(by("source"), state.source?.name ?? "none");
};

/** The appliance is silent: nothing that was known counts any more. */
export const forgetReadings = (reason) => {
  const unknown = { ra: "unknown", la: "unknown", rl: "unknown" };
  showRate({ bpm: null, reason });
  showRhythm({ name: "", aux: "", evidence: [], reason });
  for (const id of ["pvc", "af"]) setText(by(id), MISSING);
  showQuality({ state: "none", reason });
  showBody(by("body"), unknown);
  setText(by("electrodes"), "not known");
};

/** The rhythm as it is said: what was seen, or why it is not known. */
export const rhythmWords = ({ name, reason }) => {
  if (reason && (!name || name === reason)) return `Inconclusive: ${reason}`;
  const words = name || MISSING;
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const showRate = ({ bpm, reason }) => {
  setText(by("bpm"), formatNumber(bpm));
  setText(by("bpm-reason"), bpm === null ? reason || "not known" : "");
  by("rate").dataset.known = String(bpm !== null);
};

const showRhythm = (rhythm) => {
  setText(by("rhythm-name"), rhythmWords(rhythm));
  const doubt = rhythm.name && rhythm.reason && rhythm.name !== rhythm.reason ? [`inconclusive: ${rhythm.reason}`] : [];
  listEvidence([...doubt, ...rhythm.evidence]);
  by("rhythm").dataset.known = String(Boolean(rhythm.aux) && !rhythm.reason);
};

const listEvidence = (lines) => {
  const list = by("evidence");
  if (list.dataset.shown === lines.join("\n")) return;
  list.dataset.shown = lines.join("\n");
  list.title = lines.join("; ");
  list.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
};

const showQuality = ({ state, reason }) => {
  const box = by("quality");
  if (box.dataset.state !== state) box.dataset.state = state;
  setText(by("quality-word"), QUALITY[state] ?? state);
  box.title = reason || "the signal may be trusted";
};
