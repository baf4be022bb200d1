/** How large things are on this screen: px per mV, mm per second, and how that is said honestly. */

import { formatShort } from "../numbers.js";
import { GAINS_MM_MV } from "../display.js";

export const PAPER_MM_S = 25;
export const PAPER_MM_MV = 10;
const FILL = 0.75; // of the height: the quartiles leave out what is higher than usual
const BEATS_S = 2; // at least one beat lies in each of the stretches that are compared

/** The span, in samples, that is drawn at 25 mm/s over `width` pixels. */
export const paperSpan = (width, display, rateHz) =>
  (width / (PAPER_MM_S * display.pxPerMmX)) * rateHz;

export const speedOf = (view, width, display, rateHz) =>
  width / display.pxPerMmX / (view.span / rateHz);

/** What is to be shown vertically: {low, high} in mV, from a tile over the whole session. */
export const extentOf = (tile, seconds) => {
  const together = Math.max(1, Math.ceil((BEATS_S * tile.low.length) / seconds));
  const lows = stretches(tile.low, together, Math.min);
  const highs = stretches(tile.high, together, Math.max);
  if (lows.length === 0) return { low: -0.5, high: 1 };
  const at = (values, share) => values[Math.round(share * (values.length - 1))] / 1000;
  return { low: at(lows, 0.25), high: at(highs, 0.75) };
};

/** The most extreme value of every so many, in ascending order; those without any left out. */
const stretches = (values, together, most) => {
  const found = [];
  for (let from = 0; from < values.length; from += together) {
    const known = values.slice(from, from + together).filter((value) => !Number.isNaN(value));
    if (known.length > 0) found.push(known.reduce((a, b) => most(a, b)));
  }
  return found.sort((a, b) => a - b);
};

/** The largest usual gain at which the extent fits; the smallest where none does. */
export const fittingGain = ({ low, high }, height, display) =>
  GAINS_MM_MV.findLast((gain) => (high - low) * gain * display.pxPerMmY <= FILL * height) ??
  GAINS_MM_MV[0];

/** mV at the middle of the trace, on a whole half millivolt so that strong lines stay put. */
export const middleOf = ({ low, high }) => Math.round((low + high) / 2 / 0.05) * 0.05;

/** "25 mm/s · 10 mm/mV", or what it is instead; "about" until the screen was measured. */
export const scaleCaption = (view, width, display, rateHz, gain) => {
  const about = display.measured ? "" : "about ";
  const speed = speedOf(view, width, display, rateHz);
  const gains = `${formatShort(gain)} mm/mV`;
  if (speed >= 1) return `${about}${formatShort(speed, 1)} mm/s · ${gains}`;
  if (speed * 60 >= 1) return `${about}${formatShort(speed * 60, 1)} mm/min · ${gains}`;
  return `${about}${formatShort(speed * 3600, 1)} mm/h · ${gains}`;
};

export const isPaper = (view, width, display, rateHz, gain) =>
  gain === PAPER_MM_MV && Math.abs(speedOf(view, width, display, rateHz) / PAPER_MM_S - 1) < 0.005;
