/** A strip cut into rows of paper: sizes in millimetres of paper, nothing drawn yet. */

export const SPEED_MM_S = 25;
export const GAIN_MM_MV = 10;
export const MARGIN_MM = 15; // the calibration pulse stands in it
const LABELS_MM = 5; // room for the beats' letters above the trace
const LEAST_MV = 1; // a flat signal still gets paper to both sides
const MOST_MV = 4;

/** The lowest and highest half millivolt that the trace needs where it is one. */
export const extent = (uv, runs) => {
  let [low, high] = [-LEAST_MV * 500, LEAST_MV * 1000];
  for (const { first, stop } of runs.filter(({ kind }) => kind !== "none")) {
    for (let at = first; at < stop; at += 1) {
      if (uv[at] < low) low = uv[at];
      if (uv[at] > high) high = uv[at];
    }
  }
  const halves = (value, round) => round(value / 500) / 2;
  return {
    low: Math.max(-MOST_MV, halves(low, Math.floor)),
    high: Math.min(MOST_MV, halves(high, Math.ceil)),
  };
};

/** The paper's layout for a strip: its rows, each [first, stop) in samples from the strip's start. */
export const layOut = (samples, rateHz, secondsPerRow, { low, high }) => {
  const perRow = Math.round(secondsPerRow * rateHz);
  const rows = [];
  for (let first = 0; first < samples; first += perRow) {
    rows.push({ first, stop: Math.min(samples, first + perRow) });
  }
  const height = LABELS_MM + (high - low) * GAIN_MM_MV;
  return {
    rows,
    width: MARGIN_MM + secondsPerRow * SPEED_MM_S,
    height,
    zero: height + low * GAIN_MM_MV, // where 0 mV lies, from the top
  };
};

/** A sample's place along its row. */
export const across = (sample, first, rateHz) => MARGIN_MM + ((sample - first) / rateHz) * SPEED_MM_S;

/** A value's place down the row, never off the paper. */
export const down = (uv, paper) =>
  Math.min(paper.height, Math.max(0, paper.zero - (uv / 1000) * GAIN_MM_MV));

/** The trace of a run of samples within its row as an SVG path. */
export const tracePath = (uv, run, row, paper, rateHz) => {
  const parts = [];
  let pen = "M";
  for (let at = Math.max(row.first, run.first - (run.joined ? 1 : 0)); at < run.stop; at += 1) {
    if (uv[at] === null) {
      pen = "M";
      continue;
    }
    parts.push(`${pen}${across(at, row.first, rateHz).toFixed(2)} ${down(uv[at], paper).toFixed(2)}`);
    pen = "L";
  }
  return parts.join("");
};

/** The calibration pulse: 1 mV for 0.2 s before the trace begins. */
export const pulsePath = (paper) => {
  const top = paper.zero - GAIN_MM_MV;
  return `M3 ${paper.zero}H5V${top}H10V${paper.zero}H12.5`;
};
