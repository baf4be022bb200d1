/**
 * What is in view: `span` samples from sample `from` on (fractions allowed, so that a slow drag
 * stays smooth), inside bounds {first, stop}. Nothing here draws or asks the server.
 */

export const SHORTEST_S = 1;
const LEAST_WHOLE_S = 10;

/** The widest span: the whole session, or 10 s where it is shorter than that. */
export const widest = (bounds, rateHz) =>
  Math.max(bounds.stop - bounds.first, LEAST_WHOLE_S * rateHz);

/** The nearest view that lies inside the bounds. */
export const clamped = (view, bounds, rateHz) => {
  const span = Math.min(Math.max(view.span, SHORTEST_S * rateHz), widest(bounds, rateHz));
  const latest = Math.max(bounds.first, bounds.stop - span);
  return { from: Math.min(Math.max(view.from, bounds.first), latest), span };
};

/** The same span, `samples` later. */
export const panned = (view, samples) => ({ ...view, from: view.from + samples });

/** `factor` times the span, with sample `around` staying where it is on the screen. */
export const zoomed = (view, factor, around) => ({
  from: around - (around - view.from) * factor,
  span: view.span * factor,
});

/** As `zoomed`, held at the narrowest and widest span so that the anchor does not creep. */
export const zoomedWithin = (view, factor, around, bounds, rateHz) => {
  const span = clamped({ ...view, span: view.span * factor }, bounds, rateHz).span;
  return zoomed(view, span / view.span, around);
};

/** `span` samples with `sample` in the middle. */
export const centred = (sample, span) => ({ from: sample - span / 2, span });

export const centre = (view) => view.from + view.span / 2;

export const end = (view) => view.from + view.span;

/** Pixels from the left edge of a plot `width` wide. */
export const xOf = (view, width, sample) => ((sample - view.from) / view.span) * width;

export const sampleAt = (view, width, x) => view.from + (x / width) * view.span;

export const shows = (view, sample) => sample >= view.from && sample < end(view);
