/** Where an axis gets its marks: round numbers, and round times of day. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 4, 6, 12, 24].map((n) => n * HOUR),
];

/** The least of 1, 2 and 5 times a power of ten that is not below `least`. */
export const roundStep = (least) => {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= least * 0.999);
};

/** Marks from `low` to `high`, at most so many, at multiples of a round step. */
export const valueTicks = (low, high, most) => {
  const step = roundStep((high - low) / most);
  const ticks = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step / 1000; at += step) ticks.push(at);
  return ticks;
};

/** Marks at round local times of day, at most so many, with whether seconds must be told. */
export const timeTicks = (fromMs, toMs, most) => {
  const step = TIME_STEPS.find((each) => (toMs - fromMs) / each <= most) ?? 24 * HOUR;
  const offset = new Date(fromMs).getTimezoneOffset() * MINUTE;
  const ticks = [];
  for (let at = Math.ceil((fromMs - offset) / step) * step + offset; at <= toMs; at += step) ticks.push(at);
  return { ticks, seconds: step < MINUTE };
};

/** An interval around values that leaves them room and never ends on them. */
export const around = (values, { floor = -Infinity, least = 1 } = {}) => {
  const known = values.filter((value) => value !== null && Number.isFinite(value));
  if (known.length === 0) return null;
  let [low, high] = [Math.min(...known), Math.max(...known)];
  const pad = Math.max((high - low) * 0.1, (least - (high - low)) / 2, 0);
  return [Math.max(floor, low - pad), high + pad];
};
