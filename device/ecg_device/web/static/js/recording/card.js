/** The result of a recording in words: what was found, by what, and why not where it was not. */

import { element } from "./element.js";
import { rhythmWords } from "./conclusion.js";
import { beatName, byCount, intervalKeys, intervalName } from "./words.js";
import { formatNumber, formatPercent, withUnit } from "../numbers.js";

/** The conclusion in large words, or why there is none and what to do. */
export const conclusion = ({ result }) => {
  const verdict = element(
    "section",
    { class: `verdict ${result.conclusive ? "conclusive" : "inconclusive"}`, "aria-label": "Conclusion" },
    element("h2", {}, result.conclusive ? result.conclusion : "Inconclusive"),
  );
  if (!result.conclusive && result.reason) verdict.append(element("p", { class: "why" }, `Why: ${result.reason}`));
  if (result.advice) verdict.append(element("p", { class: "advice" }, `What to do: ${result.advice}`));
  return verdict;
};

/** A named figure of the card. */
const figure = (name, value, note = null, kind = "") =>
  element(
    "div",
    { class: `figure ${kind}` },
    element("dt", {}, name),
    element("dd", {}, value, note && element("small", {}, note)),
  );

/** The heart rate: its mean, and between what it lay. */
const rate = ({ result }) => {
  if (!result.rate) return figure("Heart rate", "---", result.reason || "no rate could be told", "rate");
  const { mean, lowest, highest } = result.rate;
  return figure(
    "Heart rate",
    element("span", {}, element("b", {}, formatNumber(mean)), " bpm"),
    `from ${formatNumber(lowest)} to ${withUnit(highest, "bpm")}`,
    "rate",
  );
};

/** Each kind of beat with its count and its name. */
const beats = ({ result }) => {
  const counts = byCount(result.beats);
  const rows = counts.map(([symbol, count]) =>
    element(
      "li",
      {},
      element("b", {}, formatNumber(count)),
      element("span", { class: "beat", "data-symbol": symbol, "aria-hidden": "true" }, symbol),
      element("span", {}, beatName(symbol, count)),
    ),
  );
  return section("Beats", rows.length ? element("ul", { class: "beats" }, rows) : element("p", {}, "None found."));
};

/** The intervals, each with its value or the reason why it is withheld. */
const intervals = ({ result }) => {
  const rows = intervalKeys
    .filter((key) => result.intervals?.[key])
    .map((key) => {
      const [name, meaning] = intervalName(key);
      const { value, reason } = result.intervals[key];
      const known = value !== null && value !== undefined;
      return element(
        "tr",
        {},
        element("th", { scope: "row", title: meaning }, name),
        element("td", { class: known ? "known" : "withheld" }, known ? withUnit(value, "ms") : reason || "withheld"),
      );
    });
  return section("Intervals", element("table", { class: "intervals" }, element("tbody", {}, rows)));
};

/** The heart rate, the rhythm and what speaks for it. */
const rhythm = (recording) => {
  const { result } = recording;
  const evidence = result.rhythm?.evidence ?? [];
  return element(
    "section",
    { class: "part" },
    element("dl", {}, rate(recording), figure("Rhythm", rhythmWords(result.rhythm), null, "rhythm")),
    evidence.length ? element("p", { class: "soft" }, "What it was told by, some of it from before this ECG:") : null,
    evidence.length ? element("ul", { class: "evidence" }, evidence.map((one) => element("li", {}, one))) : null,
  );
};

/** How good the signal was, and who says all this. */
const provenance = (recording) => {
  const { result } = recording;
  return section(
    "Signal and software",
    element(
      "dl",
      { class: "provenance" },
      row("Usable signal", `${formatPercent(result.usable)} of ${withUnit(recording.seconds, "s")}`),
      row("Lead", `${recording.lead}, ${formatNumber(recording.rate_hz)} samples a second`),
      row("Source", recording.simulated ? `${recording.name} (SIMULATED)` : recording.name),
      row("Model", result.model ?? "none: beats have no names"),
      row("Software", result.software),
    ),
  );
};

const row = (name, value) => element("div", {}, element("dt", {}, name), element("dd", {}, value));

const section = (title, ...children) =>
  element("section", { class: "part" }, element("h3", {}, title), ...children);

/** The card's parts below the conclusion. */
export const findings = (recording) => [
  rhythm(recording),
  beats(recording),
  intervals(recording),
  provenance(recording),
];
