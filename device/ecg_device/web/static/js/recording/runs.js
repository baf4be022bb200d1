/** What a strip's samples are: an ECG, one not to be trusted, or none, with the reason. */

const KINDS = { ok: "line", noisy: "weak", settling: "weak", off: "none" };
const LOST = "samples missing";

/** The signal's state at each change, from the recording's own quality events. */
const changes = ({ events, start }) =>
  events
    .filter(({ kind }) => kind === "quality")
    .map(({ sample, detail }) => ({ at: sample - start, kind: KINDS[detail?.state] ?? "line", reason: detail?.reason ?? "" }))
    .sort((one, other) => one.at - other.at);

/** Runs [first, stop) of samples that are alike, from the strip's start; `joined` to a trace before. */
export const runsOf = (strip) => {
  const { uv } = strip;
  const told = changes(strip);
  const runs = [];
  let state = { kind: "line", reason: "" };
  for (let at = 0, next = 0; at < uv.length; at += 1) {
    while (next < told.length && told[next].at <= at) state = told[next++];
    const { kind, reason } = uv[at] === null && state.kind !== "none" ? { kind: "none", reason: LOST } : state;
    const last = runs.at(-1);
    if (last && last.kind === kind && last.reason === reason) last.stop = at + 1;
    else runs.push({ first: at, stop: at + 1, kind, reason, joined: last !== undefined && last.kind !== "none" });
  }
  return runs;
};

/** The parts of the runs that lie within a row. */
export const within = (runs, row) =>
  runs
    .filter(({ first, stop }) => stop > row.first && first < row.stop)
    .map((run) => ({ ...run, first: Math.max(run.first, row.first), stop: Math.min(run.stop, row.stop) }));
