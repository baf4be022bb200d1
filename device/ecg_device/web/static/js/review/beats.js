/** Beats: how they are fetched tile by tile, and how many can be told apart on the screen. */

import { end } from "./view.js";

const TILE = 65536;
const LETTERS_PX = 18; // a letter and the space around it
const LONGEST_S = 900; // beyond, a minute's count says more than ten thousand ticks

/** "letters", "ticks" or "density": what a view has room for. */
export const detailFor = (view, width, rateHz, beatsPerMinute) => {
  const seconds = view.span / rateHz;
  if (seconds > LONGEST_S) return "density";
  const beatPx = (width / seconds) * (60 / Math.max(beatsPerMinute, 30));
  return beatPx >= LETTERS_PX ? "letters" : "ticks";
};

/** The tiles of beats a view needs; none when it is too wide to show single beats. */
export const beatTilesFor = (view, bounds, rateHz) => {
  if (view.span / rateHz > LONGEST_S) return [];
  const from = Math.max(view.from - view.span / 4, bounds.first);
  const to = Math.min(end(view) + view.span / 4, bounds.stop);
  const begin = Math.floor(from / TILE);
  return Array.from({ length: Math.max(0, Math.ceil(to / TILE) - begin) }, (_, i) =>
    tileAt(begin + i, bounds, rateHz),
  );
};

/** A beat is named half a second after it, so a second before the end may lack some. */
const tileAt = (index, bounds, rateHz) => ({
  key: `beats/${index}`,
  kind: "beats",
  from: index * TILE,
  to: (index + 1) * TILE,
  known: Math.min((index + 1) * TILE, bounds.stop),
  patience: 2 * rateHz,
});

/** The held beats of a view in order. */
export const beatsIn = (tiles, view, get) =>
  tiles
    .flatMap(({ key }) => get(key)?.beats ?? [])
    .filter(({ sample }) => sample >= view.from && sample < end(view));
