/** ECG paper on a canvas: thin lines each mm, strong ones each 5 mm, crisp on the device's pixels. */

/** Fit a canvas to its CSS size at the screen's own resolution; its context then counts CSS pixels. */
export const fitCanvas = (canvas, width, height, options = {}) => {
  const ratio = globalThis.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d", options);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
};

/** The colours of the theme that holds, for canvases, which know no CSS variables. */
export const themeColours = () => {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    paper: of("paper"), fine: of("paper-fine"), bold: of("paper-bold"), ink: of("ink"), soft: of("ink-soft"),
    trace: of("trace"), weak: of("trace-weak"), none: of("trace-none"), accent: of("accent"), font: of("font"),
    beats: {
      N: of("beat-n"), L: of("beat-l"), R: of("beat-r"), V: of("beat-v"), S: of("beat-s"), A: of("beat-a"),
      "/": of("beat-pace"), Q: of("beat-q"),
    },
  };
};

/**
 * Fill `width` x `height` CSS pixels with paper. `pxPerMmX` and `pxPerMmY` may differ (not every
 * screen's pixels are square); a strong line runs through `originX` and `originY`.
 */
export const drawPaper = (context, { width, height, pxPerMmX, pxPerMmY, originX = 0, originY = 0, colours }) => {
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, width, height);
  const ratio = context.getTransform().a;
  for (const [every, colour] of [[1, colours.fine], [5, colours.bold]]) {
    context.fillStyle = colour;
    for (const x of lines(originX, every * pxPerMmX, width, ratio)) context.fillRect(x, 0, 1 / ratio, height);
    for (const y of lines(originY, every * pxPerMmY, height, ratio)) context.fillRect(0, y, width, 1 / ratio);
  }
};

/**
 * Positions of lines; none where they would run together. Wide ones lie on whole device pixels; of
 * narrow ones that would make a visible beat, so they are left where they fall.
 */
const lines = (origin, step, length, ratio) => {
  if (step * ratio < 3) return [];
  const crisp = step * ratio >= 5 ? (at) => Math.round(at * ratio) / ratio : (at) => at;
  const first = Math.ceil(-origin / step);
  const last = Math.floor((length - origin) / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => crisp(origin + (first + i) * step));
};
