/** What the page shows while an ECG is taken: decided from the appliance's state alone. */

const PLACES = {
  ra: "electrode RA (right arm: below the right collarbone)",
  la: "electrode LA (left arm: below the left collarbone)",
  rl: "electrode RL (right leg: low on the right side of the belly)",
};

const SIGNAL = {
  off: "No ECG comes through",
  settling: "The signal is settling after contact",
  noisy: "The signal is noisy",
  none: "No signal yet",
};

/** The electrodes that are off, as keys of `leads`. */
export const electrodesOff = (leads) => Object.keys(PLACES).filter((key) => leads?.[key] === "off");

/** What to do about electrodes that are off; empty when none is. */
export const electrodeAdvice = (leads) => {
  const off = electrodesOff(leads);
  if (off.length === 0) return "";
  if (off.length > 1) return "Press all electrodes on and check the plug of the cable.";
  return `Press on ${PLACES[off[0]]}.`;
};

/** Whether an ECG could begin, in words, with what to do where it could not. */
export const contact = ({ signal, leads }) => {
  const advice = electrodeAdvice(leads);
  if (signal.state === "ok") return { good: true, words: "Contact is good", advice: "" };
  const reason = signal.reason ? `: ${signal.reason}` : "";
  return {
    good: false,
    words: `${SIGNAL[signal.state] ?? "No signal"}${reason}`,
    advice: advice || STILL[signal.state] || "Check the electrodes and the cable.",
  };
};

const STILL = {
  noisy: "Sit still, let both arms rest, and keep away from mains cables.",
  settling: "Wait a moment and keep still.",
};

/** The take's phase as the page's panel: which one, its words, how much of it is over. */
export const panel = (take, state) => {
  switch (take.phase) {
    case "contact":
      return { name: "running", title: "Checking contact", fraction: 0, ...waiting(take, state) };
    case "recording":
      return { name: "running", title: "Recording", fraction: over(take), ...lost(state) };
    case "naming":
      return { name: "running", title: "Naming the last beats", fraction: 1, words: "Almost done.", advice: "" };
    case "failed":
      return { name: "failed", title: "No ECG was taken", words: take.reason, advice: take.advice };
    default:
      return { name: "choose", title: "Take an ECG" };
  }
};

const over = ({ seconds, elapsed_s: elapsed }) => (seconds ? Math.min(1, elapsed / seconds) : 0);

const waiting = (take, state) => {
  const now = contact(state);
  return { words: take.reason || now.words, advice: take.advice || now.advice, warn: !now.good };
};

const lost = (state) => {
  const { good, words, advice } = contact(state);
  return good
    ? { words: "Keep still. Breathe calmly.", advice: "", warn: false }
    : { words, advice: `${advice} The recording goes on.`, warn: true };
};

/** The seconds at which the rest is said aloud: few enough to be heard out. */
export const spokenSeconds = (seconds) => (seconds > 10 ? [20, 10, 5] : [5]);

/** What is said aloud when the panel changes from one state to the next; null: nothing. */
export const announcement = (before, after) => {
  if (after.phase !== before.phase) return PHASES[after.phase]?.(after) ?? null;
  if (after.phase !== "recording") return null;
  const due = spokenSeconds(after.seconds).find(
    (mark) => before.remaining_s > mark && after.remaining_s <= mark,
  );
  return due ? `${due} seconds left` : null;
};

const PHASES = {
  contact: () => "Checking contact",
  recording: ({ seconds }) => `Recording ${seconds} seconds. Keep still.`,
  naming: () => "Recording finished. Naming the last beats.",
  done: () => "ECG taken. The result opens.",
  failed: ({ reason, advice }) => `No ECG was taken: ${reason}. ${advice}`,
};
