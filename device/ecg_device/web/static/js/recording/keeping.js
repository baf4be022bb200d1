/** What one may do with what is kept: pin, note, delete. `path` is "sessions" or "recordings". */

import { sendJson } from "../api.js";

/** Keep it from being deleted when the storage is full, or no longer. */
export const pin = (path, id, pinned) => sendJson("PATCH", `${path}/${id}`, { pinned });

/** Write a note to it. */
export const note = (path, id, text) => sendJson("PATCH", `${path}/${id}`, { note: text });

/** Delete it for good. */
export const discard = (path, id) => sendJson("DELETE", `${path}/${id}`);
