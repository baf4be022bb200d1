/** Beats above the trace: letters where there is room, then ticks, then counts a minute as bars. */

import { xOf } from "./view.js";

const TICK = { common: 6, rare: 16 };
const COMMON = new Set(["N", "L", "R", "/"]);
const FULL_BAR = 20; // beats a minute that fill the row, unless there are more

export const beatColour = (colours, symbol) => colours.beats[symbol] ?? colours.beats.Q;

export const drawBeats = (context, scene) => {
  if (scene.chosen !== undefined) drawPointer(context, scene);
  if (scene.detail === "letters") drawLetters(context, scene);
  else if (scene.detail === "ticks") drawTicks(context, scene);
  else drawDensity(context, scene);
};

/** A thin line down through the chosen beat, so that it is found at any zoom. */
const drawPointer = (context, { view, width, layout, chosen, colours }) => {
  context.globalAlpha = 0.6;
  context.fillStyle = colours.ink;
  context.fillRect(Math.round(xOf(view, width, chosen)), layout.trace.y, 1, layout.trace.height);
  context.globalAlpha = 1;
};

const drawLetters = (context, { view, width, box, beats, chosen, colours }) => {
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { sample, symbol } of beats) {
    const x = xOf(view, width, sample);
    const colour = beatColour(colours, symbol);
    if (sample === chosen) drawChosen(context, x, box, colour);
    context.fillStyle = sample === chosen ? colours.paper : colour;
    context.font = `${COMMON.has(symbol) ? 500 : 700} 15px ${colours.font}`;
    context.fillText(symbol, x, box.y + box.height / 2);
  }
};

const drawChosen = (context, x, box, colour) => {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x - 11, box.y + 1, 22, box.height - 2, 5);
  context.fill();
};

const drawTicks = (context, { view, width, box, beats, chosen, colours }) => {
  const bottom = box.y + box.height;
  for (const { sample, symbol } of beats) {
    const tall = COMMON.has(symbol) ? TICK.common : TICK.rare;
    context.fillStyle = beatColour(colours, symbol);
    context.fillRect(Math.round(xOf(view, width, sample)), bottom - tall, sample === chosen ? 3 : 1, tall);
  }
};

const drawDensity = (context, { view, width, box, trend, rateHz, colours }) => {
  if (!trend) return;
  const { ventricular, supraventricular } = trend;
  const most = Math.max(FULL_BAR, ...ventricular.map((v, i) => (v ?? 0) + (supraventricular[i] ?? 0)));
  const step = trend.step_s * rateHz;
  for (let i = 0; i < ventricular.length; i += 1) {
    const left = xOf(view, width, trend.from + i * step);
    const right = xOf(view, width, trend.from + (i + 1) * step);
    if (right < 0 || left > width) continue;
    bar(context, left, right, box, [0, ventricular[i] / most], beatColour(colours, "V"));
    const both = (ventricular[i] + supraventricular[i]) / most;
    bar(context, left, right, box, [ventricular[i] / most, both], beatColour(colours, "S"));
  }
  drawCaption(context, box, `early beats, up to ${Math.round(most)} /min`, colours);
};

const drawCaption = (context, box, words, colours) => {
  context.font = `11px ${colours.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = colours.paper;
  context.fillRect(2, box.y + 4, context.measureText(words).width + 8, 14);
  context.fillStyle = colours.soft;
  context.fillText(words, 6, box.y + 11);
};

const bar = (context, left, right, box, [low, high], colour) => {
  if (!(high > low)) return;
  const bottom = box.y + box.height;
  context.fillStyle = colour;
  context.fillRect(left, bottom - high * box.height, Math.max(1, right - left), (high - low) * box.height);
};

/** The beat whose letter or tick lies within reach of x; null where none does. */
export const beatAt = (view, width, beats, x, reach = 24) => {
  const near = beats.map((beat) => ({ beat, far: Math.abs(xOf(view, width, beat.sample) - x) }));
  const best = near.reduce((a, b) => (b.far < (a?.far ?? reach) ? b : a), null);
  return best?.beat ?? null;
};
