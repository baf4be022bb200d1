/** The history: which tab, which search, and how much room is left. */

import { getJson } from "../api.js";
import { formatBytes } from "../numbers.js";
import { element } from "../recording/element.js";
import { searchable } from "../recording/words.js";
import { showList } from "./list.js";
import { address, isFiltered, readQuery } from "./query.js";
import { showTrends } from "./trends.js";

const TITLES = { recordings: "Recordings", sessions: "Sessions", trends: "Trends" };
const part = (id) => document.getElementById(id);

const fail = (words) => {
  part("failure").textContent = words;
  part("failure").hidden = words === "";
};

const showTabs = (query) => {
  for (const tab of document.querySelectorAll("[data-tab]")) {
    const current = tab.dataset.tab === query.tab;
    if (current) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
    tab.href = address({ ...query, tab: tab.dataset.tab, session: "", day: "" });
  }
  part("kept").hidden = query.tab === "trends";
  part("trends").hidden = query.tab !== "trends";
  part("kept-title").textContent = TITLES[query.tab];
};

const showSearch = (query) => {
  const form = part("search");
  for (const name of ["text", "symbol", "from", "to"]) form.elements[name].value = query[name];
  form.elements.pinned.checked = Boolean(query.pinned);
  openFilters(["symbol", "from", "to", "pinned"].some((name) => query[name]));
  part("clear").hidden = !isFiltered(query);
  part("clear").href = address({ tab: query.tab });
};

const openFilters = (open) => {
  part("filters").hidden = !open;
  part("filters-toggle").setAttribute("aria-expanded", String(open));
};

const asked = (form, query) => ({ tab: query.tab, ...Object.fromEntries(new FormData(form)) });

const showStorage = async () => {
  const { storage } = await getJson("status");
  const share = storage.quota_bytes ? storage.used_bytes / storage.quota_bytes : 0;
  part("storage").title = "When the storage is full, the oldest sessions that are not pinned are deleted.";
  part("storage").replaceChildren(
    element("meter", { min: 0, max: 1, high: 0.9, value: share, "aria-label": "Storage used" }),
    element("span", { class: "soft small" }, `${formatBytes(storage.used_bytes)} of ${formatBytes(storage.quota_bytes)} used`),
    storage.storing ? "" : element("span", { class: "badge warn" }, `Not storing: ${storage.reason}`),
  );
};

const show = async () => {
  const query = readQuery(location.search);
  fail("");
  showTabs(query);
  showSearch(query);
  try {
    await (query.tab === "trends" ? showTrends(query) : showList(query, fail));
  } catch (error) {
    fail(error.message);
  }
};

const go = (query) => {
  history.pushState(null, "", address(query));
  return show();
};

part("symbol").append(...searchable.map(([symbol, words]) => element("option", { value: symbol }, `${symbol}: ${words}`)));
part("search").addEventListener("submit", (event) => {
  event.preventDefault();
  go(asked(event.target, readQuery(location.search)));
});
part("filters-toggle").addEventListener("click", () => openFilters(part("filters").hidden));
part("choice").addEventListener("change", ({ target }) => {
  const chosen = { tab: "trends", session: "", day: "", [target.name]: target.value };
  go(chosen);
});
document.querySelector(".tabs").addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  if (!tab || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  go(readQuery(new URL(tab.href).search));
});
window.addEventListener("popstate", show);
show();
showStorage().catch(() => {}); // the frame says that the appliance is silent
