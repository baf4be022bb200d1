/** Numbers, units, durations and dates as the reader's locale writes them. Missing is never 0. */

export const MISSING = "---";

const locale = () => navigator.language || "en";
const made = new Map();
const kept = (kind, options) => {
  const key = kind.name + locale() + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new kind(locale(), options));
  return made.get(key);
};
const known = (value) => value !== null && value !== undefined && Number.isFinite(value);

/** A number with so many decimals; `---` where it is not known. */
export const formatNumber = (value, decimals = 0) =>
  known(value)
    ? kept(Intl.NumberFormat, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value)
    : MISSING;

/** At most so many decimals: 25, 12.5, 6.25. */
export const formatShort = (value, decimals = 2) =>
  known(value) ? kept(Intl.NumberFormat, { maximumFractionDigits: decimals }).format(value) : MISSING;

/** With its unit behind a narrow space that does not break: "72 bpm". */
export const withUnit = (value, unit, decimals = 0) => `${formatNumber(value, decimals)}\u202f${unit}`;

/** A share of 1 as a percentage: 0.934 -> "93 %". */
export const formatPercent = (share, decimals = 0) =>
  known(share)
    ? kept(Intl.NumberFormat, { style: "percent", minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(share)
    : MISSING;

/** Powers of 1000: 1 530 000 -> "1.5 MB". */
export const formatBytes = (bytes) => {
  if (!known(bytes)) return MISSING;
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, Math.abs(bytes))) / 3));
  const value = bytes / 1000 ** power;
  return withUnit(value, units[power], power > 0 && Math.abs(value) < 10 ? 1 : 0);
};

const two = (value) => String(value).padStart(2, "0");

/** How long, in words for people: "8.5 s", "2 min 05 s", "3 h 20 min", "2 d 4 h". */
export const formatDuration = (seconds) => {
  if (!known(seconds)) return MISSING;
  if (seconds < 60) return withUnit(seconds, "s", Number.isInteger(seconds) ? 0 : 1);
  const whole = Math.round(seconds);
  const [d, h, m, s] = [Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60];
  if (d) return `${d}\u202fd ${h}\u202fh`;
  if (h) return `${h}\u202fh ${two(m)}\u202fmin`;
  return `${m}\u202fmin ${two(s)}\u202fs`;
};

/** A countdown or a position: "1:05", "1:00:05". */
export const formatClock = (seconds) => {
  if (!known(seconds)) return MISSING;
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};

const date = (ms, options) => (known(ms) ? kept(Intl.DateTimeFormat, options).format(new Date(ms)) : MISSING);

/** Wall clock time: "14:05:09". */
export const formatTime = (ms) => date(ms, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** "21 Nov 2026". */
export const formatDate = (ms) => date(ms, { year: "numeric", month: "short", day: "numeric" });

/** "21 Nov 2026, 14:05". */
export const formatDateTime = (ms) =>
  date(ms, { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
