/** Past alarms: from the sessions' events, the newest session first, a few sessions at a time. */

import { getJson } from "../api.js";
import { formatDateTime, formatDuration, formatTime } from "../numbers.js";
import { element } from "../recording/element.js";
import { course, episodes } from "./episodes.js";
import { priorityMark } from "./now.js";

const SESSIONS_A_TIME = 5;
const MOST_A_SESSION = 500;

const part = (id) => document.getElementById(id);
const wallMs = (session, sample) => session.began_ms + ((sample - session.first) / session.rate_hz) * 1000;
const seconds = (length) => formatDuration(Math.round(length));

const row = (session, alarm) =>
  element(
    "li",
    { class: "past" },
    element("time", { class: "soft" }, formatTime(wallMs(session, alarm.sample))),
    priorityMark(alarm.priority),
    element("span", { class: "what" }, alarm.text, element("small", { class: "soft" }, course(alarm, session, seconds))),
    element("a", { class: "button", href: `/review/${session.id}?at=${alarm.sample}` }, "Review"),
  );

const sessionLog = async (session) => {
  const { events, more } = await getJson(`sessions/${session.id}/events`, { query: { kinds: "alarm", limit: MOST_A_SESSION } });
  if (!events.length) return null;
  return element(
    "li",
    { class: "session" },
    element("h3", {}, `Session of ${formatDateTime(session.began_ms)}`, session.live ? " (running)" : ""),
    element("ol", {}, episodes(events).map((alarm) => row(session, alarm))),
    more ? element("p", { class: "soft small" }, "Only the first of them are listed; the review has them all.") : null,
  );
};

/** Show the newest alarms, older ones on demand. */
export const startLog = () => {
  const state = { next: null, rows: 0 };
  const older = async () => {
    const { sessions, next } = await getJson("sessions", { query: { limit: SESSIONS_A_TIME, before: state.next } });
    const logs = (await Promise.all(sessions.map(sessionLog))).filter(Boolean);
    part("log").append(...logs);
    Object.assign(state, { next, rows: state.rows + logs.length });
    part("log-older").hidden = next === null;
    part("log-words").textContent = state.rows || next !== null ? "" : "No alarm has been raised in what is stored.";
  };
  const look = async () => {
    part("log-older").disabled = true;
    await older().catch((error) => (part("log-words").textContent = error.message));
    part("log-older").disabled = false;
  };
  part("log-older").addEventListener("click", look);
  look();
};
