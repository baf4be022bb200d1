/** The plot on the page: its size, its colours, its tiles, and one picture whenever asked for. */

import { loadDisplay } from "../display.js";
import { fitCanvas, themeColours } from "../paper.js";
import { layoutOf } from "./layout.js";
import { pictureOf, signalAt, wantedFor } from "./picture.js";
import { extentOf, fittingGain, middleOf } from "./scale.js";
import { drawScene } from "./scene.js";

/** The theme's colours, with those that only the review's canvases need. */
export const coloursOf = () => {
  const style = getComputedStyle(document.documentElement);
  const own = ["ok", "info", "warn", "bad"].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return { ...themeColours(), ...Object.fromEntries(own) };
};

/** `state` is the model's, `tiles` what was fetched. Nothing is drawn before `resize()`. */
export const createStage = (plot, canvas, state, tiles) => {
  const own = { size: null, context: null, colours: coloursOf(), picture: null };

  const scale = () => {
    const display = loadDisplay();
    const seconds = (state.bounds.stop - state.bounds.first) / state.session.rate_hz;
    const extent = state.outline ? extentOf(state.outline, seconds) : { low: -0.5, high: 1 };
    const { height } = layoutOf(own.size.height).trace;
    const gain = state.gain === "auto" ? fittingGain(extent, height, display) : state.gain;
    return { gain, pxPerMv: gain * display.pxPerMmY, middleMv: middleOf(extent) };
  };

  return {
    resize() {
      own.size = { width: plot.clientWidth, height: plot.clientHeight };
      own.context = fitCanvas(canvas, own.size.width, own.size.height);
    },
    recolour() {
      own.colours = coloursOf();
    },
    draw() {
      const { width } = own.size;
      tiles.want(wantedFor(state.view, width, state.bounds, state.session.rate_hz));
      own.picture = pictureOf(state, own.size, tiles.get, scale(), own.colours);
      drawScene(own.context, own.picture);
    },
    width: () => own.size.width,
    picture: () => own.picture,
    gain: () => own.picture.gain,
    colours: () => own.colours,
    /** The signal in uV at a sample that is loaded and in view; else null. */
    uvAt: (sample) => signalAt(own.picture.pieces, sample),
  };
};
