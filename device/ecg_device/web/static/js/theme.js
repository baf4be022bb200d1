// Runs before the first paint, so that a dark room never sees a white flash. See display.js.
(() => {
  try {
    const { theme } = JSON.parse(localStorage.getItem("ecg-display") ?? "{}");
    if (theme === "paper" || theme === "night") document.documentElement.dataset.theme = theme;
  } catch {
    // no storage, or somebody else's content in it: the default theme
  }
})();
