/** A session's events in order: fetched page by page, asked for by kind, place and neighbour. */

import { getJson } from "../api.js";

export const KINDS = Object.freeze(["rhythm", "quality", "alarm", "technical", "clock", "model"]);

const PAGE = 500;
const MOST = 20_000; // about 4 MB; beyond, the list says that it ends here
const LOOK_BACK_S = 60; // an event may be decided well after the sample it begins at

/** The events from sample `from` on; calls `arrived(events)` a page at a time. */
export const fetchEvents = async (id, from, arrived) => {
  for (let next = from, more = true, count = 0; more && count < MOST; ) {
    const answer = await getJson(`sessions/${id}/events`, { query: { from: next, limit: PAGE } });
    arrived(answer.events);
    count += answer.events.length;
    const last = answer.events.at(-1);
    more = answer.more && last !== undefined;
    if (more) next = last.sample === next ? next + 1 : last.sample;
  }
};

const keyOf = ({ sample, kind, text }) => `${sample}/${kind}/${text}`;

/** Events by sample, each once. */
export const createEvents = (rateHz) => {
  const known = new Set();
  let all = [];
  let byKind = new Map();
  return {
    add(events) {
      const fresh = events.filter((event) => !known.has(keyOf(event)) && known.add(keyOf(event)));
      if (fresh.length === 0) return false;
      all = [...all, ...fresh].sort((a, b) => a.sample - b.sample);
      byKind = new Map(KINDS.map((kind) => [kind, all.filter((event) => event.kind === kind)]));
      return true;
    },
    all: () => all,
    full: () => all.length >= MOST,
    /** Those of some kinds; a null set means all. */
    ofKinds: (kinds) => (kinds ? all.filter(({ kind }) => kinds.has(kind)) : all),
    ofKind: (kind) => byKind.get(kind) ?? [],
    resumeFrom: () => Math.max(0, Math.floor((all.at(-1)?.sample ?? 0) - LOOK_BACK_S * rateHz)),
  };
};

/** The index of the first event at or after a sample. */
export const indexAt = (events, sample) => {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle].sample < sample) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The nearest event strictly before or after a sample; undefined where there is none. */
export const neighbour = (events, sample, direction) =>
  direction === "after" ? events[indexAt(events, sample + 1)] : events[indexAt(events, sample) - 1];

/** States hold until the next of their kind: the stretches {from, to, event} that touch a range. */
export const stretchesOf = (events, from, to, stop) => {
  const begin = Math.max(0, indexAt(events, from + 1) - 1);
  const end = indexAt(events, to);
  return events
    .slice(begin, end)
    .map((event, i) => ({ from: event.sample, to: events[begin + i + 1]?.sample ?? stop, event }))
    .filter((stretch) => stretch.to > from);
};
