/** A signal as a line on a canvas. What is missing (null, NaN) leaves a hole: a gap is never bridged. */

const missing = (value) => value === null || value === undefined || Number.isNaN(value);

/** Pen for all traces: round joins, so that a steep R wave has no spikes of its own. */
export const setPen = (context, colour, width = 1.6) => {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.lineCap = "round";
  context.setLineDash([]);
};

/** Draw values[first..stop) at toX(index), toY(value); a sample alone between two holes is a dot. */
export const drawSamples = (context, values, toX, toY, first = 0, stop = values.length) => {
  context.beginPath();
  let down = false;
  for (let i = first; i < stop; i += 1) {
    if (missing(values[i])) {
      down = false;
    } else if (down) {
      context.lineTo(toX(i), toY(values[i]));
    } else {
      context.moveTo(toX(i), toY(values[i]));
      if (i + 1 >= stop || missing(values[i + 1])) context.lineTo(toX(i) + 0.01, toY(values[i]));
      down = true;
    }
  }
  context.stroke();
};

/** Draw bins from their lowest to their highest value, neighbours joined; a bin of null is a hole. */
export const drawRange = (context, low, high, toX, toY) => {
  context.beginPath();
  let down = false;
  for (let i = 0; i < low.length; i += 1) {
    if (missing(low[i]) || missing(high[i])) {
      down = false;
      continue;
    }
    const x = toX(i);
    if (down) context.lineTo(x, toY(high[i]));
    else context.moveTo(x, toY(high[i]));
    context.lineTo(x, toY(low[i]) + (low[i] === high[i] ? 0.01 : 0));
    down = true;
  }
  context.stroke();
};
