/** What is said in words: the beat or event chosen, what the calipers measure, what is in view. */

import { formatNumber, formatPercent } from "../numbers.js";
import { measured } from "./calipers.js";
import { clockText, dateText, preciseText, spanText } from "./clock.js";
import { wordsOf } from "./lanes.js";
import { end } from "./view.js";

const NAMES = Object.freeze({
  N: "normal beat", L: "left bundle branch block beat", R: "right bundle branch block beat",
  V: "PVC", A: "atrial premature beat", S: "supraventricular premature beat", F: "fusion beat",
  "/": "paced beat", Q: "beat not named",
});

/** "PVC · 97 % · 512 ms after the beat before · 14:03:22.412 · sample 123456". */
export const beatText = ({ sample, symbol, confidence, reason }, before, clock) => {
  const interval = before && `${formatNumber(((sample - before.sample) / clock.rateHz) * 1000)} ms after the beat before`;
  const sure = confidence === null || confidence === undefined ? null : formatPercent(confidence);
  const parts = [`${symbol} ${NAMES[symbol] ?? "beat"}`, sure, reason, interval, preciseText(clock.wallMs(sample)), `sample ${sample}`];
  return parts.filter(Boolean).join(" · ");
};

export const eventText = (event, clock) => {
  const evidence = event.detail?.evidence ?? [];
  return [wordsOf(event), ...evidence, preciseText(clock.wallMs(event.sample))].join(" · ");
};

/** "812 ms · 73.9 /min · 1.24 mV"; what cannot be said is left out. */
export const calipersText = (pair, rateHz) => {
  const { ms, perMinute, mv } = measured(pair, rateHz);
  const rate = perMinute === null ? null : `${formatNumber(perMinute, 1)} /min`;
  const volts = mv === null ? "mV: no signal there" : `${formatNumber(mv, 2)} mV`;
  return [`${formatNumber(ms)} ms`, rate, volts].filter(Boolean).join(" · ");
};

/** "21 Nov 2026, 14:03:10–14:03:20 · 10 s". */
export const stretchText = (view, clock) => {
  const [from, to] = [clock.wallMs(view.from), clock.wallMs(end(view))];
  const last = dateText(from) === dateText(to) ? clockText(to) : `${dateText(to)}, ${clockText(to)}`;
  return `${dateText(from)}, ${clockText(from)}–${last} · ${spanText(view.span / clock.rateHz)}`;
};

/** What somebody who cannot see the plot is told of it. */
export const descriptionOf = ({ view, beats, detail, absent, rhythm, calipers, rateHz }, clock) => {
  const rare = beats.filter(({ symbol }) => symbol === "V").length;
  const counts = detail === "density" ? null : `${beats.length} beats, ${rare} of them PVCs`;
  const missing = absent.map(({ words, seconds }) => `${words} for ${spanText(seconds)}`);
  const between = calipers && `calipers: ${calipersText(calipers, rateHz)}`;
  return [stretchText(view, clock), rhythm && wordsOf(rhythm), counts, ...missing, between].filter(Boolean).join("; ");
};
