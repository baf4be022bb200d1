/** What buttons, keys and gestures can ask for, by name. */

import { loadDisplay, GAINS_MM_MV } from "../display.js";
import { announce, showProblem } from "../frame.js";
import { placement } from "./calipers.js";
import { neighbour } from "./events.js";
import { seekBeat } from "./loading.js";
import { anchorOf } from "./model.js";
import { beatText, eventText } from "./readout.js";
import { PAPER_MM_MV, paperSpan } from "./scale.js";
import { sampleAt } from "./view.js";

const STEP = 0.1; // of a screen, by an arrow key
const ZOOM = 1.6;
const PVC = ["V"];

/** `stage`: width(), picture(), gain(), handles; `panels`: events(), help(). */
export const createCommands = (model, id, stage, panels) => {
  const { state } = model;
  let seeking = null;
  const page = (share) => model.pan(share * state.view.span);

  /** Go to the PVC before or after the chosen beat, or what is in the middle. */
  const seekPvc = async (direction) => {
    seeking?.abort();
    seeking = new AbortController();
    try {
      const beat = await seekBeat(id, PVC, direction, Math.round(anchorOf(state)), seeking.signal);
      showProblem(null);
      if (beat === null) return announce(direction === "after" ? "No PVC after this" : "No PVC before this");
      model.jump({ beat });
      announce(beatText(beat, null, state.clock));
    } catch (error) {
      if (error.name !== "AbortError") showProblem(error);
    }
  };

  const seekEvent = (direction) => {
    const event = neighbour(state.events.ofKinds(panels.kinds()), anchorOf(state), direction);
    if (!event) return announce(direction === "after" ? "No event after this" : "No event before this");
    model.jump({ event });
    announce(eventText(event, state.clock));
  };

  const toggleCalipers = () => {
    const { view, beats } = stage.picture();
    stage.handles.show(stage.handles.on() ? null : placement(view, beats));
  };

  const turnGain = (direction) => {
    const index = GAINS_MM_MV.indexOf(stage.gain()) + direction;
    if (GAINS_MM_MV[index]) model.set({ gain: GAINS_MM_MV[index] });
  };

  return {
    earlier: () => page(-STEP), later: () => page(STEP),
    pageEarlier: () => page(-1), pageLater: () => page(1),
    toBeginning: () => model.to("first"), toEnd: () => model.to("stop"),
    zoomIn: () => model.zoom(1 / ZOOM, anchorOf(state)), zoomOut: () => model.zoom(ZOOM, anchorOf(state)),
    zoomAt: (factor, x) => model.zoom(factor, sampleAt(state.view, stage.width(), x)),
    panBy: (px) => model.pan((px / stage.width()) * state.view.span),
    whole: () => model.show("all"),
    paper() {
      model.set({ gain: PAPER_MM_MV });
      model.show(paperSpan(stage.width(), loadDisplay(), state.session.rate_hz) / state.session.rate_hz);
    },
    nextPvc: () => seekPvc("after"), previousPvc: () => seekPvc("before"),
    nextEvent: () => seekEvent("after"), previousEvent: () => seekEvent("before"),
    calipers: toggleCalipers,
    follow: () => model.follow(!state.following),
    events: panels.events, help: panels.help,
    gainUp: () => turnGain(1), gainDown: () => turnGain(-1),
  };
};
