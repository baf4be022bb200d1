/** Millimetres of paper on this screen: where a second and a millivolt lie, in one row or several. */

const MARGIN_MM = 7; // left of the trace: the calibration pulse
const ERASE_MM = 7;
const ROW_MM = 42; // the least height of a row; a high screen has several, one after the other
const ROW_MV = 4; // and what it has to hold
const MOST_ROWS = 3;
const BASELINE_SHARE = 0.6; // of a row: R waves point up more often than down
const PULSES_MV = [1, 0.5, 0.2, 0.1];
const PULSE_MM = 5; // 200 ms at 25 mm/s

/** All that drawing needs to know of the strip's geometry; lengths in CSS pixels. */
export const makeScale = (width, height, { pxPerMmX, pxPerMmY, speed, gain }) => {
  const left = Math.round(MARGIN_MM * pxPerMmX);
  const length = Math.max(1, width - left);
  const rows = rowsIn(height / pxPerMmY, gain);
  const rowHeight = height / rows;
  const [pxPerS, pxPerMv] = [speed * pxPerMmX, gain * pxPerMmY];
  const first = Math.round(rowHeight * BASELINE_SHARE);
  const pitch = 5 * pxPerMmY * Math.max(1, Math.floor(rowHeight / (5 * pxPerMmY)));
  const erase = ERASE_MM * pxPerMmX;
  const row = (seconds) => mod(Math.floor((seconds * pxPerS) / length), rows);
  return {
    width, height, left, length, rows, rowHeight, pxPerS, pxPerMv, pxPerMmX, pxPerMmY, erase, row,
    windowS: (length * rows - erase) / pxPerS,
    zero: (r) => first + r * pitch, // rows lie a whole number of strong lines apart
    top: (r) => (r === 0 ? 0 : Math.round(r * pitch)),
    bottom: (r) => (r === rows - 1 ? height : Math.round((r + 1) * pitch)),
    x: (seconds) => left + mod(seconds * pxPerS, length),
    sweep: (seconds) => Math.floor((seconds * pxPerS) / length),
  };
};

const rowsIn = (heightMm, gain) =>
  Math.max(1, Math.min(MOST_ROWS, Math.floor(heightMm / Math.max(ROW_MM, ROW_MV * gain))));

const mod = (value, length) => ((value % length) + length) % length;

/** The calibration pulse left of each row: as high as a millivolt, or a part of it that fits. */
export const drawPulses = (context, scale, colours) => {
  for (let row = 0; row < scale.rows; row += 1) drawPulse(context, scale, scale.zero(row), colours);
};

const drawPulse = (context, scale, zero, colours) => {
  const millivolts = PULSES_MV.find((mv) => mv * scale.pxPerMv < scale.zero(0) - 14) ?? PULSES_MV.at(-1);
  const [x, top, mm] = [scale.pxPerMmX, zero - millivolts * scale.pxPerMv, scale.pxPerMmX];
  const corners = [[x - 0.5 * mm, zero], [x, zero], [x, top], [x + PULSE_MM * mm, top], [x + PULSE_MM * mm, zero], [scale.left - 1, zero]];
  context.strokeStyle = colours.soft;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [px, py] of corners) context.lineTo(px, py);
  context.stroke();
  context.fillStyle = colours.soft;
  context.font = `600 11px ${colours.font}`;
  context.textAlign = "center";
  context.fillText(`${millivolts} mV`, x + (PULSE_MM / 2) * mm, zero + 15);
};
