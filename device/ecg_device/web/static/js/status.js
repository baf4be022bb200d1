/** Keeps the frame up to date on pages without a live connection of their own. */

import { getJson } from "./api.js";
import { showFrame, showFrameSilent } from "./frame.js";

const EACH_MS = 5000;

const look = async () => {
  if (!document.hidden) await getJson("status").then(showFrame, showFrameSilent);
  setTimeout(look, EACH_MS);
};

look();
