/** Sessions and recordings as rows of a list: what was found at a glance, the rest behind "More". */

import { formatBytes, formatDateTime, formatDuration, formatNumber, formatPercent, withUnit } from "../numbers.js";
import { oneLine, rhythmWords } from "../recording/conclusion.js";
import { element } from "../recording/element.js";
import { noteField } from "../recording/note.js";
import { pinButton } from "../recording/pin.js";
import { beatName, byCount } from "../recording/words.js";
import { exportLinks } from "./exports.js";

const MOST_KINDS = 4;
const MOST_RHYTHMS = 3;

/** Counts of beats that are not normal, as letters with their numbers. */
const ectopy = (beats) =>
  byCount(beats)
    .filter(([symbol]) => symbol !== "N")
    .slice(0, MOST_KINDS)
    .map(([symbol, count]) =>
      element(
        "span",
        { class: "count", title: beatName(symbol, count) },
        element("span", { class: "beat", "data-symbol": symbol, "aria-hidden": "true" }, symbol),
        ` ${formatNumber(count)}`,
        element("span", { class: "visually-hidden" }, ` ${beatName(symbol, count)}`),
      ),
    );

const badge = (words, kind = "") => element("span", { class: `badge ${kind}` }, words);
const simulated = (kept) => kept.simulated && badge("SIMULATED", "simulated-badge");
const noteLine = (kept) => element("p", { class: "noted", hidden: !kept.note }, kept.note ?? "");

/** What is wrong with one row, said in it. */
const complaint = () => element("p", { class: "wrong", role: "alert" });

/** A row: the link that opens it, the pin, and what else one may do with it. */
const row = ({ path, kept, href, summary, more, remove }) => {
  const failed = complaint();
  const noted = noteLine(kept);
  const changed = () => {
    noted.textContent = kept.note;
    noted.hidden = !kept.note;
  };
  const id = `more-${path}-${kept.id}`;
  const box = element("div", { class: "more", id, hidden: true });
  const opener = element(
    "button",
    { type: "button", class: "button opener", "aria-expanded": "false", "aria-controls": id },
    "More",
  );
  opener.addEventListener("click", () => {
    const open = box.hidden;
    if (open && !box.childElementCount) {
      const gone = element("button", { type: "button", class: "button danger" }, "Delete …");
      gone.addEventListener("click", () => remove(kept, (words) => (failed.textContent = words)));
      box.append(noteField(path, kept, { changed }), element("div", { class: "row" }, more(), gone));
    }
    box.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
  });
  const pinned = pinButton(path, kept, { failed: (words) => (failed.textContent = words) });
  return element(
    "li",
    { class: "entry", "data-id": kept.id },
    element("a", { class: "open", href }, summary, noted),
    element("div", { class: "doing" }, pinned, opener),
    failed,
    box,
  );
};

/** The row of a recording. */
export const recordingRow = (recording, { remove }) => {
  const { result } = recording;
  const rate = result.rate ? withUnit(result.rate.mean, "bpm") : null;
  const summary = [
    element(
      "p",
      { class: "when" },
      formatDateTime(recording.taken_ms),
      element("span", { class: "faint" }, ` · ${withUnit(recording.seconds, "s")}`),
      simulated(recording),
    ),
    element("p", { class: result.conclusive ? "what" : "what unclear" }, oneLine(result)),
    element("p", { class: "figures" }, rate && element("span", {}, rate), ectopy(result.beats)),
  ];
  const more = () => (recording.session === null ? [] : [reviewLink(recording.session, recording.start), ...exportLinks(recording)]);
  return row({ path: "recordings", kept: recording, href: `/recordings/${recording.id}`, summary, more, remove });
};

/** The rhythms of a session, the longest first, with their shares. */
const rhythms = (session) => {
  const whole = session.rhythms.reduce((sum, { seconds }) => sum + seconds, 0);
  const told = [...session.rhythms].sort((one, other) => other.seconds - one.seconds).slice(0, MOST_RHYTHMS);
  return told.map((rhythm) => `${rhythmWords(rhythm)} ${formatPercent(rhythm.seconds / whole)}`).join(", ");
};

/** The row of a session. */
export const sessionRow = (session, { remove }) => {
  const { rate } = session;
  const summary = [
    element(
      "p",
      { class: "when" },
      formatDateTime(session.began_ms),
      element("span", { class: "faint" }, ` · ${formatDuration(session.duration_s)}`),
      session.live && badge("● LIVE NOW", "good"),
      simulated(session),
    ),
    element("p", { class: "what" }, rhythms(session) || "No rhythm yet"),
    element(
      "p",
      { class: "figures" },
      rate && element("span", {}, `${formatNumber(rate.lowest)}–${withUnit(rate.highest, "bpm")}, mean ${formatNumber(rate.mean)}`),
      ectopy(session.beats),
      element("span", { class: "faint" }, `${formatPercent(session.usable)} usable · ${formatBytes(session.bytes)}`),
    ),
  ];
  const more = () => [
    element("a", { class: "button", href: `/history?tab=trends&session=${session.id}` }, "Trend"),
    ...exportLinks({ session: session.id }),
  ];
  return row({ path: "sessions", kept: session, href: `/review/${session.id}`, summary, more, remove });
};

const reviewLink = (session, start) =>
  element("a", { class: "button", href: `/review/${session}?at=${start}` }, "Review");
