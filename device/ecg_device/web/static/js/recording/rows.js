/** A strip cut into rows of paper: sizes in millimetres of paper, nothing drawn yet. */

export const SPEED_MM_S = 25;
export const GAIN_MM_MV = 10;
export const MARGIN_MM = 15; // the calibration pulse stands in it
const LABELS_MM = 5; // room for the beats' letters above the trace
const LEAST_MV = 1; // a flat signal still gets paper to both sides
const MOST_MV = 4;

/** The lowest and highest whole half millivolt that the trace needs. */
export const extent = (uv) => {
  let [low, high] = [-LEAST_MV * 500, LEAST_MV * 1000];
  for (const value of uv) {
    if (value === null) continue;
    if (value < low) low = value;
    if (value > high) high = value;
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

/** The trace of a row as an SVG path: one piece for each stretch without missing samples. */
export const tracePath = (uv, row, paper, rateHz) => {
  const parts = [];
  let pen = "M";
  for (let at = row.first; at < row.stop; at += 1) {
    if (uv[at] === null) {
      pen = "M";
      continue;
    }
    parts.push(`${pen}${across(at, row.first, rateHz).toFixed(2)} ${down(uv[at], paper).toFixed(2)}`);
    pen = "L";
  }
  return parts.join("");
};

/** The stretches of a row without signal, as [first, stop) samples. */
export const missing = (uv, row) => {
  const gaps = [];
  for (let at = row.first; at < row.stop; at += 1) {
    if (uv[at] !== null) continue;
    const last = gaps.at(-1);
    if (last && last[1] === at) last[1] = at + 1;
    else gaps.push([at, at + 1]);
  }
  return gaps;
};

/** The calibration pulse: 1 mV for 0.2 s before the trace begins. */
export const pulsePath = (paper) => {
  const top = paper.zero - GAIN_MM_MV;
  return `M3 ${paper.zero}H5V${top}H10V${paper.zero}H12.5`;
};
