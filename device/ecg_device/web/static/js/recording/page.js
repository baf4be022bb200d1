/** A recording's result card: fetched once, drawn, pinned, noted, printed, deleted. */

import { getJson } from "../api.js";
import { formatDate, formatNumber, formatTime, withUnit } from "../numbers.js";
import { conclusion, findings } from "./card.js";
import { oneLine } from "./conclusion.js";
import { confirmLoss } from "./confirm.js";
import { element } from "./element.js";
import { discard } from "./keeping.js";
import { noteField } from "./note.js";
import { recordingLosses } from "./losses.js";
import { pinButton } from "./pin.js";
import { runsOf } from "./runs.js";
import { drawStrip } from "./strip.js";
import { beatName } from "./words.js";

const NARROW_PX = 560;
const PRINTED_S = 10;

const part = (id) => document.getElementById(id);

const fail = (words) => {
  part("failure").textContent = words;
  part("failure").hidden = words === "";
};

const head = (recording) => {
  part("title").textContent = `ECG of ${formatDate(recording.taken_ms)}`;
  document.title = `${part("title").textContent} · ecg-device`;
  part("subtitle").replaceChildren(
    `${formatTime(recording.taken_ms)} · ${withUnit(recording.seconds, "s")} · lead ${recording.lead} `,
    recording.simulated ? element("span", { class: "badge simulated-badge" }, "SIMULATED") : "",
  );
};

const deletion = (recording) => async () => {
  const wanted = await confirmLoss({
    title: "Delete this recording?",
    losses: recordingLosses(recording),
    action: "Delete for good",
  });
  if (!wanted) return;
  try {
    await discard("recordings", recording.id);
    location.assign("/history?tab=recordings");
  } catch (error) {
    fail(`It was not deleted. ${error.message}`);
  }
};

const tools = (recording) =>
  part("tools").replaceChildren(
    ...[
      pinButton("recordings", recording, { failed: fail }),
      element("button", { type: "button", class: "button", click: () => window.print() }, "Print"),
      recording.session !== null &&
        element("a", { class: "button", href: `/review/${recording.session}?at=${recording.start}` }, "Review"),
      element("button", { type: "button", class: "button danger", click: deletion(recording) }, "Delete"),
    ].filter(Boolean),
  );

const secondsPerRow = () => (part("strip-part").clientWidth < NARROW_PX ? 5 : 10);

/** The strip as it fits the window, and ten seconds a row at its true size on paper. */
const strip = (signal, recording) => {
  let drawn = null;
  const draw = (seconds) => {
    if (seconds === drawn) return;
    drawn = seconds;
    drawStrip(part("strip"), signal, seconds);
  };
  part("strip-part").hidden = false;
  part("strip").setAttribute("aria-label", `The ECG, ${recording.seconds} seconds. ${oneLine(recording.result)}`);
  draw(secondsPerRow());
  window.addEventListener("resize", () => draw(secondsPerRow()));
  window.addEventListener("beforeprint", () => draw(PRINTED_S));
  window.addEventListener("afterprint", () => draw(secondsPerRow()));
  part("scale").textContent = `${formatNumber(25)} mm/s · ${formatNumber(10)} mm/mV · the pulse at the left of each row is 1 mV for 0.2 s`;
  part("legend").textContent = legend(signal);
};

/** What the letters above the beats say, and the grey of the trace. */
const legend = (signal) => {
  const symbols = [...new Set(signal.beats.map(({ symbol }) => symbol))];
  const words = symbols.map((symbol) => `${symbol} ${beatName(symbol)}`);
  if (runsOf(signal).some(({ kind }) => kind === "weak")) words.push("grey: signal not trusted");
  return words.join(" · ");
};

const notes = (recording) => {
  const print = (kept) => {
    part("printed-note").textContent = kept.note ? `Note: ${kept.note}` : "";
  };
  part("note").hidden = false;
  part("note").append(noteField("recordings", recording, { changed: print }));
  print(recording);
};

const show = async (id) => {
  const recording = await getJson(`recordings/${id}`);
  head(recording);
  tools(recording);
  part("verdict").replaceChildren(conclusion(recording));
  part("findings").replaceChildren(...findings(recording));
  part("result").hidden = false;
  notes(recording);
  strip(await getJson(`recordings/${id}/signal`), recording);
};

show(location.pathname.split("/").at(-1))
  .catch((error) => {
    fail(error.message);
    part("subtitle").replaceChildren(element("a", { href: "/history" }, "To the history"));
  })
  .finally(() => part("recording").setAttribute("aria-busy", "false"));
