/** Trends of sessions joined on the wall clock: what lies between two sessions is a gap. */

const NOTHING = {
  bpm: null, bpm_low: null, bpm_high: null, ventricular: null, supraventricular: null, usable: null,
};

/** One session's trend as points in wall-clock time, one per step. */
export const pointsOf = (session, trend) => {
  const stepMs = trend.step_s * 1000;
  const beganMs = session.began_ms + ((trend.from - session.first) / session.rate_hz) * 1000;
  return trend.bpm.map((bpm, at) => ({
    ms: beganMs + at * stepMs,
    stepMs,
    bpm,
    bpm_low: trend.bpm_low[at],
    bpm_high: trend.bpm_high[at],
    ventricular: trend.ventricular[at],
    supraventricular: trend.supraventricular[at],
    usable: trend.usable[at],
  }));
};

/** Several sessions' points in the order of time, with a gap between each two. */
export const joined = (runs) =>
  runs
    .filter((run) => run.length > 0)
    .sort(([one], [other]) => one.ms - other.ms)
    .flatMap((run) => [...run, { ...NOTHING, ms: run.at(-1).ms + run.at(-1).stepMs, stepMs: 0 }]);

/** From when to when the points reach; at least a minute, so that an axis can be drawn. */
export const span = (points) => {
  const first = points[0].ms;
  const last = points.at(-1).ms + points.at(-1).stepMs;
  return [first, Math.max(last, first + 60_000)];
};

/** The midnights that begin and end a day given as YYYY-MM-DD, in local time. */
export const dayBounds = (day) => {
  const [year, month, date] = day.split("-").map(Number);
  return [new Date(year, month - 1, date).getTime(), new Date(year, month - 1, date + 1).getTime()];
};

/** A day's name for a date field, in local time. */
export const dayOf = (ms) => {
  const at = new Date(ms);
  const two = (n) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
};
