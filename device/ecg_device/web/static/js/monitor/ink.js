/** What the pen leaves on the strip between two instants: line, dashes or hatching, and why. */

import { setPen } from "../trace.js";

const DASH_PX = 9;
const HATCH_PX = 8;

export class Ink {
  constructor(context, scale, colours) {
    Object.assign(this, { context, scale, colours });
    this.hatch = hatching(context, colours.none);
    this.without = null; // the stretch without signal that the pen is in
  }

  /** Draw samples [first, stop) of the ring; what was before `first` is on the strip already. */
  draw(ring, first, stop) {
    let from = first;
    while (from < stop) {
      const meaning = ring.meaning(from);
      const sweep = this.scale.sweep(from / ring.rateHz);
      let to = from + 1;
      while (to < stop && ring.meaning(to) === meaning && this.scale.sweep(to / ring.rateHz) === sweep) to += 1;
      this.#stretch(ring, meaning, from, to);
      from = to;
    }
  }

  /** The bar ahead of the pen: clear what it has newly reached. */
  erase(fromS, toS) {
    const { scale } = this;
    let at = fromS + scale.erase / scale.pxPerS;
    let width = Math.min((toS - fromS) * scale.pxPerS, scale.length);
    while (width > 0) {
      const x = scale.x(at);
      const part = Math.max(Math.min(width, scale.width - x), 0.01);
      this.context.clearRect(x - 1, scale.top(scale.row(at)), part + 2, scale.bottom(scale.row(at)) - scale.top(scale.row(at)));
      width -= part;
      at += part / scale.pxPerS;
    }
  }

  #stretch(ring, meaning, from, to) {
    if (meaning.draw === "line" || meaning.draw === "weak") {
      this.without = null;
      this.#line(ring, from, to, meaning.draw === "line" ? this.colours.trace : this.colours.weak);
      return;
    }
    const x = this.scale.x(from / ring.rateHz);
    const width = ((to - from) / ring.rateHz) * this.scale.pxPerS;
    const row = this.scale.row(from / ring.rateHz);
    if (meaning.draw === "dash") this.#dashes(x, width, this.scale.zero(row));
    else this.#hatch(x, width, row);
    this.#explain(meaning, x, x + width, row);
  }

  #line(ring, from, to, colour) {
    const { context, scale } = this;
    const zero = scale.zero(scale.row(from / ring.rateHz));
    setPen(context, colour, 1.7);
    context.beginPath();
    let down = false;
    const joined = from > ring.start && scale.sweep((from - 1) / ring.rateHz) === scale.sweep(from / ring.rateHz);
    for (let n = joined ? from - 1 : from; n < to; n += 1) {
      const value = ring.millivolts(n);
      if (Number.isNaN(value)) down = false;
      else if (down) context.lineTo(scale.x(n / ring.rateHz), zero - value * scale.pxPerMv);
      else context.moveTo(scale.x(n / ring.rateHz), zero - value * scale.pxPerMv);
      down = !Number.isNaN(value);
    }
    context.stroke();
  }

  /** Dashes that lie where they lie, however few pixels are added at a time. */
  #dashes(x, width, zero) {
    this.context.fillStyle = this.colours.none;
    for (let at = x; at < x + width; ) {
      const next = Math.min(x + width, (Math.floor(at / DASH_PX) + 1) * DASH_PX);
      if (Math.floor(at / DASH_PX) % 2 === 0) this.context.fillRect(at, zero - 1, next - at, 2);
      at = next + 1e-6;
    }
  }

  #hatch(x, width, row) {
    this.context.fillStyle = this.hatch;
    this.context.fillRect(x, this.scale.zero(row) - 0.35 * this.scale.rowHeight, width, 0.6 * this.scale.rowHeight);
  }

  /** Words at the beginning of each stretch without signal, once there is room for them. */
  #explain(meaning, from, to, row) {
    const same = this.without?.meaning === meaning && from >= this.without.from && from - this.without.to < 2;
    if (!same) this.without = { meaning, from, to, said: false };
    this.without.to = to;
    if (this.without.said) return;
    const { context, scale, colours } = this;
    context.font = `600 13px ${colours.font}`;
    const words = meaning.text || "no signal";
    const width = context.measureText(words).width;
    if (to - this.without.from < width + 24) return;
    this.without.said = true;
    const [x, y] = [this.without.from + 10, scale.zero(row) - 14];
    context.fillStyle = colours.paper;
    context.fillRect(x - 4, y - 14, width + 8, 20);
    context.fillStyle = colours.none;
    context.textAlign = "left";
    context.fillText(words, x, y);
  }
}

const hatching = (context, colour) => {
  const tile = document.createElement("canvas");
  tile.width = tile.height = HATCH_PX;
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  pen.globalAlpha = 0.55;
  pen.lineWidth = 1;
  pen.beginPath();
  for (const shift of [-HATCH_PX, 0, HATCH_PX]) {
    pen.moveTo(shift, HATCH_PX);
    pen.lineTo(shift + HATCH_PX, 0);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
};
