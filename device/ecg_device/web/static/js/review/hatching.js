/** Stretches in which there is no ECG: hatched, and said in words. Never a line. */

import { formatDuration } from "../numbers.js";
import { end, xOf } from "./view.js";

const STRIPE_PX = 8;
const PADDING_PX = 8;

const tiles = new Map();

/** Diagonal stripes of a colour, made once for a theme. */
const stripes = (context, colour) => {
  if (!tiles.has(colour)) tiles.set(colour, stripeTile(colour));
  return context.createPattern(tiles.get(colour), "repeat");
};

const stripeTile = (colour) => {
  const tile = new OffscreenCanvas(STRIPE_PX, STRIPE_PX);
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  pen.globalAlpha = 0.45;
  pen.lineWidth = 1;
  pen.beginPath();
  for (const shift of [-STRIPE_PX, 0, STRIPE_PX]) {
    pen.moveTo(shift, STRIPE_PX);
    pen.lineTo(shift + STRIPE_PX, 0);
  }
  pen.stroke();
  return tile;
};

/** Hatch `spans` ({from, to, words}) over `box` ({y, height}); words where they fit. */
export const drawHatching = (context, { view, width, box, spans, colours }) => {
  for (const span of spans) {
    const left = Math.max(0, xOf(view, width, span.from));
    const right = Math.min(width, xOf(view, width, span.to));
    if (right <= left) continue;
    context.fillStyle = stripes(context, colours.none);
    context.fillRect(left, box.y, Math.max(1, right - left), box.height);
    drawWords(context, left, right, box, wordsFor(span, view), colours);
  }
};

const wordsFor = (span, view) => {
  const whole = span.from >= view.from && span.to <= end(view);
  return whole && span.seconds ? `${span.words}, ${formatDuration(round(span.seconds))}` : span.words;
};

const round = (seconds) => (seconds < 60 ? Math.round(seconds * 10) / 10 : Math.round(seconds));

const drawWords = (context, left, right, box, words, colours) => {
  context.font = `600 13px ${colours.font}`;
  const wide = context.measureText(words).width + 2 * PADDING_PX;
  if (wide > right - left) return;
  const x = (left + right - wide) / 2;
  const y = box.y + box.height / 2;
  context.fillStyle = colours.paper;
  context.fillRect(x, y - 12, wide, 24);
  context.fillStyle = colours.none;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(words, x + PADDING_PX, y + 1);
};
