/** The last two minutes of samples as they came and as they are shown, and what each of them means. */

import { makeFilter } from "../filter.js";
import { SIGNAL, missingMeaning } from "./meaning.js";

const KEPT_S = 130;
const MOST_SAMPLES = 1 << 20; // more than any source has samples in KEPT_S

export class Ring {
  constructor(rateHz, filterChoice) {
    this.rateHz = rateHz;
    this.capacity = Math.min(MOST_SAMPLES, Math.ceil(KEPT_S * rateHz));
    this.raw = new Float32Array(this.capacity).fill(NaN);
    this.shown = new Float32Array(this.capacity).fill(NaN);
    this.codes = new Uint8Array(this.capacity);
    this.meanings = [SIGNAL];
    this.start = null; // the oldest sample number kept; null while there is none
    this.stop = 0;
    this.filter = makeFilter(filterChoice, rateHz);
  }

  /** Append samples (microvolts, null = missing) from number `start` on; a jump becomes a gap. */
  append(start, microvolts, meaning, gapMeaning) {
    if (this.start === null) this.start = this.stop = start;
    const known = Math.max(0, this.stop - start); // sent again after a reconnection
    const lost = Math.min(start - this.stop, this.capacity);
    if (start - this.stop > lost) this.stop = start - lost;
    for (let i = 0; i < lost; i += 1) this.#put(NaN, gapMeaning);
    for (const value of microvolts.slice(known)) {
      if (value === null) this.#put(NaN, missingMeaning(meaning, gapMeaning));
      else this.#put(value / 1000, meaning);
    }
  }

  /** What a stretch means has become known only now: [first, stop) gets another meaning. */
  mean(first, meaning) {
    const code = this.#code(meaning);
    for (let n = Math.max(first, this.start ?? 0); n < this.stop; n += 1) {
      if (this.meanings[this.codes[n % this.capacity]].draw !== "hatch") this.codes[n % this.capacity] = code;
    }
  }

  /** Show the same samples through another filter. */
  refilter(choice) {
    this.filter = makeFilter(choice, this.rateHz);
    for (let n = this.start ?? 0; n < this.stop; n += 1) this.shown[n % this.capacity] = this.#filtered(n);
  }

  millivolts(n) {
    return this.shown[n % this.capacity];
  }

  meaning(n) {
    return this.meanings[this.codes[n % this.capacity]];
  }

  /** The highest shown value around a sample; NaN where there is none. */
  highest(n, around) {
    let top = NaN;
    for (let i = Math.max(n - around, this.start); i <= Math.min(n + around, this.stop - 1); i += 1) {
      if (!(this.millivolts(i) <= top)) top = Number.isNaN(this.millivolts(i)) ? top : this.millivolts(i);
    }
    return top;
  }

  #put(millivolts, meaning) {
    const n = this.stop;
    this.raw[n % this.capacity] = millivolts;
    this.codes[n % this.capacity] = this.#code(meaning);
    this.shown[n % this.capacity] = this.#filtered(n);
    this.stop += 1;
    this.start = Math.max(this.start, this.stop - this.capacity);
  }

  /** Through an electrode that is off nothing passes but what would swing the filter afterwards. */
  #filtered(n) {
    const { draw } = this.meaning(n);
    const through = draw === "line" || draw === "weak";
    return this.filter.push(through ? this.raw[n % this.capacity] : NaN);
  }

  #code({ draw, text }) {
    const known = this.meanings.findIndex((m) => m.draw === draw && m.text === text);
    if (known >= 0) return known;
    if (this.meanings.length > 200) return 0;
    return this.meanings.push({ draw, text }) - 1;
  }
}
