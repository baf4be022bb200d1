/** The list of what is kept: fetched by the search, page after page, oldest last. */

import { getJson } from "../api.js";
import { formatNumber } from "../numbers.js";
import { confirmLoss } from "../recording/confirm.js";
import { element } from "../recording/element.js";
import { discard } from "../recording/keeping.js";
import { recordingLosses, sessionLosses } from "../recording/losses.js";
import { recordingRow, sessionRow } from "./entries.js";
import { apiQuery, isFiltered } from "./query.js";

const KINDS = {
  recordings: { row: recordingRow, losses: recordingLosses, title: "Delete this recording?", one: "recording" },
  sessions: { row: sessionRow, losses: sessionLosses, title: "Delete this session?", one: "session" },
};

const part = (id) => document.getElementById(id);

const nothing = (path, query) => {
  if (isFiltered(query)) {
    return [element("p", {}, `No ${KINDS[path].one} fits the search.`), element("p", {}, "Search for less, or clear it.")];
  }
  return path === "recordings"
    ? [element("p", {}, "No ECG has been taken yet."), element("a", { class: "button primary", href: "/ecg" }, "Take an ECG")]
    : [element("p", {}, "Nothing has been stored yet."), element("p", {}, "A session begins as soon as the source gives a signal, unless storing is off.")];
};

/** Show what a search finds, from its newest on; `fail` hears of errors in words. */
export const showList = async (query, fail) => {
  const path = query.tab;
  const shown = { next: null, count: 0 };
  const count = () => {
    const more = shown.next === null ? "" : ", and older ones";
    part("found").textContent = shown.count ? `${formatNumber(shown.count)} ${KINDS[path].one}${shown.count === 1 ? "" : "s"}${more}` : "";
    part("empty").hidden = shown.count > 0;
    if (!shown.count) part("empty").replaceChildren(...nothing(path, query));
  };
  const remove = async (kept, failed) => {
    const { title, losses } = KINDS[path];
    if (!(await confirmLoss({ title, losses: losses(kept), action: "Delete for good" }))) return;
    try {
      await discard(path, kept.id);
      part("entries").querySelector(`[data-id="${kept.id}"]`)?.remove();
      shown.count -= 1;
      count();
    } catch (error) {
      failed(`It was not deleted. ${error.message}`);
    }
  };
  const fetchPage = async () => {
    const answer = await getJson(path, { query: apiQuery(query, { before: shown.next }) });
    const rows = answer[path].map((kept) => KINDS[path].row(kept, { remove }));
    part("entries").append(...rows);
    Object.assign(shown, { next: answer.next, count: shown.count + rows.length });
    part("older").hidden = shown.next === null;
    count();
  };
  part("older").onclick = () => {
    part("older").disabled = true;
    fetchPage().then(() => fail(""), (error) => fail(error.message)).finally(() => (part("older").disabled = false));
  };
  part("entries").replaceChildren();
  await fetchPage();
};
