/** What is searched for: read from the address, written to the address, sent to the API. */

import { dayBounds } from "./points.js";

export const TABS = ["recordings", "sessions", "trends"];
const FILTERS = ["from", "to", "symbol", "text", "pinned"];

/** The search that an address names. */
export const readQuery = (search) => {
  const given = new URLSearchParams(search);
  const tab = TABS.includes(given.get("tab")) ? given.get("tab") : TABS[0];
  const kept = [...FILTERS, "session", "day"].map((name) => [name, given.get(name) ?? ""]);
  return { tab, ...Object.fromEntries(kept) };
};

/** The address of a search; what is empty is left out. */
export const address = (query) => {
  const said = Object.entries(query).filter(([, value]) => value);
  return `?${new URLSearchParams(said)}`;
};

/** Whether anything is searched for at all. */
export const isFiltered = (query) => FILTERS.some((name) => query[name]);

/** The search as the API takes it: days become milliseconds, the last day is whole. */
export const apiQuery = (query, { before = null, limit = 20 } = {}) => ({
  from: query.from ? dayBounds(query.from)[0] : null,
  to: query.to ? dayBounds(query.to)[1] - 1 : null,
  symbol: query.symbol,
  text: query.text,
  pinned: query.pinned ? "true" : null,
  before,
  limit,
});
