/** Where the parts of the plot lie, from top to bottom: {y, height} each. */

const LANE = 20;
const BEATS = 22;
const AXIS = 34;

export const layoutOf = (height) => {
  const rhythm = { y: 0, height: LANE };
  const events = { y: LANE, height: LANE };
  const beats = { y: 2 * LANE, height: BEATS };
  const top = 2 * LANE + BEATS;
  const trace = { y: top, height: Math.max(40, height - top - AXIS) };
  return { rhythm, events, beats, trace, axis: { y: trace.y + trace.height, height: AXIS } };
};
