/**
 * Which wall-clock time a sample has, and where the ticks of the time axis go.
 *
 * Sample numbers are the time that counts; the wall clock is looked up from them, in the zone of
 * whoever looks. Ticks sit on round local times, also across a change of the clocks.
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const QUARTER = 15 * MINUTE; // every zone's offset is a multiple of it
const STEPS = [
  ...[100, 200, 500],
  ...[1, 2, 5, 10, 30].map((s) => s * SECOND),
  ...[1, 2, 5, 10, 30].map((min) => min * MINUTE),
  ...[1, 3, 6, 12].map((h) => h * HOUR),
];
const LABEL_PX = 84;

/** `anchor` is a sample whose wall clock was `anchorMs`. */
export const createClock = (anchor, anchorMs, rateHz) => ({
  rateHz,
  first: anchor,
  wallMs: (sample) => anchorMs + ((sample - anchor) / rateHz) * SECOND,
  sampleAt: (ms) => anchor + ((ms - anchorMs) / SECOND) * rateHz,
  seconds: (samples) => samples / rateHz,
});

/** The finest step, in ms, whose labels do not touch. */
export const stepFor = (spanMs, width) =>
  STEPS.find((step) => (step / spanMs) * width >= LABEL_PX) ?? STEPS.at(-1);

/** Round local times from `fromMs` to `toMs`: epoch ms. */
export const roundTimes = (fromMs, toMs, step) => {
  const stride = Math.min(step, QUARTER);
  const begin = Math.ceil(fromMs / stride) * stride;
  const count = Math.max(0, Math.floor((toMs - begin) / stride) + 1);
  const times = Array.from({ length: count }, (_, i) => begin + i * stride);
  return step <= QUARTER ? times : times.filter((ms) => isRound(new Date(ms), step / MINUTE));
};

const isRound = (date, minutes) => (date.getHours() * 60 + date.getMinutes()) % minutes === 0;

const HOURS_MINUTES = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

const formatter = (options) => new Intl.DateTimeFormat(undefined, options);
const MINUTES = formatter(HOURS_MINUTES);
const SECONDS = formatter({ ...HOURS_MINUTES, second: "2-digit" });
const TENTHS = formatter({ ...HOURS_MINUTES, second: "2-digit", fractionalSecondDigits: 1 });
const MILLIS = formatter({ ...HOURS_MINUTES, second: "2-digit", fractionalSecondDigits: 3 });
const DAY = formatter({ day: "numeric", month: "short" });
const DATE = formatter({ day: "numeric", month: "short", year: "numeric" });
const ZONE = formatter({ hour: "2-digit", timeZoneName: "short" });

export const clockText = (ms) => SECONDS.format(ms);
export const preciseText = (ms) => MILLIS.format(ms);
export const dateText = (ms) => DATE.format(ms);

export const dayText = (ms) => DAY.format(ms);

const zoneText = (ms) =>
  ZONE.formatToParts(ms).find(({ type }) => type === "timeZoneName")?.value ?? "";

const labelFormat = (step) => (step < SECOND ? TENTHS : step < MINUTE ? SECONDS : MINUTES);

const dayOf = (ms) => new Date(ms).toDateString();
const offsetOf = (ms) => new Date(ms).getTimezoneOffset();

/** Ticks of the wall clock in view: {sample, text, day}; `day` only where a new date begins. */
export const wallTicks = (clock, view, width) => {
  const fromMs = clock.wallMs(view.from);
  const toMs = clock.wallMs(view.from + view.span);
  const step = stepFor(toMs - fromMs, width);
  const format = labelFormat(step);
  const shifted = offsetOf(fromMs) !== offsetOf(toMs);
  let day = dayOf(fromMs);
  return roundTimes(fromMs, toMs, step).map((ms) => {
    const fresh = dayOf(ms) !== day;
    day = dayOf(ms);
    const text = shifted ? `${format.format(ms)} ${zoneText(ms)}` : format.format(ms);
    return { sample: clock.sampleAt(ms), text, day: fresh ? DAY.format(ms) : "" };
  });
};

/** Ticks of signal time, counted from the session's first sample: {sample, text}. */
export const signalTicks = (clock, view, width) => {
  const step = stepFor((view.span / clock.rateHz) * SECOND, width);
  const stride = (step / SECOND) * clock.rateHz;
  const begin = Math.ceil((view.from - clock.first) / stride);
  const count = Math.floor((view.from + view.span - clock.first) / stride) - begin + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => {
    const since = (begin + i) * stride;
    return { sample: clock.first + since, text: elapsedText(since / clock.rateHz, step < SECOND) };
  });
};

const two = (n) => String(n).padStart(2, "0");

/** Seconds since the beginning as h:mm:ss, with tenths where asked. */
export const elapsedText = (seconds, tenths = false) => {
  const units = Math.round(seconds * (tenths ? 10 : 1));
  const whole = tenths ? Math.floor(units / 10) : units;
  const text = `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return tenths ? `${text}.${units % 10}` : text;
};

/** A length in words: "1 h 4 min", "12.5 s". */
export const spanText = (seconds) => {
  if (seconds < 60) return `${NUMBER.format(Math.round(seconds * 10) / 10)} s`;
  const units = seconds < 3600 ? [60, "min", 1, "s"] : [3600, "h", 60, "min"];
  const [big, bigName, small, smallName] = units;
  const rounded = Math.round(seconds / small) * small;
  const rest = Math.round((rounded % big) / small);
  const head = `${Math.floor(rounded / big)} ${bigName}`;
  return rest ? `${head} ${rest} ${smallName}` : head;
};

const NUMBER = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
