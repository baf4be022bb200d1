/** The page's words and panels as the state has them. */

import { setText } from "../frame.js";
import { showBody } from "../monitor/body.js";
import { contact, panel } from "./steps.js";

const part = (id) => document.getElementById(id);

/** Each electrode on the body, and in words whether an ECG could begin. */
export const showContact = (state) => {
  setText(part("electrodes"), showBody(part("body"), state.leads));
  const { good, words, advice } = contact(state);
  part("contact-words").dataset.good = String(good);
  setText(part("contact-words"), advice ? `${words}. ${advice}` : `${words}.`);
};

/** One of the three panels: to choose, while it runs, and where it failed. */
export const showPanel = (take, state) => {
  const now = panel(take, state);
  for (const name of ["choose", "running", "failed"]) part(name).hidden = name !== now.name;
  setText(part("step-title"), now.title);
  if (now.name !== "choose") {
    const place = now.name === "running" ? "now" : "failed";
    setText(part(`${place}-words`), now.words ?? "");
    setText(part(`${place}-advice`), now.advice ?? "");
    part(`${place}-words`).dataset.warn = String(Boolean(now.warn));
  }
  part("last-link").hidden = !take.recording || now.name === "running";
  part("last-link").href = `/recordings/${take.recording}`;
};
