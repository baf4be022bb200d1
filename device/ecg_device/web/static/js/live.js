/** The appliance's live stream: one connection a page, and the moment it falls silent. */

import { ApiError } from "./api.js";

const URL_LIVE = "/api/v1/live";
const SILENT_AFTER_MS = 1600; // a state comes each second at least; STALE has to stand within 2 s
const LOOK_EACH_MS = 100;
const RETRY_MS = 3000;

/**
 * Connect; returns how to close. `on` may hold:
 *   batch(batch)     new samples, beats, events         state(state)  what holds now
 *   gap(gap)         messages that were lost            bye()         the appliance stops: it will be silent
 *   silence()        nothing was heard for 1.6 s        voice()       it speaks again
 *   refused(error)   it will not serve this page (ApiError: 503 = too many viewers); it is asked again
 */
export const connectLive = (on, { backS = 10 } = {}) => {
  const line = { source: null, heard: performance.now(), silent: false, retry: null, failing: new Set() };
  const heard = () => {
    if (line.failing.size > 0) return; // what cannot be shown is as good as silence
    line.heard = performance.now();
    if (line.silent) on.voice?.();
    line.silent = false;
  };
  const fallSilent = () => {
    if (line.silent) return;
    line.silent = true;
    on.silence?.();
  };
  const look = () => {
    if (performance.now() - line.heard >= SILENT_AFTER_MS) fallSilent();
  };
  const open = () => {
    line.source = new EventSource(`${URL_LIVE}?back=${backS}`);
    for (const kind of ["batch", "state", "gap", "bye"]) {
      line.source.addEventListener(kind, (message) => {
        heard();
        line.failing.add(kind);
        on[kind]?.(JSON.parse(message.data));
        line.failing.delete(kind);
        if (kind === "bye") fallSilent();
      });
    }
    line.source.addEventListener("error", () => {
      if (line.source.readyState === EventSource.CLOSED) turnedAway();
    });
  };
  // EventSource gives up on any status but 200, and never says which it was
  const turnedAway = async () => {
    on.refused?.(await whyRefused());
    line.retry = setTimeout(open, RETRY_MS);
  };
  const timer = setInterval(look, LOOK_EACH_MS);
  open();
  return () => {
    clearInterval(timer);
    clearTimeout(line.retry);
    line.source.close();
  };
};

const whyRefused = async () => {
  const stop = new AbortController();
  try {
    const response = await fetch(URL_LIVE, { signal: stop.signal, cache: "no-store" });
    if (response.ok) return new ApiError({ what: "The connection was interrupted" });
    return new ApiError({ ...(await response.json()).error, status: response.status });
  } catch {
    return new ApiError({});
  } finally {
    stop.abort();
  }
};
