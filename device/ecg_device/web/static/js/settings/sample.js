/** A piece of paper to hold a ruler to: five centimetres, or what has room, with a pulse of 1 mV. */

import { drawPaper, fitCanvas, themeColours } from "../paper.js";
import { setPen } from "../trace.js";

const WIDTH_MM = 50;
const BOLD_MM = 5;
const HEIGHT_MM = 20;
const ZERO_MM = 15;
const PULSE_MM = [10, 15]; // 200 ms at 25 mm/s

/** Draw it at this screen's geometry, speed and gain. */
export const drawSample = (canvas, { pxPerMmX, pxPerMmY, speed, gain }) => {
  const room = Math.floor(canvas.parentElement.clientWidth / pxPerMmX / BOLD_MM - 1) * BOLD_MM; // less the card's rim
  const widthMm = Math.min(WIDTH_MM, Math.max(room, PULSE_MM[1]));
  const [width, height] = [widthMm * pxPerMmX, HEIGHT_MM * pxPerMmY];
  const context = fitCanvas(canvas, width, height, { alpha: false });
  const colours = themeColours();
  drawPaper(context, { width, height, pxPerMmX, pxPerMmY, colours });
  const [x, y] = [(mm) => mm * pxPerMmX, (mm) => mm * pxPerMmY];
  const stop = PULSE_MM[0] + ((PULSE_MM[1] - PULSE_MM[0]) * speed) / 25;
  const top = Math.max(0.5, ZERO_MM - gain);
  setPen(context, colours.trace, 2);
  context.beginPath();
  for (const [across, down] of [[0, ZERO_MM], [PULSE_MM[0], ZERO_MM], [PULSE_MM[0], top], [stop, top], [stop, ZERO_MM], [widthMm, ZERO_MM]]) {
    context.lineTo(x(across), y(down));
  }
  context.stroke();
};
