/**
 * Which tiles of signal a view needs. A tile is a fixed stretch of a level: single samples, or
 * the lowest and highest of 64, 1024 or 16384 (the pyramid that the store keeps).
 */

import { end } from "./view.js";

const WIDEST_BIN_PX = 2;

/** Finest first. `size` is the samples a tile spans; the API answers at most 4096 bins. */
export const LEVELS = Object.freeze(
  [
    { perBin: 1, bins: 4096 },
    { perBin: 64, bins: 1024 },
    { perBin: 1024, bins: 1024 },
    { perBin: 16384, bins: 2048 },
  ].map((level, rank) => Object.freeze({ ...level, rank, size: level.perBin * level.bins })),
);

/** The coarsest level whose bins are no wider on the screen than two pixels. */
export const levelFor = (view, width) => {
  const widest = (WIDEST_BIN_PX * view.span) / width;
  return LEVELS.findLast((level) => level.perBin <= widest) ?? LEVELS[0];
};

/** The tiles of a level that hold samples of [from, to) and of the session. */
export const tilesOver = (level, from, to, bounds) => {
  const begin = Math.floor(Math.max(from, bounds.first) / level.size);
  const stop = Math.ceil(Math.min(to, bounds.stop) / level.size);
  return Array.from({ length: Math.max(0, stop - begin) }, (_, i) =>
    tileAt(level, begin + i, bounds),
  );
};

/** `known`: how far the session goes in it; `patience`: how much of that may be lacking. */
const tileAt = (level, index, bounds) => ({
  key: `signal/${level.perBin}/${index}`,
  kind: "signal",
  level,
  from: index * level.size,
  to: (index + 1) * level.size,
  known: Math.min((index + 1) * level.size, bounds.stop),
  patience: level.perBin,
});

/**
 * What to have for a view, most urgent first: a coarse picture of the view and what is beside
 * it, then the view itself from its middle outwards, then half a screen on either side.
 */
export const neededFor = (view, width, bounds) => {
  const level = levelFor(view, width);
  const coarser = LEVELS[level.rank + 1];
  const margin = view.span / 2;
  const middle = view.from + margin;
  const sight = tilesOver(level, view.from, end(view), bounds).sort(
    (a, b) => Math.abs(a.from + a.to - 2 * middle) - Math.abs(b.from + b.to - 2 * middle),
  );
  const around = tilesOver(level, view.from - margin, end(view) + margin, bounds);
  const under = coarser ? tilesOver(coarser, view.from - margin, end(view) + margin, bounds) : [];
  const seen = new Set();
  return [...under, ...sight, ...around].filter(({ key }) => !seen.has(key) && seen.add(key));
};
