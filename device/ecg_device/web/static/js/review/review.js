/** The review page: fetches a session, and keeps plot, overview, list and address in step. */

import { onDisplayChange } from "../display.js";
import { showProblem } from "../frame.js";
import { parseAddress, createAddressKeeper } from "./address.js";
import { createCommands } from "./commands.js";
import { listenToControls, showControls } from "./controls.js";
import { fetchEvents } from "./events.js";
import { listenToGestures } from "./gestures.js";
import { createHandles } from "./handles.js";
import { listenToKeys } from "./keys.js";
import { eventAt } from "./lanes.js";
import { createEventList } from "./list.js";
import { createLoader } from "./loading.js";
import { beatAt } from "./marks.js";
import { createModel } from "./model.js";
import { createPanels } from "./panels.js";
import { stretchText } from "./readout.js";
import { fetchSession, watchGrowth } from "./session.js";
import { createStage } from "./stage.js";
import { createStrip } from "./strip.js";
import { createTiles } from "./tiles.js";
import { centre } from "./view.js";
import { createWords } from "./words.js";

const element = (id) => document.getElementById(id);

/** Calls `draw` once before the next frame, however often it is asked for. */
const onceAFrame = (draw) => {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
};

const start = async (region) => {
  const id = Number(region.dataset.session);
  const session = await fetchSession(id);
  const plot = element("plot");
  const draw = onceAFrame(() => drawAll());
  const model = createModel(session, parseAddress(location.search), draw);
  const { state } = model;
  const tiles = createTiles({ load: createLoader(id), changed: draw });
  const stage = createStage(plot, element("plot-canvas"), state, tiles);
  stage.resize();
  const handles = createHandles(plot, {
    scene: stage.picture,
    clock: () => state.clock,
    uvAt: stage.uvAt,
    bounds: () => state.bounds,
    changed: draw,
  });
  const list = createEventList(listNodes(), { clock: () => state.clock, chosen: (event) => jumpTo(event) });
  const panels = createPanels({
    opened: () => list.reveal(centre(state.view)),
    filtered: () => list.show(state.events.ofKinds(panels.kinds())),
    exported: () => panels.fillExport(id, state.view, state.bounds, stretchText(state.view, state.clock)),
  });
  const strip = createStrip(
    { strip: element("overview"), canvas: element("overview-canvas"), frame: element("window") },
    model, id, stage.colours,
  );
  const words = createWords(state);
  const keepAddress = createAddressKeeper(session.rate_hz);
  const commands = createCommands(model, id, { ...stage, handles }, panels);

  const drawAll = () => {
    state.calipers = handles.pair();
    stage.draw();
    handles.layOut();
    const picture = stage.picture();
    strip.place();
    showControls(state, picture, handles.on());
    words.show(picture, tiles.state());
    list.mark(state.chosenEvent);
    keepAddress(state.view);
  };

  const jumpTo = (event) => {
    model.jump({ event });
    panels.yieldToPlot();
  };

  const tapped = (x, y) => {
    const picture = stage.picture();
    const { layout, view, width, beats, detail } = picture;
    if (y < layout.beats.y) model.choose({ event: eventAt(picture, x, y) });
    else model.choose({ beat: detail === "density" ? null : beatAt(view, width, beats, x) });
  };

  const takeEvents = (events) => {
    if (!state.events.add(events)) return;
    list.show(state.events.ofKinds(panels.kinds()));
    strip.draw();
    draw();
  };

  const resize = () => {
    stage.resize();
    strip.draw();
    drawAll();
  };

  new ResizeObserver(resize).observe(plot);
  onDisplayChange(() => {
    stage.recolour();
    resize();
  });
  listenToGestures(plot, { pan: commands.panBy, zoom: commands.zoomAt, tap: tapped });
  listenToKeys(region, plot, commands);
  listenToControls(model, commands, handles);
  words.title(session);
  plot.focus({ preventScroll: true });
  await fetchEvents(id, session.first, takeEvents);
  if (!session.live) return;
  watchGrowth(id, {
    grown(longer) {
      showProblem(null);
      model.grow(longer);
      fetchEvents(id, state.events.resumeFrom(), takeEvents).catch(showProblem);
    },
    lost: showProblem,
  });
};

const listNodes = () => ({
  list: element("event-list"),
  range: element("event-range"),
  earlier: element("earlier-events"),
  later: element("later-events"),
  empty: element("no-events"),
});

start(element("review")).catch(showProblem);
