/** The event panel and the dialogs: opening, closing, and where the focus goes. */

import { fillExport } from "./exporting.js";

const WIDE = "(min-width: 1024px)";
const element = (id) => document.getElementById(id);

/** `opened()` is called when the event panel appears or goes, for the plot's width changes then. */
export const createPanels = ({ opened, filtered, exported }) => {
  const panel = element("event-panel");
  const button = element("events");

  const showEvents = (shown) => {
    panel.hidden = !shown;
    button.setAttribute("aria-expanded", String(shown));
    opened(shown);
  };
  const events = () => {
    const shown = panel.hidden;
    showEvents(shown);
    (shown ? element("kind") : button).focus();
  };

  button.addEventListener("click", events);
  element("close-events").addEventListener("click", events);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") events();
  });
  element("kind").addEventListener("change", filtered);
  element("help").addEventListener("click", () => element("help-dialog").showModal());
  element("export").addEventListener("click", () => {
    exported();
    element("export-dialog").showModal();
  });
  showEvents(matchMedia(WIDE).matches);

  return {
    events,
    help: () => element("help-dialog").showModal(),
    /** The kinds the list shows; null: all. */
    kinds: () => (element("kind").value ? new Set([element("kind").value]) : null),
    /** On a narrow screen the panel lies over the plot: it goes once it has done its work. */
    yieldToPlot() {
      if (!matchMedia(WIDE).matches) showEvents(false);
    },
    fillExport: (id, view, bounds, stretch) =>
      fillExport(
        { stretch: element("export-stretch"), visible: element("export-visible"), whole: element("export-whole") },
        id, view, bounds, stretch,
      ),
  };
};
