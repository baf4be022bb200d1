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

/** The sample within `reach` that stands out most from what is around it; itself on a slope. */
export const peakNear = (uvAt, sample, reach) => {
  const around = Array.from({ length: 2 * reach + 1 }, (_, i) => sample - reach + i);
  const values = around.map(uvAt);
  const present = values.filter((uv) => uv !== null);
  if (present.length === 0) return sample;
  const middle = median(present);
  const best = values.reduce(
    (top, uv, i) => (uv !== null && Math.abs(uv - middle) > Math.abs(values[top] - middle) ? i : top),
    values.findIndex((uv) => uv !== null),
  );
  return around[best];
};

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
