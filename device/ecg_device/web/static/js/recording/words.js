/** Words for what the appliance counts and measures: its symbols are for those who know them. */

const BEATS = {
  N: ["normal beat", "normal beats"],
  L: ["left bundle branch block beat", "left bundle branch block beats"],
  R: ["right bundle branch block beat", "right bundle branch block beats"],
  V: ["premature ventricular beat", "premature ventricular beats"],
  A: ["atrial premature beat", "atrial premature beats"],
  S: ["premature supraventricular beat", "premature supraventricular beats"],
  a: ["aberrated atrial premature beat", "aberrated atrial premature beats"],
  J: ["nodal premature beat", "nodal premature beats"],
  j: ["nodal escape beat", "nodal escape beats"],
  e: ["atrial escape beat", "atrial escape beats"],
  E: ["ventricular escape beat", "ventricular escape beats"],
  F: ["fusion beat", "fusion beats"],
  f: ["fusion of paced and normal beat", "fusions of paced and normal beats"],
  B: ["bundle branch block beat", "bundle branch block beats"],
  "/": ["paced beat", "paced beats"],
  Q: ["beat without a name", "beats without a name"],
};

const INTERVALS = {
  rr_ms: ["RR", "from beat to beat"],
  pr_ms: ["PR", "from the atria to the ventricles"],
  qrs_ms: ["QRS", "the ventricles' excitation"],
  qt_ms: ["QT", "the ventricles' excitation and recovery"],
  qtc_ms: ["QTc", "QT at 60 bpm (Fridericia)"],
};

/** A beat's symbol in words, for so many of them; a symbol not known here stands for itself. */
export const beatName = (symbol, count = 1) =>
  (BEATS[symbol] ?? [`beat “${symbol}”`, `beats “${symbol}”`])[count === 1 ? 0 : 1];

/** The symbols one can search for, as [symbol, words]. */
export const searchable = ["N", "V", "S", "A", "F", "L", "R", "/", "Q"].map((symbol) => [
  symbol,
  beatName(symbol, 2),
]);

/** An interval's short name and what it spans. */
export const intervalName = (key) => INTERVALS[key] ?? [key, ""];

/** The intervals in the order the heart makes them. */
export const intervalKeys = Object.keys(INTERVALS);

/** Counts per symbol, the most first. */
export const byCount = (beats) =>
  Object.entries(beats ?? {})
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one);
