/**
 * Two points on the trace and what lies between them. A point is {sample, uv}; a caliper pair is
 * {a, b}. Everything here is arithmetic; the handles that people drag are in handles.js.
 */

/** ms between the points, the rate per minute that would be, and mV from a to b. */
export const measured = ({ a, b }, rateHz) => {
  const ms = (Math.abs(b.sample - a.sample) / rateHz) * 1000;
  const mv = a.uv === null || b.uv === null ? null : (b.uv - a.uv) / 1000;
  return { ms, perMinute: ms > 0 ? 60000 / ms : null, mv };
};

/**
 * The peak or trough within `reach` samples that lies furthest from the usual level of the
 * `around` samples to either side; the sample itself where there is none. The level is taken from
 * afar because near a QRS complex's top half of what there is belongs to the complex.
 */
export const peakNear = (uvAt, sample, reach, around) => {
  const level = median(between(sample, around).map(uvAt).filter((uv) => uv !== null));
  const far = (at) => Math.abs(uvAt(at) - level);
  return between(sample, reach)
    .filter((at) => isTurn(uvAt(at - 1), uvAt(at), uvAt(at + 1)))
    .reduce((best, at) => (best === null || far(at) > far(best) ? at : best), null) ?? sample;
};

const between = (sample, reach) => Array.from({ length: 2 * reach + 1 }, (_, i) => sample - reach + i);

/** Whether the signal rises to a value and falls from it, or the other way round. */
const isTurn = (before, now, after) =>
  before !== null && now !== null && after !== null &&
  (now - before) * (now - after) >= 0 && !(before === now && now === after);

const median = (values) => {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)];
};

/** Where to lay the calipers first: on the two beats beside the middle, else at its thirds. */
export const placement = (view, beats) => {
  const middle = view.from + view.span / 2;
  const seen = beats.filter(({ sample }) => sample >= view.from && sample < view.from + view.span);
  const before = seen.findLast(({ sample }) => sample <= middle);
  const after = seen.find(({ sample }) => sample > middle);
  return before && after
    ? [before.sample, after.sample]
    : [Math.round(view.from + view.span / 3), Math.round(view.from + (2 * view.span) / 3)];
};
