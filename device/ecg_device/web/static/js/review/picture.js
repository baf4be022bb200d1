/** Gathers what one picture of the plot needs; the scene only draws it. */

import { absencesIn } from "./lanes.js";
import { mergeAbsent } from "./absent.js";
import { beatTilesFor, beatsIn, detailFor } from "./beats.js";
import { signalTicks, wallTicks } from "./clock.js";
import { stretchesOf } from "./events.js";
import { layoutOf } from "./layout.js";
import { neededFor } from "./levels.js";
import { gapsIn, piecesOf } from "./pieces.js";
import { end } from "./view.js";

const USUAL_RATE = 80; // beats a minute, where the session has no mean yet

/** The view with its left edge on a whole pixel, so that ranges do not flicker while it moves. */
export const snapped = (view, width) => {
  const perPx = view.span / width;
  return perPx > 1 ? { ...view, from: Math.round(view.from / perPx) * perPx } : view;
};

/** All tiles a view needs: signal first, then beats. */
export const wantedFor = (view, width, bounds, rateHz) => [
  ...neededFor(view, width, bounds),
  ...beatTilesFor(view, bounds, rateHz),
];

/** `state`: view, bounds, session, clock, events, trend, chosen...; `size`: width, height. */
export const pictureOf = (state, { width, height }, get, scale, colours) => {
  const { bounds, session, clock, events } = state;
  const rateHz = session.rate_hz;
  const view = snapped(state.view, width);
  const pieces = piecesOf(view, width, bounds, get);
  const absences = absencesIn(events, view, bounds.stop);
  const detail = detailFor(view, width, rateHz, session.rate?.mean ?? USUAL_RATE);
  return {
    view, width, height, rateHz, pieces, detail, events, colours,
    first: bounds.first,
    stop: bounds.stop,
    layout: layoutOf(height),
    absent: mergeAbsent(gapsIn(pieces), absences, rateHz),
    beats: beatsIn(beatTilesFor(view, bounds, rateHz), view, get),
    rhythm: stretchesOf(events.ofKind("rhythm"), view.from, end(view), bounds.stop)[0]?.event,
    trend: state.trend,
    wall: wallTicks(clock, view, width),
    elapsed: signalTicks(clock, view, width),
    chosenBeat: state.chosenBeat,
    chosenEvent: state.chosenEvent,
    calipers: state.calipers,
    ...scale,
  };
};

/** The signal at a sample in uV; null where there is none or single samples are not loaded. */
export const signalAt = (pieces, sample) => {
  const piece = pieces.find(({ from, to, tile }) => tile?.perBin === 1 && sample >= Math.floor(from) && sample < to);
  const uv = piece?.tile.low[sample - piece.tile.from];
  return uv === undefined || Number.isNaN(uv) ? null : uv;
};
