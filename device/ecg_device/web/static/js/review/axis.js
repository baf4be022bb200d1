/** The time axis: wall clock above, time since the session's beginning below. */

import { xOf } from "./view.js";

const CLOCK_Y = 5;
const SIGNAL_Y = 19;

export const drawAxis = (context, { view, width, box, wall, elapsed, colours }) => {
  context.fillStyle = colours.paper;
  context.fillRect(0, box.y, width, box.height);
  context.fillStyle = colours.soft;
  context.fillRect(0, box.y, width, 1);
  context.textBaseline = "top";
  for (const { sample, text, day } of wall) {
    const x = xOf(view, width, sample);
    context.fillStyle = colours.soft;
    context.fillRect(Math.round(x), box.y, 1, day ? 10 : 5);
    context.fillStyle = colours.ink;
    context.font = `${day ? 700 : 500} 12px ${colours.font}`;
    write(context, day ? `${day}, ${text}` : text, x, box.y + CLOCK_Y, width);
  }
  context.font = `11px ${colours.font}`;
  context.fillStyle = colours.soft;
  for (const { sample, text } of elapsed) {
    write(context, text, xOf(view, width, sample), box.y + SIGNAL_Y, width);
  }
};

/** Centred on its tick, but never over the edge. */
const write = (context, text, x, y, width) => {
  const half = context.measureText(text).width / 2;
  if (x < -half || x > width + half) return;
  context.textAlign = "left";
  context.fillText(text, Math.min(Math.max(2, x - half), width - 2 * half - 2), y);
};
