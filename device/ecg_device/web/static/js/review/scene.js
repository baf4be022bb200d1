/** One picture of the plot: paper, signal, what is missing, beats, events, time. Only draws. */

import { drawPaper } from "../paper.js";
import { drawRange, drawSamples, setPen } from "../trace.js";
import { drawAxis } from "./axis.js";
import { drawCalipers } from "./caliper_lines.js";
import { columnsOf, isLine, samplesIn } from "./columns.js";
import { drawHatching } from "./hatching.js";
import { drawLanes } from "./lanes.js";
import { drawBeats } from "./marks.js";
import { xOf } from "./view.js";

const FINE_S = 0.04;
const FINE_MV = 0.1;
const NARROWEST_SQUARE_PX = 8; // below, squares of 0.2 s would be a grey wash

/** The pixel row of a voltage in uV. */
export const yOf = ({ layout, pxPerMv, middleMv }, uv) =>
  layout.trace.y + layout.trace.height / 2 - (uv / 1000 - middleMv) * pxPerMv;

/** The voltage in uV of a pixel row. */
export const uvAtY = ({ layout, pxPerMv, middleMv }, y) =>
  ((layout.trace.y + layout.trace.height / 2 - y) / pxPerMv + middleMv) * 1000;

export const drawScene = (context, scene) => {
  const { view, width, height, layout, colours } = scene;
  context.clearRect(0, 0, width, height);
  drawGrid(context, scene);
  drawSignal(context, scene);
  drawHatching(context, { view, width, box: layout.trace, spans: scene.absent, colours });
  drawMillivolt(context, scene);
  drawCalipers(context, scene, (uv) => yOf(scene, uv));
  drawBeats(context, { ...scene, box: layout.beats, chosen: scene.chosenBeat?.sample });
  drawLanes(context, { ...scene, chosen: scene.chosenEvent });
  drawAxis(context, { view, width, box: layout.axis, wall: scene.wall, elapsed: scene.elapsed, colours });
};

/** Squares of 0.04 s and 0.2 s by 0.1 and 0.5 mV where they can be seen, else lines at the ticks. */
const drawGrid = (context, scene) => {
  const { view, width, layout, colours, rateHz } = scene;
  const finePx = ((FINE_S * rateHz) / view.span) * width;
  const squares = 5 * finePx >= NARROWEST_SQUARE_PX;
  drawPaper(context, {
    width,
    height: layout.axis.y,
    pxPerMmX: squares ? finePx : 0.01,
    pxPerMmY: FINE_MV * scene.pxPerMv,
    originX: xOf(view, width, scene.first) % (5 * finePx),
    originY: yOf(scene, 0),
    colours,
  });
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, width, layout.trace.y);
  context.fillStyle = colours.bold;
  context.fillRect(0, layout.trace.y, width, 1);
  if (squares) return;
  for (const { sample } of scene.wall) {
    context.fillRect(Math.round(xOf(view, width, sample)), layout.trace.y, 1, layout.trace.height);
  }
};

const drawSignal = (context, scene) => {
  const { view, width, layout, pieces, colours } = scene;
  const toY = (uv) => yOf(scene, uv);
  context.save();
  clipToPresent(context, scene);
  if (isLine(view, width, pieces)) {
    const { first, uv } = samplesIn(view, pieces);
    setPen(context, colours.trace, 1.6);
    drawSamples(context, uv, (i) => xOf(view, width, first + i), toY);
  } else {
    const { low, high } = columnsOf(view, width, pieces);
    setPen(context, colours.trace, 1.1);
    drawRange(context, low, high, (x) => x + 0.5, toY);
  }
  context.restore();
};

/** Nothing is drawn outside the trace's box, nor where no ECG was there. */
const clipToPresent = (context, { view, width, layout, absent }) => {
  context.beginPath();
  let left = 0;
  for (const { from, to } of absent) {
    const begin = xOf(view, width, from);
    if (begin > left) context.rect(left, layout.trace.y, begin - left, layout.trace.height);
    left = Math.max(left, xOf(view, width, to));
  }
  if (left < width) context.rect(left, layout.trace.y, width - left, layout.trace.height);
  context.clip();
};

/** A bar one millivolt high at the left edge. */
const drawMillivolt = (context, scene) => {
  const { layout, pxPerMv, colours } = scene;
  const top = layout.trace.y + 10;
  if (pxPerMv + 20 > layout.trace.height) return;
  context.fillStyle = colours.soft;
  context.fillRect(8, top, 2, pxPerMv);
  context.fillRect(5, top, 8, 1);
  context.fillRect(5, top + pxPerMv - 1, 8, 1);
  context.font = `11px ${colours.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText("1 mV", 16, top + pxPerMv / 2);
};
