/** The overview on the page: its outline fetched now and then, drawn when it or the screen changes. */

import { showProblem } from "../frame.js";
import { loadOutline } from "./loading.js";
import { drawOverview, listenToWindow, placeWindow } from "./overview.js";

const POINTS = 1440; // a minute each of a whole day
const EACH_MS = 15_000;

export const createStrip = (nodes, model, id, colours) => {
  const { state } = model;
  const { strip, canvas, frame } = nodes;

  const fetchOutline = async () => {
    try {
      const { tile, trend } = await loadOutline(id, state.bounds, POINTS);
      model.set({ outline: tile, trend });
      draw();
    } catch (error) {
      showProblem(error);
    }
    if (state.session.live) setTimeout(fetchOutline, EACH_MS);
  };

  const draw = () =>
    drawOverview(canvas, {
      bounds: state.bounds,
      rateHz: state.session.rate_hz,
      outline: state.outline,
      trend: state.trend,
      events: state.events,
      colours: colours(),
    });

  listenToWindow(strip, frame, {
    view: () => state.view,
    bounds: () => state.bounds,
    moved: (sample) => model.centre(sample),
  });
  fetchOutline();

  return {
    draw,
    place: () => placeWindow(strip, frame, state),
  };
};
