/** The numbers of a trend as a table: for screen readers, and for who wants to know exactly. */

import { formatDateTime, formatNumber, formatPercent } from "../numbers.js";
import { element } from "../recording/element.js";

const MOST_ROWS = 60;
const COLUMNS = ["Time", "Mean bpm", "Lowest", "Highest", "Ventricular / min", "Supraventricular / min", "Usable"];

const mean = (values) => {
  const known = values.filter((value) => value !== null);
  return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
};
const extreme = (pick, values) => {
  const known = values.filter((value) => value !== null);
  return known.length ? pick(...known) : null;
};

/** Points put together until no more than a table's rows are left. */
export const condensed = (points, most = MOST_ROWS) => {
  const each = Math.ceil(points.length / most);
  const rows = [];
  for (let at = 0; at < points.length; at += each) {
    const group = points.slice(at, at + each);
    const of = (key) => group.map((point) => point[key]);
    rows.push({
      ms: group[0].ms,
      bpm: mean(of("bpm")),
      bpm_low: extreme(Math.min, of("bpm_low")),
      bpm_high: extreme(Math.max, of("bpm_high")),
      ventricular: mean(of("ventricular")),
      supraventricular: mean(of("supraventricular")),
      usable: mean(of("usable")),
    });
  }
  return rows;
};

const line = (point) =>
  element(
    "tr",
    {},
    element("th", { scope: "row" }, formatDateTime(point.ms)),
    ...[
      formatNumber(point.bpm),
      formatNumber(point.bpm_low),
      formatNumber(point.bpm_high),
      formatNumber(point.ventricular, 1),
      formatNumber(point.supraventricular, 1),
      formatPercent(point.usable),
    ].map((words) => element("td", { class: "right" }, words)),
  );

/** A table behind a toggle. */
export const trendTable = (points) =>
  element(
    "details",
    { class: "card numbers" },
    element("summary", {}, "The same as a table"),
    element(
      "div",
      { class: "table-wrap", tabindex: 0, role: "region", "aria-label": "Trend as a table" },
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, COLUMNS.map((name, at) => element("th", { scope: "col", class: at ? "right" : "" }, name)))),
        element("tbody", {}, condensed(points).map(line)),
      ),
    ),
  );
