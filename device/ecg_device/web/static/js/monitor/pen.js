/**
 * Where the pen is. Samples come in batches with jitter; the pen glides, about 150 ms behind the
 * newest sample, and follows the source's clock rather than this computer's.
 */

const BEHIND_S = 0.15;
const PULL = 1.5; // per second: how fast an error is taken back
const MOST_PULL = 0.25; // of the pace
const JUMP_S = 1; // an error that is no jitter
const PACE_OVER_S = 2;

export class Pen {
  constructor() {
    this.at = null; // seconds of signal; null before the first sample
    this.newest = null; // seconds of signal that have come
    this.came = 0; // when, in seconds of this computer
    this.pace = 1; // seconds of signal a second: not 1 only where a simulation runs faster
    this.arrivals = [];
    this.moved = null;
  }

  /** Samples up to `signalS` have come at `nowS`. */
  hear(signalS, nowS) {
    this.newest = signalS;
    this.came = nowS;
    this.arrivals.push([nowS, signalS]);
    while (nowS - this.arrivals[0][0] > PACE_OVER_S) this.arrivals.shift();
    this.pace = this.#measuredPace();
  }

  /** The pen's place at `nowS`, never past the newest sample, never backwards but for a jump. */
  move(nowS) {
    if (this.newest === null) return null;
    const elapsed = this.moved === null ? 0 : Math.max(0, nowS - this.moved);
    this.moved = nowS;
    const target = this.newest + (nowS - this.came - BEHIND_S) * this.pace;
    const jump = this.at === null || Math.abs(target - this.at) > JUMP_S * Math.max(1, this.pace);
    if (jump) this.at = Math.min(target, this.newest);
    else this.at = Math.max(this.at, Math.min(this.newest, this.at + elapsed * this.#speed(target - this.at)));
    return this.at;
  }

  #speed(error) {
    const pull = Math.max(-MOST_PULL, Math.min(MOST_PULL, PULL * error / this.pace));
    return this.pace * (1 + pull);
  }

  /** 1 unless it is plainly something else; what was sent at once after connecting tells nothing. */
  #measuredPace() {
    const [first, last] = [this.arrivals[0], this.arrivals.at(-1)];
    const spread = last[0] - first[0];
    if (spread < 0.5) return this.pace;
    const pace = (last[1] - first[1]) / spread;
    return Math.abs(pace - 1) < 0.2 || !(pace > 0) ? 1 : pace;
  }
}
