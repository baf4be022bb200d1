/** What can be drawn of a view now: the finest held tile of each stretch, coarser where it must. */

import { LEVELS, levelFor, tilesOver } from "./levels.js";
import { end } from "./view.js";

/** Stretches {from, to, tile} in order; `tile` is null where nothing is held yet. */
export const piecesOf = (view, width, bounds, get) => {
  const level = levelFor(view, width);
  const from = Math.max(view.from, bounds.first);
  const to = Math.min(end(view), bounds.stop);
  return stretches(level, from, to, bounds, get);
};

const stretches = (level, from, to, bounds, get) =>
  tilesOver(level, from, to, bounds).flatMap((span) =>
    covered(span, Math.max(from, span.from), Math.min(to, span.to), bounds, get),
  );

/** One tile's stretch: itself as far as it knew, the rest from coarser levels. */
const covered = (span, from, to, bounds, get) => {
  const tile = get(span.key);
  const known = tile ? Math.min(to, tile.stop) : from;
  const own = known > from ? [{ from, to: known, tile }] : [];
  if (known >= to) return own;
  const coarser = LEVELS[span.level.rank + 1];
  const rest = coarser
    ? stretches(coarser, Math.max(from, known), to, bounds, get)
    : [{ from: Math.max(from, known), to, tile: null }];
  return [...own, ...rest];
};

/** Whether the view is shown as finely as it can be. */
export const finest = (view, width, pieces) =>
  pieces.every(({ tile }) => tile && tile.perBin <= levelFor(view, width).perBin);

/**
 * Stretches without signal, [{from, to}], merged over pieces; what was not fetched is none.
 * A bin counts as missing when none of its samples is there.
 */
export const gapsIn = (pieces) => {
  const gaps = [];
  for (const piece of pieces) {
    if (piece.tile) collect(gaps, piece);
  }
  return gaps;
};

const collect = (gaps, { from, to, tile }) => {
  const { perBin, low } = tile;
  const begin = Math.max(0, Math.floor((from - tile.from) / perBin));
  const stop = Math.min(low.length, Math.ceil((to - tile.from) / perBin));
  for (let bin = begin; bin < stop; bin += 1) {
    if (!Number.isNaN(low[bin])) continue;
    const start = Math.max(from, tile.from + bin * perBin);
    const finish = Math.min(to, tile.from + (bin + 1) * perBin);
    const last = gaps.at(-1);
    if (last && start - last.to < 1) last.to = finish;
    else gaps.push({ from: start, to: finish });
  }
};
