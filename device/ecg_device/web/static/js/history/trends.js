/** Trends of a session or a day: heart rate, ectopy and quality, as charts and as a table. */

import { getJson } from "../api.js";
import { formatDate, formatDateTime, formatDuration, formatNumber, formatPercent } from "../numbers.js";
import { element } from "../recording/element.js";
import { drawChart } from "./chart.js";
import { dayBounds, dayOf, joined, pointsOf, span } from "./points.js";
import { trendTable } from "./table.js";
import { around } from "./ticks.js";

const POINTS = 400;
const MOST_SESSIONS = 50;
const part = (id) => document.getElementById(id);
const drawn = { redraw: () => {} };

const valuesOf = (points, ...keys) => points.flatMap((point) => keys.map((key) => point[key]));
const highest = (points, ...keys) => Math.max(0, ...valuesOf(points, ...keys).filter((v) => v !== null));

const CHARTS = [
  {
    title: "Heart rate",
    unit: "bpm",
    key: [["--trend-rate", "mean"], ["--trend-band", "lowest to highest"]],
    range: (points) => around(valuesOf(points, "bpm_low", "bpm_high", "bpm"), { floor: 0, least: 20 }),
    marks: [
      { kind: "band", low: "bpm_low", high: "bpm_high", colour: "--trend-band" },
      { kind: "curve", key: "bpm", colour: "--trend-rate" },
    ],
  },
  {
    title: "Ectopic beats",
    unit: "per minute",
    key: [["--beat-v", "ventricular"], ["--beat-s", "supraventricular"]],
    range: (points) => [0, Math.max(5, highest(points, "ventricular", "supraventricular") * 1.1)],
    marks: [
      { kind: "bars", key: "ventricular", colour: "--beat-v" },
      { kind: "bars", key: "supraventricular", colour: "--beat-s", shift: 1 },
    ],
  },
  {
    title: "Usable signal",
    unit: "%",
    key: [["--trend-usable", "share of the time"]],
    range: () => [0, 100],
    marks: [{ kind: "curve", key: "percent", colour: "--trend-usable" }],
  },
];

/** What a chart says, for whoever does not see it. */
const description = ({ title, unit }, points, range) =>
  range === null
    ? `${title}: not known`
    : `${title} in ${unit} from ${formatDateTime(points[0].ms)} to ${formatDateTime(points.at(-1).ms)}, between ${formatNumber(range[0])} and ${formatNumber(range[1])}. The table has the numbers.`;

const figure = (chart, points, times) => {
  const range = chart.range(points);
  const canvas = element("canvas", { role: "img", "aria-label": description(chart, points, range) });
  const key = chart.key.map(([colour, words]) => element("li", { class: "key", "data-colour": colour }, words));
  const shown = element(
    "figure",
    { class: "trend card" },
    element("figcaption", {}, element("h3", {}, chart.title, element("span", { class: "soft" }, `, ${chart.unit}`)), element("ul", {}, key)),
    range === null ? element("p", { class: "soft" }, "Not known for any of this time.") : canvas,
  );
  const draw = () => drawChart(canvas, { points, times, values: range, marks: chart.marks });
  return { shown, draw: range === null ? () => {} : draw };
};

const clear = () => {
  drawn.redraw = () => {};
  part("charts").replaceChildren();
  part("trend-words").textContent = "";
};

const showNone = (...words) => {
  clear();
  part("no-trend").hidden = false;
  part("no-trend").replaceChildren(...words.map((said) => element("p", {}, said)));
};

const showCharts = (points, times) => {
  const percent = points.map((point) => ({ ...point, percent: point.usable === null ? null : point.usable * 100 }));
  const figures = CHARTS.map((chart) => figure(chart, percent, times));
  part("no-trend").hidden = true;
  part("charts").replaceChildren(...figures.map(({ shown }) => shown), trendTable(points));
  drawn.redraw = () => figures.forEach(({ draw }) => draw());
  drawn.redraw();
};

const trendOf = async (session) => pointsOf(session, await getJson(`sessions/${session.id}/trend`, { query: { points: POINTS } }));

const overview = (session) =>
  `${formatDateTime(session.began_ms)}, ${formatDuration(session.duration_s)}, ${formatPercent(session.usable)} usable`;

const showSession = async (session) => {
  const points = joined([await trendOf(session)]);
  part("trend-words").textContent = overview(session);
  if (points.length) showCharts(points, span(points));
  else showNone("This session is too short for a trend.", "Come back in a minute.");
};

const showDay = async (day) => {
  const [from, to] = dayBounds(day);
  const { sessions } = await getJson("sessions", { query: { from, to: to - 1, limit: MOST_SESSIONS } });
  const runs = await Promise.all(sessions.map(trendOf));
  const points = joined(runs).filter(({ ms }) => ms >= from && ms < to);
  if (!points.length) return showNone(`Nothing was stored on ${formatDate(from)}.`, "Choose another day.");
  part("trend-words").textContent = `${formatDate(from)}, ${sessions.length} ${sessions.length === 1 ? "session" : "sessions"}`;
  return showCharts(points, span(points));
};

const offer = (sessions, query) => {
  const options = sessions.map((session) =>
    element("option", { value: session.id }, `${formatDateTime(session.began_ms)} · ${formatDuration(session.duration_s)}${session.live ? " · live" : ""}`),
  );
  part("session").replaceChildren(element("option", { value: "" }, query.day ? "choose" : "none"), ...options);
  part("session").value = query.session;
  part("day").value = query.day;
  part("day").max = dayOf(Date.now());
};

/** Show the trends that the address asks for; the newest session's where it asks for none. */
export const showTrends = async (query) => {
  clear();
  const { sessions } = await getJson("sessions", { query: { limit: MOST_SESSIONS } });
  const session = query.session || (query.day ? "" : String(sessions[0]?.id ?? ""));
  offer(sessions, { ...query, session });
  if (query.day) return showDay(query.day);
  if (!session) return showNone("Nothing has been stored yet.", "Trends appear after the first minutes of a session.");
  const known = sessions.find(({ id }) => String(id) === session);
  return showSession(known ?? (await getJson(`sessions/${session}`)));
};

window.addEventListener("resize", () => drawn.redraw());
