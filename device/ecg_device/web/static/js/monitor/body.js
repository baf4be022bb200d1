/** The body diagram: which electrode is on, off, or not known. Positions, never cable colours. */

import { setText } from "../frame.js";

const NAMES = { ra: "RA", la: "LA", rl: "RL" };
const PLACES = { ra: "right arm", la: "left arm", rl: "right leg, or the cable" };

/** Mark the electrodes in the diagram; returns the state in a few words. */
export const showBody = (diagram, leads) => {
  for (const name of Object.keys(NAMES)) {
    const spot = diagram.querySelector(`[data-electrode="${name}"]`);
    if (spot.dataset.state !== leads[name]) spot.dataset.state = leads[name];
  }
  const words = electrodeWords(leads);
  setText(diagram.querySelector("title"), `Electrodes: ${words}`);
  return words;
};

/** "RA off (right arm)", "all electrodes on", "electrodes not known". */
export const electrodeWords = (leads) => {
  const off = Object.keys(NAMES).filter((name) => leads[name] === "off");
  if (off.length) return off.map((name) => `${NAMES[name]} off (${PLACES[name]})`).join(", ");
  if (Object.keys(NAMES).every((name) => leads[name] === "on")) return "electrodes on";
  return "contact not told";
};
