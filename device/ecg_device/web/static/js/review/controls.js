/** Buttons: what they do, and how they show what holds. */

import { setText } from "../frame.js";
import { loadDisplay } from "../display.js";
import { widest } from "./view.js";
import { isPaper, scaleCaption } from "./scale.js";

const element = (id) => document.getElementById(id);
const BUTTONS = {
  "zoom-in": "zoomIn", "zoom-out": "zoomOut", paper: "paper", calipers: "calipers", follow: "follow",
  "next-pvc": "nextPvc", "previous-pvc": "previousPvc",
  "next-event": "nextEvent", "previous-event": "previousEvent",
};

export const listenToControls = (model, commands, handles) => {
  for (const [id, name] of Object.entries(BUTTONS)) element(id).addEventListener("click", () => commands[name]());
  for (const button of spans()) {
    button.addEventListener("click", () => {
      const { span } = button.dataset;
      model.show(span === "all" ? "all" : Number(span));
    });
  }
  element("gain").addEventListener("change", ({ target }) =>
    model.set({ gain: target.value === "auto" ? "auto" : Number(target.value) }),
  );
  element("snap").addEventListener("click", ({ currentTarget }) => {
    const snapping = currentTarget.getAttribute("aria-pressed") !== "true";
    press(currentTarget, snapping);
    handles.snap(snapping);
  });
};

const spans = () => document.querySelectorAll(".spans .button");

const press = (node, pressed) => {
  if (node.getAttribute("aria-pressed") !== String(pressed)) node.setAttribute("aria-pressed", String(pressed));
};

/** Bring buttons and captions in line with the state; `picture` is what is drawn. */
export const showControls = ({ session, bounds, following, gain }, picture, calipersOn) => {
  const { view, width, rateHz } = picture;
  const display = loadDisplay();
  for (const button of spans()) {
    const { span } = button.dataset;
    const wanted = span === "all" ? widest(bounds, rateHz) : Number(span) * rateHz;
    press(button, Math.abs(view.span - wanted) < 1);
  }
  press(element("paper"), isPaper(view, width, display, rateHz, picture.gain));
  press(element("calipers"), calipersOn);
  press(element("follow"), following);
  element("follow").hidden = !session.live;
  element("snap").hidden = !calipersOn;
  element("gain").value = String(gain);
  setText(element("scale"), scaleCaption(view, width, display, rateHz, picture.gain));
};
