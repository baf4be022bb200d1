/** Keys of the review, heard only while the focus is inside it, and never while typing. */

const KEYS = Object.freeze({
  ArrowLeft: "earlier", ArrowRight: "later", PageUp: "pageEarlier", PageDown: "pageLater",
  Home: "toBeginning", End: "toEnd",
  "+": "zoomIn", "=": "zoomIn", "-": "zoomOut", "_": "zoomOut", "0": "whole", "1": "paper",
  n: "nextPvc", p: "previousPvc", j: "nextEvent", k: "previousEvent",
  c: "calipers", f: "follow", e: "events", "?": "help",
  ArrowUp: "gainUp", ArrowDown: "gainDown",
});
const SCROLLING = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"]);

/** `commands` holds a function for each name above. The keys that scroll count on `plot` alone. */
export const listenToKeys = (region, plot, commands) => {
  region.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, select, textarea, dialog")) return;
    if (SCROLLING.has(event.key) && event.target !== plot) return;
    const name = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!name) return;
    event.preventDefault();
    const shifted = { earlier: "pageEarlier", later: "pageLater" }[name];
    commands[event.shiftKey && shifted ? shifted : name]();
  });
};
