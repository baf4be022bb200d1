/** Questions to the store, and their answers as typed arrays ready to be drawn. */

import { getJson } from "../api.js";

const MOST_BEATS = 1000;
const MOST_BINS = 4096;

/** How tiles of session `id` are fetched: `(tile, signal) -> {stop, cost, ...}`. */
export const createLoader = (id) => (tile, signal) =>
  tile.kind === "beats" ? loadBeats(id, tile, signal) : loadSignal(id, tile, signal);

/** The store loses one bin to alignment, so one more than fit is asked for. */
const loadSignal = async (id, tile, signal) => {
  const bins = Math.ceil((tile.known - tile.from) / tile.level.perBin) + 1;
  const query = { from: tile.from, to: tile.to, bins: Math.min(Math.max(bins, 2), MOST_BINS) };
  return asTile(await getJson(`sessions/${id}/signal`, { query, signal }), tile.known);
};

/** An answer of the signal route: {from, perBin, low, high} in uV, NaN where nothing is. */
export const asTile = (answer, known = answer.to) => {
  const single = answer.kind === "samples";
  const low = numbers(single ? answer.uv : answer.low_uv);
  const high = single ? low : numbers(answer.high_uv);
  const perBin = single ? 1 : answer.per_bin;
  return { from: answer.from, perBin, low, high, stop: Math.min(known, answer.to), cost: 2 * low.length };
};

const numbers = (values) => Float32Array.from(values, (value) => value ?? NaN);

/** A beat is named half a second after it and written within another: the last second may lack some. */
const loadBeats = async (id, { from, to, known, patience }, signal) => {
  const beats = [];
  for (let next = from, more = true; more; ) {
    const query = { from: next, to, limit: MOST_BEATS };
    const answer = await getJson(`sessions/${id}/beats`, { query, signal });
    beats.push(...answer.beats);
    more = answer.more && answer.beats.length > 0;
    if (more) next = answer.beats.at(-1).sample + 1;
  }
  return { beats, stop: known - patience / 2, cost: 10 * beats.length };
};

/** The beat of these symbols nearest before or after a sample; null where there is none. */
export const seekBeat = async (id, symbols, direction, sample, signal) => {
  const query = { symbols: symbols.join(","), limit: 1, [direction]: sample };
  return (await getJson(`sessions/${id}/beats`, { query, signal })).beats.at(0) ?? null;
};

/** The whole session at once: its signal's outline, and its trends in so many points. */
export const loadOutline = async (id, { first, stop }, points) => {
  const query = { from: first, to: stop };
  const [signal, trend] = await Promise.all([
    getJson(`sessions/${id}/signal`, { query: { ...query, bins: MOST_BINS } }),
    getJson(`sessions/${id}/trend`, { query: { ...query, points } }),
  ]);
  return { tile: asTile(signal), trend };
};
