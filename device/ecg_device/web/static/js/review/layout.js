/** Where the parts of the plot lie, from top to bottom: {y, height} each. */

const RHYTHM = 22;
const EVENTS = 22;
const BEATS = 24;
const AXIS = 34;

export const layoutOf = (height) => {
  const rhythm = { y: 0, height: RHYTHM };
  const events = { y: RHYTHM, height: EVENTS };
  const beats = { y: RHYTHM + EVENTS, height: BEATS };
  const top = RHYTHM + EVENTS + BEATS;
  const trace = { y: top, height: Math.max(40, height - top - AXIS) };
  return { rhythm, events, beats, trace, axis: { y: trace.y + trace.height, height: AXIS } };
};
