/** The names of beats above their R peaks: colour and letter, quiet for what is normal. */

const KEPT = 400;
const SEARCH_S = 0.06;
const SIZE_PX = 14;

export class Labels {
  constructor() {
    this.beats = [];
  }

  add(beats) {
    this.beats = [...this.beats, ...beats].slice(-KEPT);
  }

  clear() {
    this.beats = [];
  }

  /** The beats between two sample numbers. */
  between(first, stop) {
    return this.beats.filter((beat) => beat.sample >= first && beat.sample < stop);
  }
}

/** "Q?": unknown is an answer, and looks like one. */
export const labelText = ({ symbol }) => (symbol === "Q" ? "Q?" : symbol);

/** Draw a beat's name; returns where. */
export const drawLabel = (context, beat, ring, scale, colours) => {
  const top = ring.highest(beat.sample, Math.round(SEARCH_S * ring.rateHz));
  const at = beat.sample / ring.rateHz;
  const [x, zero, ceiling] = [scale.x(at), scale.zero(scale.row(at)), scale.top(scale.row(at))];
  const peak = zero - (Number.isNaN(top) ? 0 : top) * scale.pxPerMv;
  const y = Math.max(ceiling + SIZE_PX + 2, Math.min(zero - 8, peak - 7));
  const normal = beat.symbol === "N";
  context.font = `${normal ? 500 : 700} ${normal ? SIZE_PX - 1 : SIZE_PX + 2}px ${colours.font}`;
  context.textAlign = "center";
  context.strokeStyle = colours.paper; // a rim that keeps the letter off the trace at high gain
  context.lineWidth = 3;
  context.strokeText(labelText(beat), x, y);
  context.fillStyle = colours.beats[beat.symbol] ?? colours.beats.Q;
  context.fillText(labelText(beat), x, y);
  return { x, y };
};
