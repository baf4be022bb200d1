/** The strip: calibrated paper below, the moving trace above, only new columns drawn. */

import { drawPaper, fitCanvas, themeColours } from "../paper.js";
import { Ink } from "./ink.js";
import { Labels, drawLabel } from "./labels.js";
import { Pen } from "./pen.js";
import { drawPulses, makeScale } from "./scale.js";

const SLEPT_S = 1; // since the last picture: the page was hidden, all is drawn anew

export class Sweep {
  /** `told(beat)` hears of each beat whose name has been drawn. */
  constructor({ strip, paper, trace, told }) {
    Object.assign(this, { strip, paper, trace, told });
    this.labels = new Labels();
    this.frozen = false;
    this.ring = null;
    this.begin(null);
    this.frame = this.frame.bind(this);
  }

  /** Another source, or another opening of it: samples are numbered anew. */
  begin(ring) {
    this.ring = ring;
    this.pen = new Pen();
    this.drawn = null; // the sample number up to which the strip is drawn
    this.erased = null; // seconds up to which the bar has come
    this.labels.clear();
    if (this.scale) this.#clear();
  }

  /** The strip's size, the screen's geometry, speed, gain or theme is another. */
  layout(display) {
    const { clientWidth: width, clientHeight: height } = this.strip;
    this.colours = themeColours();
    this.scale = makeScale(width, height, display);
    const { pxPerMmX, pxPerMmY } = display;
    const context = fitCanvas(this.paper, width, height, { alpha: false });
    drawPaper(context, { width, height, pxPerMmX, pxPerMmY, originX: this.scale.left, originY: this.scale.zero(0), colours: this.colours });
    drawPulses(context, this.scale, this.colours);
    this.context = fitCanvas(this.trace, width, height);
    this.redraw();
  }

  /** Samples have come; the page's clock says when. */
  hear(stop) {
    this.pen.hear(stop / this.ring.rateHz, performance.now() / 1000);
  }

  addBeats(beats) {
    this.labels.add(beats);
    if (this.frozen || this.drawn === null) return;
    for (const beat of beats) if (beat.sample < this.drawn) this.#label(beat);
  }

  freeze(frozen) {
    this.frozen = frozen;
    if (!frozen) this.drawn = null;
  }

  run() {
    requestAnimationFrame(this.frame);
  }

  frame(now) {
    requestAnimationFrame(this.frame);
    if (this.frozen || !this.ring || !this.scale) return;
    const at = this.pen.move(now / 1000);
    if (at === null) return;
    const last = this.drawn === null ? null : this.drawn / this.ring.rateHz;
    if (last === null || at < last || at - last > SLEPT_S) this.redraw();
    else this.#advance(at);
  }

  /** Draw the whole window anew up to the pen. */
  redraw() {
    if (!this.ring || !this.scale || this.pen.at === null) return;
    const at = this.pen.at;
    this.#clear();
    const stop = this.#reached(at);
    const first = Math.max(this.ring.start, stop - Math.floor(this.scale.windowS * this.ring.rateHz));
    this.ink.draw(this.ring, first, stop);
    this.drawn = stop;
    this.erased = at;
    for (const beat of this.labels.between(first, stop)) this.#label(beat);
  }

  #advance(at) {
    const stop = this.#reached(at);
    if (stop <= this.drawn) return;
    this.ink.erase(this.erased, at);
    this.erased = at;
    this.ink.draw(this.ring, this.drawn, stop);
    const late = this.labels.between(this.drawn, stop);
    this.drawn = stop;
    late.forEach((beat) => this.#label(beat));
  }

  /** The sample that the pen has come to, of those that there are. */
  #reached(at) {
    return Math.max(this.ring.start, Math.min(this.ring.stop, Math.floor(at * this.ring.rateHz) + 1));
  }

  #label(beat) {
    const stillShown = beat.sample > this.drawn - this.scale.windowS * this.ring.rateHz;
    if (!stillShown) return;
    const place = drawLabel(this.context, beat, this.ring, this.scale, this.colours);
    this.told({ ...beat, ...place });
  }

  #clear() {
    this.context.clearRect(0, 0, this.scale.width, this.scale.height);
    this.ink = new Ink(this.context, this.scale, this.colours);
  }
}
