/** Buttons and keys of the monitor: freeze, speed, gain, filter, sound. */

import { GAINS_MM_MV, SPEEDS_MM_S, loadDisplay, saveDisplay } from "../display.js";
import { formatShort } from "../numbers.js";

const FILTERS = [["monitor", 0], ["monitor", 50], ["monitor", 60], ["off", 0], ["off", 50], ["off", 60]];
const by = (id) => document.getElementById(id);
const words = ([band, notch]) =>
  [band === "monitor" ? "0.5–40 Hz" : "", notch ? `${notch} Hz notch` : ""].filter(Boolean).join(" + ") || "Filter off";

/** Fill the choices, keep them true to the settings, and hear the keyboard. */
export const startControls = ({ freeze, sound }) => {
  fill(by("speed"), SPEEDS_MM_S, (mm) => `${formatShort(mm)} mm/s`);
  fill(by("gain"), GAINS_MM_MV, (mm) => `${formatShort(mm)} mm/mV`);
  fill(by("filter"), FILTERS, words);
  by("speed").addEventListener("change", (event) => saveDisplay({ speed: SPEEDS_MM_S[event.target.value] }));
  by("gain").addEventListener("change", (event) => saveDisplay({ gain: GAINS_MM_MV[event.target.value] }));
  by("filter").addEventListener("change", (event) => chooseFilter(event.target.value));
  by("freeze").addEventListener("click", freeze);
  by("sound").addEventListener("click", sound);
  addEventListener("keydown", (event) => key(event, { freeze, sound }));
};

/** What the controls say about the settings that hold. */
export const showControls = ({ speed, gain, band, notch, sound }, soundReady) => {
  by("speed").value = SPEEDS_MM_S.indexOf(speed);
  by("gain").value = GAINS_MM_MV.indexOf(gain);
  by("filter").value = FILTERS.findIndex(([b, n]) => b === band && n === notch);
  by("sound").dataset.sound = sound ? (soundReady ? "on" : "blocked") : "off";
  by("sound").setAttribute("aria-label", { on: "Alarm sound is on", blocked: "Alarm sound waits for a touch", off: "Alarm sound is off" }[by("sound").dataset.sound]);
};

const fill = (select, choices, wording) =>
  select.replaceChildren(...choices.map((choice, i) => new Option(wording(choice), String(i))));

const chooseFilter = (index) => {
  const [band, notch] = FILTERS[index];
  saveDisplay({ band, notch });
};

const step = (choices, value, by_) => choices[Math.max(0, Math.min(choices.length - 1, choices.indexOf(value) + by_))];

const key = (event, { freeze, sound }) => {
  const busy = event.target.closest("select, input, textarea, dialog, button, a");
  if (event.ctrlKey || event.altKey || event.metaKey || (busy && [" ", "Enter"].includes(event.key))) return;
  if (event.target.closest("select, input, textarea, dialog")) return;
  const { speed, gain, band, notch } = loadDisplay();
  const actions = {
    " ": freeze,
    "+": () => saveDisplay({ gain: step(GAINS_MM_MV, gain, 1) }),
    "=": () => saveDisplay({ gain: step(GAINS_MM_MV, gain, 1) }),
    "-": () => saveDisplay({ gain: step(GAINS_MM_MV, gain, -1) }),
    ArrowRight: () => saveDisplay({ speed: step(SPEEDS_MM_S, speed, 1) }),
    ArrowLeft: () => saveDisplay({ speed: step(SPEEDS_MM_S, speed, -1) }),
    f: () => chooseFilter((FILTERS.findIndex(([b, n]) => b === band && n === notch) + 1) % FILTERS.length),
    s: sound,
    a: () => by("acknowledge").click(),
    p: () => by("pause").click(),
    e: () => location.assign("/ecg"),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
};
