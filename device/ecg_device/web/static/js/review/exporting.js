/** Links to files of the stretch in view and of the whole session. */

import { apiUrl } from "../api.js";
import { end } from "./view.js";

const FORMATS = { csv: "CSV", edf: "EDF+", wfdb: "WFDB" };

export const fillExport = (nodes, id, view, bounds, stretch) => {
  const range = {
    from: Math.max(bounds.first, Math.floor(view.from)),
    to: Math.min(bounds.stop, Math.ceil(end(view))),
  };
  nodes.stretch.textContent = `Shown: ${stretch}`;
  nodes.visible.replaceChildren(...links(id, range));
  nodes.whole.replaceChildren(...links(id, {}));
};

const links = (id, range) =>
  Object.entries(FORMATS).map(([format, name]) =>
    Object.assign(document.createElement("a"), {
      className: "button",
      href: apiUrl(`sessions/${id}/export`, { format, ...range }),
      download: "",
      textContent: name,
    }),
  );
