/** A trend on a canvas: lines, bands and bars over time, with axes and units; gaps stay gaps. */

import { timeTicks, valueTicks } from "./ticks.js";
import { formatNumber } from "../numbers.js";

const LEFT = 40;
const RIGHT = 12;
const TOP = 8;
const BOTTOM = 24;

/** A drawing surface at the screen's own resolution, with the page's colours. */
const surface = (canvas) => {
  const { width, height } = canvas.getBoundingClientRect();
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  const style = getComputedStyle(canvas);
  pen.font = `12px ${style.fontFamily}`;
  return { pen, width, height, colour: (name) => style.getPropertyValue(name).trim() };
};

/** Where times and values lie on the canvas. */
const scales = ({ width, height }, [fromMs, toMs], [low, high]) => ({
  x: (ms) => LEFT + ((ms - fromMs) / (toMs - fromMs)) * (width - LEFT - RIGHT),
  y: (value) => height - BOTTOM - ((value - low) / (high - low)) * (height - TOP - BOTTOM),
});

const axes = (area, at, times, values) => {
  const { pen, width, height, colour } = area;
  pen.fillStyle = colour("--chart-text");
  pen.strokeStyle = colour("--chart-grid");
  pen.lineWidth = 1;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const value of valueTicks(...values, Math.max(2, Math.floor(height / 40)))) {
    line(pen, LEFT, at.y(value), width - RIGHT, at.y(value));
    pen.fillText(formatNumber(value, value % 1 ? 1 : 0), LEFT - 6, at.y(value));
  }
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  const { ticks, seconds } = timeTicks(...times, Math.max(2, Math.floor(width / 90)));
  const clock = new Intl.DateTimeFormat(navigator.language, {
    hour: "2-digit",
    minute: "2-digit",
    second: seconds ? "2-digit" : undefined,
  });
  for (const tick of ticks) {
    line(pen, at.x(tick), TOP, at.x(tick), height - BOTTOM);
    pen.fillText(clock.format(tick), Math.min(at.x(tick), width - 24), height - 8);
  }
};

const line = (pen, x0, y0, x1, y1) => {
  pen.beginPath();
  pen.moveTo(x0, Math.round(y0) + 0.5);
  pen.lineTo(x1, Math.round(y1) + 0.5);
  pen.stroke();
};

/** The stretches of points that are known one after the other. */
export const stretches = (points, known) => {
  const found = [];
  let open = null;
  for (const point of points) {
    if (!known(point)) open = null;
    else if (open) open.push(point);
    else found.push((open = [point]));
  }
  return found;
};

const band = (area, at, points, { low, high, colour }) => {
  const { pen } = area;
  pen.fillStyle = area.colour(colour);
  for (const run of stretches(points, (p) => p[low] !== null && p[high] !== null)) {
    pen.beginPath();
    for (const p of run) pen.lineTo(at.x(p.ms), at.y(p[high]));
    for (const p of [...run].reverse()) pen.lineTo(at.x(p.ms), at.y(p[low]));
    pen.closePath();
    pen.fill();
  }
};

const curve = (area, at, points, { key, colour }) => {
  const { pen } = area;
  pen.strokeStyle = area.colour(colour);
  pen.fillStyle = area.colour(colour);
  pen.lineWidth = 2;
  for (const run of stretches(points, (p) => p[key] !== null)) {
    pen.beginPath();
    for (const p of run) pen.lineTo(at.x(p.ms), at.y(p[key]));
    pen.stroke();
    if (run.length === 1) pen.fillRect(at.x(run[0].ms) - 1.5, at.y(run[0][key]) - 1.5, 3, 3);
  }
};

const bars = (area, at, points, { key, colour, shift = 0 }) => {
  const { pen } = area;
  pen.fillStyle = area.colour(colour);
  for (const p of points) {
    if (p[key] === null) continue;
    const wide = Math.max(2, (at.x(p.ms + p.stepMs) - at.x(p.ms)) / 2 - 0.5);
    const base = at.y(0);
    pen.fillRect(at.x(p.ms) + shift * wide, at.y(p[key]), wide, Math.max(p[key] > 0 ? 1 : 0, base - at.y(p[key])));
  }
};

const PENS = { band, curve, bars };

/** Draw a trend: `marks` are {kind: band|curve|bars, ...} over the points' keys. */
export const drawChart = (canvas, { points, times, values, marks }) => {
  const area = surface(canvas);
  const at = scales(area, times, values);
  area.pen.clearRect(0, 0, area.width, area.height);
  axes(area, at, times, values);
  for (const mark of marks) PENS[mark.kind](area, at, points, mark);
};
