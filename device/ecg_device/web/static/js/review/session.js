/** The session under review, asked for again while it still grows. */

import { getJson } from "../api.js";

const GROWS_EACH_MS = 1000;
const HIDDEN_EACH_MS = 5000;

export const fetchSession = (id) => getJson(`sessions/${id}`);

/** Asks each second while the session is live; `grown(session)` hears of it, `lost(error)` of failures. */
export const watchGrowth = (id, { grown, lost }) => {
  const look = async () => {
    let live = true;
    try {
      const session = await fetchSession(id);
      live = session.live;
      grown(session);
    } catch (error) {
      lost(error);
    }
    if (live) setTimeout(look, document.hidden ? HIDDEN_EACH_MS : GROWS_EACH_MS);
  };
  setTimeout(look, GROWS_EACH_MS);
};
