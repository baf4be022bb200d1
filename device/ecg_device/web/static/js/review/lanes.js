/** Two lanes of events in words: the rhythm, and below it what was wrong, set or changed. */

import { stretchesOf } from "./events.js";
import { end, xOf } from "./view.js";

const POINTS = ["alarm", "technical", "clock", "model"];
const SYMBOLS = { high: "***", medium: "**", low: "*" };
const EDGE_FROM_PX = 6;
const GRAVE = new Set(["(VT", "(ASYS", "(VFL", "(VF"]);

/** The words of an event, short enough for a lane. */
export const wordsOf = ({ kind, text, detail }) => {
  if (kind === "rhythm") return detail?.name || text;
  if (kind === "quality") return detail?.reason || text;
  return text;
};

const isWell = ({ detail }) => detail?.state === "ok";

/** Stretches in which the signal state was not ok. */
export const troublesIn = (events, view, stop) =>
  stretchesOf(events.ofKind("quality"), view.from, end(view), stop).filter(({ event }) => !isWell(event));

/** Stretches in which no ECG was there at all: electrodes off, limits, a flat line. */
export const absencesIn = (events, view, stop) =>
  troublesIn(events, view, stop).filter(({ event }) => event.detail?.state === "off");

export const drawLanes = (context, scene) => {
  drawRhythms(context, scene);
  drawTroubles(context, scene);
  drawPoints(context, scene);
};

const drawRhythms = (context, { view, width, layout, events, stop, chosen, colours }) => {
  for (const { from, to, event } of stretchesOf(events.ofKind("rhythm"), view.from, end(view), stop)) {
    const colour = rhythmColour(event, colours);
    drawStretch(context, { view, width, box: layout.rhythm, from, to, event, colour, chosen, colours });
  }
};

/** Grave rhythms in red, the sinus node's own in green; words say the same. */
export const rhythmColour = ({ detail }, colours) => {
  if (GRAVE.has(detail?.aux)) return colours.bad;
  if (detail?.aux === "(N") return colours.ok;
  return detail?.aux === "INCONCLUSIVE" ? colours.weak : colours.info;
};

const drawTroubles = (context, { view, width, layout, events, stop, chosen, colours }) => {
  for (const { from, to, event } of troublesIn(events, view, stop)) {
    const colour = event.detail?.state === "off" ? colours.none : colours.weak;
    drawStretch(context, { view, width, box: layout.events, from, to, event, colour, chosen, colours });
  }
};

/** A bar with a strong left edge where it begins, and its words where they fit. */
const drawStretch = (context, { view, width, box, from, to, event, colour, chosen, colours }) => {
  const begin = xOf(view, width, from);
  const left = Math.max(0, begin);
  const right = Math.min(width, xOf(view, width, to));
  if (right - left < 0.5) return;
  context.globalAlpha = event === chosen ? 0.5 : 0.22;
  context.fillStyle = colour;
  context.fillRect(left, box.y + 1, right - left, box.height - 2);
  context.globalAlpha = 1;
  if (begin >= 0 && right - left > EDGE_FROM_PX) context.fillRect(left, box.y + 1, 2, box.height - 2);
  writeWithin(context, wordsOf(event), left + 7, right - 4, box, colours);
};

const writeWithin = (context, words, left, right, box, colours) => {
  context.font = `500 13px ${colours.font}`;
  const shown = fitting(context, words, right - left);
  if (!shown) return;
  context.fillStyle = colours.ink;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(shown, left, box.y + box.height / 2 + 1);
};

const SHORTEST_WORDS_PX = 40;

/** As much of the words as fits; nothing rather than a stump. */
const fitting = (context, words, room) => {
  if (room < SHORTEST_WORDS_PX) return "";
  if (context.measureText(words).width <= room) return words;
  for (let length = words.length - 1; length > 3; length -= 1) {
    const cut = `${words.slice(0, length).trimEnd()}…`;
    if (context.measureText(cut).width <= room) return cut;
  }
  return "";
};

const drawPoints = (context, { view, width, layout, events, chosen, colours }) => {
  let free = -Infinity;
  for (const event of pointsIn(events, view)) {
    const x = xOf(view, width, event.sample);
    const colour = pointColour(event, colours);
    context.fillStyle = colour;
    context.fillRect(Math.round(x), layout.events.y, event === chosen ? 3 : 2, layout.events.height);
    if (x < free) continue;
    free = x + drawLabel(context, x, layout.events, pointWords(event), colour, colours);
  }
};

/** Alarms, technical messages, changes of clock and model in view, in order. */
const pointsIn = (events, view) =>
  POINTS.flatMap((kind) => events.ofKind(kind))
    .filter(({ sample }) => sample >= view.from && sample < end(view))
    .sort((a, b) => a.sample - b.sample);

const pointWords = (event) => {
  const symbol = event.kind === "alarm" ? SYMBOLS[event.detail?.priority] : "";
  return symbol && !event.text.startsWith("*") ? `${symbol} ${event.text}` : event.text;
};

const pointColour = ({ kind, detail }, colours) => {
  if (kind === "alarm") return detail?.priority === "high" ? colours.bad : colours.warn;
  return colours.info;
};

const drawLabel = (context, x, box, words, colour, colours) => {
  context.font = `600 12px ${colours.font}`;
  const wide = context.measureText(words).width + 10;
  context.fillStyle = colours.paper;
  context.fillRect(x + 2, box.y + 1, wide, box.height - 2);
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.strokeRect(x + 1.5, box.y + 1.5, wide, box.height - 3);
  context.fillStyle = colours.ink;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(words, x + 7, box.y + box.height / 2 + 1);
  return wide + 4;
};

/** The event at a place in the lanes; null where there is none. */
export const eventAt = (scene, x, y) => {
  const { view, width, layout, events, stop } = scene;
  const sample = view.from + (x / width) * view.span;
  if (y < layout.events.y) return holding(stretchesOf(events.ofKind("rhythm"), view.from, end(view), stop), sample);
  const reach = (12 / width) * view.span;
  const point = pointsIn(events, view).findLast((event) => Math.abs(event.sample - sample) <= reach);
  return point ?? holding(troublesIn(events, view, stop), sample);
};

const holding = (stretches, sample) =>
  stretches.find(({ from, to }) => sample >= from && sample < to)?.event ?? null;
