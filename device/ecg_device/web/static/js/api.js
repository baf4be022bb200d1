/** Questions to the appliance's JSON interface, and its one form of error. */

const ROOT = "/api/v1/";

/** What the appliance refused, or that it could not be reached (`status` 0). */
export class ApiError extends Error {
  constructor({ status = 0, what = "The appliance did not answer", expected = null, received = null, remedy = null }) {
    super([what, expected && `expected ${expected}`, received && `received ${received}`, remedy].filter(Boolean).join("; "));
    Object.assign(this, { status, what, expected, received, remedy });
  }
}

/** `apiUrl("sessions", {limit: 20, text: null})` -> "/api/v1/sessions?limit=20"; null is left out. */
export const apiUrl = (path, query = {}) => {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const words = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return ROOT + path + (words ? `?${words}` : "");
};

/** GET `path` below /api/v1/ as JSON; rejects with ApiError, or AbortError when `signal` says so. */
export const getJson = (path, { query, signal } = {}) => ask(apiUrl(path, query), { signal });

/** POST, PATCH or DELETE with a JSON body; resolves to the answer, null where there is none. */
export const sendJson = (method, path, body = {}, { signal } = {}) =>
  ask(apiUrl(path), { method, signal, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

const ask = async (url, options) => {
  const response = await fetch(url, { cache: "no-store", ...options }).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new ApiError({ remedy: "check that it is switched on and reachable" });
  });
  const answer = await answerOf(response);
  if (response.ok) return answer;
  throw new ApiError({ what: `The appliance answered ${response.status}`, ...answer?.error, status: response.status });
};

const answerOf = async (response) => {
  const text = await response.text();
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
};
