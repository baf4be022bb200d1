/** Pieces of signal brought to what a screen can show: single samples, or a range for each pixel. */

import { xOf } from "./view.js";

const DENSEST_LINE = 2.5; // samples a pixel; beyond, a pixel's lowest and highest say as much

/** Whether single samples are drawn as a line. */
export const isLine = (view, width, pieces) =>
  view.span / width <= DENSEST_LINE && pieces.every(({ tile }) => !tile || tile.perBin === 1);

/** All samples in view in a row: {first, uv}; NaN where there is none, or none was fetched. */
export const samplesIn = (view, pieces) => {
  const first = Math.floor(view.from);
  const uv = new Float32Array(Math.ceil(view.span) + 2).fill(NaN);
  for (const { from, to, tile } of pieces) {
    if (!tile) continue;
    // one more on either side, so that lines run off the edge of the plot
    const begin = Math.max(first, Math.floor(from));
    const stop = Math.min(first + uv.length, Math.ceil(to) + 1, tile.from + tile.low.length);
    for (let sample = Math.max(begin, tile.from); sample < stop; sample += 1) {
      uv[sample - first] = tile.low[sample - tile.from];
    }
  }
  return { first, uv };
};

/** The lowest and highest of every pixel column: {low, high} in uV, NaN where there is nothing. */
export const columnsOf = (view, width, pieces) => {
  const low = new Float32Array(Math.ceil(width)).fill(NaN);
  const high = new Float32Array(Math.ceil(width)).fill(NaN);
  for (const piece of pieces) {
    if (piece.tile) spread(view, width, piece, low, high);
  }
  return { low, high };
};

const spread = (view, width, { from, to, tile }, low, high) => {
  const begin = Math.max(0, Math.floor((from - tile.from) / tile.perBin));
  const stop = Math.min(tile.low.length, Math.ceil((to - tile.from) / tile.perBin));
  for (let bin = begin; bin < stop; bin += 1) {
    if (Number.isNaN(tile.low[bin])) continue;
    const start = Math.max(from, tile.from + bin * tile.perBin);
    const finish = Math.min(to, tile.from + (bin + 1) * tile.perBin);
    const left = Math.max(0, Math.floor(xOf(view, width, start)));
    const right = Math.min(low.length, Math.max(left + 1, Math.floor(xOf(view, width, finish))));
    for (let x = left; x < right; x += 1) {
      if (!(low[x] <= tile.low[bin])) low[x] = tile.low[bin];
      if (!(high[x] >= tile.high[bin])) high[x] = tile.high[bin];
    }
  }
};
