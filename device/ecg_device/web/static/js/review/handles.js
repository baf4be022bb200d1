/**
 * The calipers on the plot: two lines with a grip each. A grip is dragged, or moved by the arrow
 * keys; while snapping, the voltage is the signal's own at that sample, and a drag rests on peaks.
 */

import { peakNear } from "./calipers.js";
import { preciseText } from "./clock.js";
import { formatNumber } from "../numbers.js";
import { sampleAt, xOf } from "./view.js";
import { uvAtY, yOf } from "./scene.js";

const KEY_UV = 10;
const SHIFT = 10;
const REACH_PX = 6;
const AROUND_S = 0.3; // longer than a QRS complex to either side

/**
 * `plot` holds the elements #handle-a and #handle-b. `scene()` is the picture now, `uvAt(sample)`
 * the signal (null: none, or not loaded), `changed()` is called after each move.
 */
export const createHandles = (plot, { scene, clock, uvAt, bounds, changed }) => {
  const pair = { a: null, b: null };
  const nodes = { a: plot.querySelector("#handle-a"), b: plot.querySelector("#handle-b") };
  const state = { on: false, snapping: true };

  const settled = (point) => {
    const { first, stop } = bounds();
    const sample = Math.round(Math.min(Math.max(point.sample, first), stop - 1));
    return { sample, uv: state.snapping ? uvAt(sample) : point.uv };
  };
  const put = (name, point) => {
    pair[name] = settled(point);
    changed();
  };

  const rested = (sample) => {
    const { view, width } = scene();
    const reach = Math.round((REACH_PX / width) * view.span);
    const around = Math.round(AROUND_S * clock().rateHz);
    return state.snapping && reach > 0 ? peakNear(uvAt, Math.round(sample), reach, around) : sample;
  };

  const dragged = (name, from, dx, dy) => {
    const picture = scene();
    const sample = sampleAt(picture.view, picture.width, from.x + dx);
    put(name, { sample: rested(sample), uv: uvAtY(picture, from.y + dy) });
  };

  const listen = (name) => {
    const node = nodes[name];
    let grip = null;
    node.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.stopPropagation();
      node.setPointerCapture(event.pointerId);
      const { view, width } = scene();
      const y = yOf(scene(), pair[name].uv ?? 0);
      grip = { x: xOf(view, width, pair[name].sample), y, clientX: event.clientX, clientY: event.clientY };
    });
    node.addEventListener("pointermove", (event) => {
      if (grip) dragged(name, grip, event.clientX - grip.clientX, event.clientY - grip.clientY);
    });
    for (const over of ["pointerup", "pointercancel"]) {
      node.addEventListener(over, () => {
        grip = null;
      });
    }
    node.addEventListener("keydown", (event) => moveByKey(name, event));
  };

  const moveByKey = (name, event) => {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!steps || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const times = event.shiftKey ? SHIFT : 1;
    const { sample, uv } = pair[name];
    put(name, { sample: sample + steps[0] * times, uv: (uv ?? 0) + steps[1] * times * KEY_UV });
  };

  const place = (name) => {
    const picture = scene();
    const { sample, uv } = pair[name];
    const x = xOf(picture.view, picture.width, sample);
    const node = nodes[name];
    node.hidden = !state.on || x < 0 || x > picture.width;
    if (node.hidden) return;
    node.style.transform = `translateX(${x}px)`;
    node.setAttribute("aria-valuenow", String(sample));
    node.setAttribute("aria-valuetext", spoken(sample, uv));
  };

  const spoken = (sample, uv) => {
    const volts = uv === null ? "no signal" : `${formatNumber(uv / 1000, 2)} mV`;
    return `${preciseText(clock().wallMs(sample))}, ${volts}`;
  };

  listen("a");
  listen("b");
  return {
    pair: () => (state.on ? pair : null),
    on: () => state.on,
    /** Show them at two samples, or, without, take them away. */
    show(samples) {
      state.on = samples !== null;
      if (samples) {
        for (const [i, name] of ["a", "b"].entries()) {
          pair[name] = { sample: Math.round(samples[i]), uv: uvAt(Math.round(samples[i])) };
        }
      }
      changed();
    },
    snap(snapping) {
      state.snapping = snapping;
      if (state.on) for (const name of ["a", "b"]) pair[name] = settled(pair[name]);
      changed();
    },
    /** Take over voltages that were not loaded when a handle was put there; then lay the grips out. */
    layOut() {
      if (!state.on) return;
      for (const name of ["a", "b"]) {
        if (state.snapping || pair[name].uv === null) pair[name].uv = uvAt(pair[name].sample) ?? pair[name].uv;
        place(name);
      }
    },
  };
};
