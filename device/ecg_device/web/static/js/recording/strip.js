/** A recording on calibrated paper, as SVG: as sharp on a printer as on any screen. */

import { across, extent, layOut, pulsePath, SPEED_MM_S, tracePath } from "./rows.js";
import { runsOf, within } from "./runs.js";
import { beatName } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const LETTERS_MM = 3.9; // the baseline of the beats' letters
const LETTER_MM = 1.8; // about how wide a letter is

/** An SVG element with its attributes and children. */
const shape = (tag, attributes, ...children) => {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

/** The lines of the paper: each millimetre, and each fifth one bold. */
const grid = (paper) => {
  const lines = (step, from) => {
    const parts = [];
    for (let x = 0; x <= paper.width; x += step) parts.push(`M${x} 0V${paper.height}`);
    for (let y = from % step; y <= paper.height; y += step) parts.push(`M0 ${y}H${paper.width}`);
    return parts.join("");
  };
  return shape(
    "g",
    { class: "paper" },
    shape("path", { class: "fine", d: lines(1, paper.zero) }),
    shape("path", { class: "bold", d: lines(5, paper.zero) }),
  );
};

/** A mark and the reason where there is no ECG: a line there would look like a heart that stands still. */
const gapMark = ({ first, stop, reason }, row, paper, rateHz) => {
  const x = across(first, row.first, rateHz);
  const width = ((stop - first) / rateHz) * SPEED_MM_S;
  const mark = shape("g", { class: "gap" });
  mark.append(shape("rect", { x, y: 0, width, height: paper.height }));
  const words = [`No signal: ${reason}`, "No signal"].find((each) => each.length * LETTER_MM < width);
  if (words) mark.append(shape("text", { x: x + width / 2, y: paper.height / 2, "text-anchor": "middle" }, words));
  return mark;
};

/** A run of samples: a line, a weak one where it is not trusted, or the mark of none. */
const drawRun = (run, { uv, rate_hz: rateHz }, row, paper) =>
  run.kind === "none"
    ? gapMark(run, row, paper, rateHz)
    : shape("path", { class: run.kind === "weak" ? "trace weak" : "trace", d: tracePath(uv, run, row, paper, rateHz) });

/** A beat's letter above its R wave. */
const letter = (beat, row, start, rateHz) => {
  const at = { x: across(beat.sample - start, row.first, rateHz).toFixed(2), y: LETTERS_MM };
  const words = beat.reason ? `${beatName(beat.symbol)}: ${beat.reason}` : beatName(beat.symbol);
  const made = shape("text", { ...at, class: "beat", "data-symbol": beat.symbol, "text-anchor": "middle" }, beat.symbol);
  made.append(shape("title", {}, words));
  return made;
};

/** Seconds since the recording began, at the foot of each fifth second. */
const clock = (row, paper, rateHz) => {
  const marks = shape("g", { class: "clock" });
  const firstS = Math.ceil(row.first / rateHz / 5) * 5;
  for (let s = firstS; s * rateHz < row.stop; s += 5) {
    const x = across(s * rateHz, row.first, rateHz);
    marks.append(shape("path", { d: `M${x} ${paper.height}v-2` }));
    marks.append(shape("text", { x: x + 0.8, y: paper.height - 0.8 }, `${s} s`));
  }
  return marks;
};

/** One row of the strip. */
const drawRow = (strip, runs, row, paper) => {
  const { rate_hz: rateHz, start, beats } = strip;
  const here = beats.filter(({ sample }) => sample - start >= row.first && sample - start < row.stop);
  return shape(
    "svg",
    { class: "row", viewBox: `0 0 ${paper.width} ${paper.height}`, width: `${paper.width}mm`, height: `${paper.height}mm`, "aria-hidden": "true" },
    grid(paper),
    shape("path", { class: "pulse", d: pulsePath(paper) }),
    ...within(runs, row).map((run) => drawRun(run, strip, row, paper)),
    ...here.map((beat) => letter(beat, row, start, rateHz)),
    clock(row, paper, rateHz),
  );
};

/** Draw a recording's whole signal into `holder`, so many seconds a row. */
export const drawStrip = (holder, strip, secondsPerRow) => {
  const runs = runsOf(strip);
  const paper = layOut(strip.uv.length, strip.rate_hz, secondsPerRow, extent(strip.uv, runs));
  holder.replaceChildren(...paper.rows.map((row) => drawRow(strip, runs, row, paper)));
};
