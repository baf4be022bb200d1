/**
 * The state of the review, and everything that can be wished of it. `changed()` follows each
 * change; whoever listens draws. Times are sample numbers.
 */

import { createClock } from "./clock.js";
import { createEvents } from "./events.js";
import { centred, clamped, end, panned, widest, zoomedWithin } from "./view.js";

const FIRST_S = 10;
const JUMP_LONGEST_S = 60; // a jump from further out comes closer, so that what was sought is seen
const JUMP_S = 10;
const FOLLOW_SLACK_S = 1;

export const boundsOf = ({ first, stop }) => ({ first, stop: Math.max(stop, first + 1) });

export const createModel = (session, asked, changed) => {
  const rateHz = session.rate_hz;
  const state = {
    session,
    bounds: boundsOf(session),
    clock: createClock(session.first, session.began_ms, rateHz),
    events: createEvents(rateHz),
    view: null,
    following: false,
    gain: "auto",
    outline: null,
    trend: null,
    chosenBeat: null,
    chosenEvent: null,
    calipers: null,
  };

  const setView = (view) => {
    state.view = clamped(view, state.bounds, rateHz);
    changed();
  };
  const move = (view) => {
    state.following = false;
    setView(view);
  };
  const atEnd = (span) => ({ from: state.bounds.stop - span, span });

  setView(firstView(state, asked, rateHz));

  return {
    state,
    pan: (samples) => move(panned(state.view, samples)),
    /** Zoom by a factor around a sample; while following, the end stays in view. */
    zoom(factor, around) {
      const anchor = state.following ? end(state.view) : around;
      setView(zoomedWithin(state.view, factor, anchor, state.bounds, rateHz));
    },
    /** Show so many seconds, or all, around what is in the middle (or was chosen and is in view). */
    show(seconds) {
      const span = seconds === "all" ? widest(state.bounds, rateHz) : seconds * rateHz;
      setView(state.following ? atEnd(span) : centred(anchorOf(state), span));
    },
    centre: (sample) => move(centred(sample, state.view.span)),
    to: (edge) => move(edge === "first" ? { ...state.view, from: state.bounds.first } : atEnd(state.view.span)),
    follow(following) {
      state.following = following && state.session.live;
      setView(state.following ? atEnd(state.view.span) : state.view);
    },
    /** Bring a beat or an event to the middle and mark it. */
    jump({ beat = null, event = null }) {
      Object.assign(state, { chosenBeat: beat, chosenEvent: event });
      const near = state.view.span / rateHz <= JUMP_LONGEST_S;
      move(centred((beat ?? event).sample, near ? state.view.span : JUMP_S * rateHz));
    },
    choose({ beat = null, event = null }) {
      Object.assign(state, { chosenBeat: beat, chosenEvent: event });
      changed();
    },
    set(changes) {
      Object.assign(state, changes);
      changed();
    },
    /** The session is longer now, or over; its clock may be known better. */
    grow(session) {
      state.session = session;
      state.bounds = boundsOf(session);
      state.clock = createClock(session.first, session.began_ms, rateHz);
      if (!session.live) state.following = false;
      const slack = FOLLOW_SLACK_S * rateHz;
      setView(state.following ? atEnd(Math.max(state.view.span, slack)) : state.view);
    },
  };
};

const firstView = ({ bounds }, { at, spanS }, rateHz) => {
  const span = (spanS ?? FIRST_S) * rateHz;
  return at === null ? { from: bounds.first, span } : centred(at, span);
};

/** What zooming by a preset keeps in place: the chosen beat or event while it is in view. */
export const anchorOf = ({ view, chosenBeat, chosenEvent }) => {
  const chosen = (chosenBeat ?? chosenEvent)?.sample;
  const seen = chosen !== undefined && chosen >= view.from && chosen < end(view);
  return seen ? chosen : view.from + view.span / 2;
};
