/** The strip of the whole session: heart rate or outline, what is missing, events, and the window. */

import { fitCanvas } from "../paper.js";
import { drawRange, setPen } from "../trace.js";
import { mergeAbsent } from "./absent.js";
import { drawHatching } from "./hatching.js";
import { gapsIn } from "./pieces.js";
import { columnsOf } from "./columns.js";
import { stretchesOf } from "./events.js";
import { absencesIn, rhythmColour } from "./lanes.js";
import { spanText, clockText, dateText } from "./clock.js";
import { centre, xOf } from "./view.js";

const TREND_FROM_S = 1200; // a shorter session shows its signal, a longer one its heart rate
const MARKS = 9; // pixels at the bottom for events and ectopy
const NARROWEST_PX = 14;
const KEY_SHARE = 0.05;

/** All of a session as a view. */
const wholeOf = ({ first, stop }) => ({ from: first, span: Math.max(1, stop - first) });

export const drawOverview = (canvas, { bounds, rateHz, outline, trend, events, colours }) => {
  const { clientWidth: width, clientHeight: height } = canvas.parentElement;
  const context = fitCanvas(canvas, width, height);
  const view = wholeOf(bounds);
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, width, height);
  if (!outline) return;
  const box = { y: 0, height: height - MARKS };
  const pieces = [{ from: bounds.first, to: bounds.stop, tile: outline }];
  const spans = mergeAbsent(gapsIn(pieces), absencesIn(events, view, bounds.stop), rateHz);
  if ((bounds.stop - bounds.first) / rateHz >= TREND_FROM_S) drawRate(context, view, width, box, trend, rateHz, colours);
  else drawOutline(context, view, width, box, pieces, spans, colours);
  drawHatching(context, { view, width, box, spans, colours });
  drawMarks(context, view, width, height, events, bounds.stop, colours);
};

const drawOutline = (context, view, width, box, pieces, spans, colours) => {
  const { low, high } = columnsOf(view, width, pieces);
  for (const { from, to } of spans) {
    const columns = [Math.floor(xOf(view, width, from)), Math.ceil(xOf(view, width, to))];
    for (const values of [low, high]) values.fill(NaN, Math.max(0, columns[0]), Math.max(0, columns[1]));
  }
  const present = [...low, ...high].filter((uv) => !Number.isNaN(uv));
  const [least, most] = [Math.min(...present, 0), Math.max(...present, 1)];
  setPen(context, colours.trace, 1);
  drawRange(context, low, high, (x) => x + 0.5, (uv) => 3 + ((most - uv) / (most - least)) * (box.height - 6));
};

/** The mean rate as a line over the band of its lowest and highest. */
const drawRate = (context, view, width, box, trend, rateHz, colours) => {
  const known = [...trend.bpm_low, ...trend.bpm_high].filter((bpm) => bpm !== null);
  const [least, most] = [Math.min(...known, 40) - 5, Math.max(...known, 120) + 5];
  const step = trend.step_s * rateHz;
  const toX = (i) => xOf(view, width, trend.from + (i + 0.5) * step);
  const toY = (bpm) => box.y + ((most - bpm) / (most - least)) * box.height;
  context.globalAlpha = 0.35;
  setPen(context, colours.trace, Math.max(1, (step / view.span) * width));
  drawRange(context, trend.bpm_low, trend.bpm_high, toX, toY);
  context.globalAlpha = 1;
  setPen(context, colours.trace, 1.5);
  drawRange(context, trend.bpm, trend.bpm, toX, toY);
  drawScale(context, width, least + 5, most - 5, toY, box, colours);
};

const drawScale = (context, width, least, most, toY, box, colours) => {
  context.font = `11px ${colours.font}`;
  for (const [bpm, y, words] of [[most, box.y + 8, " bpm"], [least, box.y + box.height - 7, ""]]) {
    const text = Math.round(bpm) + words;
    const left = width - context.measureText(text).width - 4;
    context.fillStyle = colours.paper;
    context.fillRect(left - 3, y - 7, width - left, 14);
    context.fillStyle = colours.soft;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillText(text, left, y);
  }
};

/** Below: stretches of rhythms other than the sinus node's own, then single events over them. */
const drawMarks = (context, view, width, height, events, stop, colours) => {
  const top = height - MARKS + 1;
  for (const { from, to, event } of stretchesOf(events.ofKind("rhythm"), view.from, stop, stop)) {
    if (event.detail?.aux === "(N") continue;
    context.fillStyle = rhythmColour(event, colours);
    const left = xOf(view, width, from);
    context.fillRect(left, top, Math.max(1, xOf(view, width, to) - left), MARKS - 1);
  }
  for (const [kind, colour] of [["technical", colours.warn], ["clock", colours.warn], ["alarm", colours.bad]]) {
    context.fillStyle = colour;
    for (const { sample } of events.ofKind(kind)) context.fillRect(Math.round(xOf(view, width, sample)) - 1, top - 3, 2, MARKS + 2);
  }
};

/** The window over the strip, dragged, tapped or moved by keys: `moved(sample)` wishes a middle. */
export const listenToWindow = (strip, frame, { view, bounds, moved }) => {
  let held = null;
  const sampleOf = (event) => {
    const box = strip.getBoundingClientRect();
    const { first, stop } = bounds();
    return first + ((event.clientX - box.left) / box.width) * (stop - first);
  };
  strip.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    strip.setPointerCapture(event.pointerId);
    const sample = sampleOf(event);
    const inside = event.target === frame;
    held = { offset: inside ? centre(view()) - sample : 0 };
    if (!inside) moved(sample);
    frame.focus({ preventScroll: true });
  });
  strip.addEventListener("pointermove", (event) => {
    if (held) moved(sampleOf(event) + held.offset);
  });
  for (const over of ["pointerup", "pointercancel"]) {
    strip.addEventListener(over, () => {
      held = null;
    });
  }
  frame.addEventListener("keydown", (event) => {
    const { first, stop } = bounds();
    const step = Math.max(view().span, (stop - first) * KEY_SHARE);
    const target = {
      ArrowLeft: centre(view()) - step, ArrowDown: centre(view()) - step,
      ArrowRight: centre(view()) + step, ArrowUp: centre(view()) + step,
      Home: first, End: stop,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    moved(target);
  });
};

/** Lay the window over what is in view and say so. */
export const placeWindow = (strip, frame, { view, bounds, clock }) => {
  const width = strip.clientWidth;
  const whole = wholeOf(bounds);
  const wide = Math.max(NARROWEST_PX, (Math.min(view.span, whole.span) / whole.span) * width);
  const middle = xOf(whole, width, centre(view));
  frame.style.width = `${wide}px`;
  frame.style.transform = `translateX(${Math.min(Math.max(0, middle - wide / 2), width - wide)}px)`;
  const ms = clock.wallMs(centre(view));
  frame.setAttribute("aria-valuemin", String(Math.round(bounds.first)));
  frame.setAttribute("aria-valuemax", String(Math.round(bounds.stop)));
  frame.setAttribute("aria-valuenow", String(Math.round(centre(view))));
  frame.setAttribute("aria-valuetext", `${dateText(ms)}, ${clockText(ms)}, ${spanText(view.span / clock.rateHz)} shown`);
};
