/** The calipers as drawn: a line down each point, a level through it, what lies between in words. */

import { calipersText } from "./readout.js";
import { xOf } from "./view.js";

const DOT_PX = 4;

export const drawCalipers = (context, scene, yOf) => {
  const { calipers, colours, layout } = scene;
  if (!calipers) return;
  context.save();
  context.beginPath();
  context.rect(0, layout.beats.y, scene.width, layout.axis.y - layout.beats.y);
  context.clip();
  for (const point of [calipers.a, calipers.b]) drawPoint(context, scene, point, yOf);
  drawBetween(context, scene);
  context.restore();
  context.fillStyle = colours.ink;
};

const drawPoint = (context, { view, width, layout, colours }, { sample, uv }, yOf) => {
  const x = xOf(view, width, sample);
  context.fillStyle = colours.accent;
  context.fillRect(x - 0.75, layout.trace.y, 1.5, layout.trace.height);
  if (uv === null) return;
  const y = yOf(uv);
  context.globalAlpha = 0.6;
  context.fillRect(0, y - 0.5, width, 1);
  context.globalAlpha = 1;
  context.beginPath();
  context.arc(x, y, DOT_PX, 0, 2 * Math.PI);
  context.fill();
};

/** An arrow from line to line, and the numbers on it. */
const drawBetween = (context, { view, width, layout, calipers, rateHz, colours }) => {
  const [a, b] = [calipers.a, calipers.b].map(({ sample }) => xOf(view, width, sample));
  const y = layout.trace.y + 14;
  context.fillStyle = colours.accent;
  context.fillRect(Math.min(a, b), y, Math.abs(b - a), 1);
  const words = calipersText(calipers, rateHz);
  context.font = `700 14px ${colours.font}`;
  const wide = context.measureText(words).width + 12;
  const x = Math.min(Math.max(4, (a + b - wide) / 2), width - wide - 4);
  context.fillStyle = colours.paper;
  context.fillRect(x, y - 12, wide, 24);
  context.strokeStyle = colours.accent;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y - 11.5, wide - 1, 23);
  context.fillStyle = colours.ink;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(words, x + 6, y + 1);
};
