/** What samples mean: a signal, one not to be trusted, or none, with its reason in words. */

const LEADS_OFF = {
  1: { draw: "dash", text: "LEAD OFF: electrode RA" },
  2: { draw: "dash", text: "LEAD OFF: electrode LA" },
  3: { draw: "dash", text: "LEAD OFF: electrode RL or cable" },
};
export const SIGNAL = { draw: "line", text: "" };
export const LOST = { draw: "hatch", text: "no signal: samples missing" };
export const UNHEARD = { draw: "hatch", text: "no signal: connection interrupted" };

/** A batch's samples by its electrodes and the signal's state when it came. */
export const meaningOf = (leadBits, signal) => LEADS_OFF[leadBits] ?? stateMeaning(signal);

/** A missing sample is a gap, unless an electrode that is off tells why there is none. */
export const missingMeaning = (meaning, gapMeaning) => (Object.values(LEADS_OFF).includes(meaning) ? meaning : gapMeaning);

/** A flat line is never drawn for what is no ECG: dashes say so. */
export const stateMeaning = (signal) => {
  if (signal.state === "off") return { draw: "dash", text: `no signal: ${signal.reason || "not known why"}` };
  if (signal.state === "noisy" || signal.state === "settling") return { draw: "weak", text: signal.reason };
  return SIGNAL;
};

/** What stands over the strip while there is something to say; "" where all is well. */
export const stripNote = (leadBits, signal) => {
  if (LEADS_OFF[leadBits]) return LEADS_OFF[leadBits].text;
  const reason = signal.reason;
  switch (signal.state) {
    case "ok": return "";
    case "settling": return `Settling: ${reason || "please wait"}`;
    case "noisy": return `Not trusted: ${reason || "too much noise"}`;
    default: return `No signal${reason ? `: ${reason}` : ""}`;
  }
};
