/**
 * Filters for the eye alone: what is stored, measured and named never passes through them.
 * Causal second-order sections, computed from the signal's own rate.
 */

const LOW_HZ = 0.5;
const HIGH_HZ = 40;
const NOTCH_Q = 20;

/** Butterworth sections by the bilinear transform, corner exactly at `hz`. */
export const highpass = (hz, rateHz) => butterworth(hz, rateHz, (k) => [1, -2, 1, 1 / (k * k)]);
export const lowpass = (hz, rateHz) => butterworth(hz, rateHz, () => [1, 2, 1, 1]);

const butterworth = (hz, rateHz, numerator) => {
  const k = Math.tan((Math.PI * hz) / rateHz);
  const a0 = 1 + Math.SQRT2 * k + k * k;
  const [b0, b1, b2, scale] = numerator(k);
  const g = (scale * k * k) / a0;
  return { b0: b0 * g, b1: b1 * g, b2: b2 * g, a1: (2 * (k * k - 1)) / a0, a2: (1 - Math.SQRT2 * k + k * k) / a0 };
};

/** A notch of quality `q`: the band lost at -3 dB is hz / q wide. */
export const notch = (hz, rateHz, q = NOTCH_Q) => {
  const w = (2 * Math.PI * hz) / rateHz;
  const g = 1 / (1 + Math.tan(w / (2 * q)));
  const c = -2 * Math.cos(w) * g;
  return { b0: g, b1: c, b2: g, a1: c, a2: 2 * g - 1 };
};

/** The sections for a choice; one whose corner lies beyond half the rate is left out. */
export const sections = ({ band, notch: mains }, rateHz) => [
  ...(band === "monitor" ? [highpass(LOW_HZ, rateHz)] : []),
  ...(band === "monitor" && HIGH_HZ < 0.49 * rateHz ? [lowpass(HIGH_HZ, rateHz)] : []),
  ...(mains && mains < 0.49 * rateHz ? [notch(mains, rateHz)] : []),
];

/** What is said beside the trace about what was done to it. */
export const filterCaption = ({ band, notch: mains }, rateHz) => {
  const words = [];
  if (band === "monitor") words.push(HIGH_HZ < 0.49 * rateHz ? "0.5–40 Hz" : "from 0.5 Hz");
  if (mains && mains < 0.49 * rateHz) words.push(`notch ${mains} Hz`);
  return words.length ? words.join(", ") : "filter off";
};

/** A running filter: `push(value)` one sample at a time; a missing one (NaN) starts it afresh. */
export const makeFilter = (choice, rateHz) => {
  const stages = sections(choice, rateHz).map((section) => ({ ...section, s1: 0, s2: 0 }));
  let running = false;
  const push = (value) => {
    if (Number.isNaN(value)) {
      running = false;
      return value;
    }
    if (!running) settle(stages, value);
    running = true;
    return stages.reduce(through, value);
  };
  return { push };
};

const through = (x, s) => {
  const y = s.b0 * x + s.s1;
  s.s1 = s.b1 * x - s.a1 * y + s.s2;
  s.s2 = s.b2 * x - s.a2 * y;
  return y;
};

/** As if the first value had always been there: no swing at the beginning. */
const settle = (stages, first) => {
  let x = first;
  for (const s of stages) {
    const y = (x * (s.b0 + s.b1 + s.b2)) / (1 + s.a1 + s.a2);
    s.s2 = s.b2 * x - s.a2 * y;
    s.s1 = s.b1 * x - s.a1 * y + s.s2;
    x = y;
  }
};
