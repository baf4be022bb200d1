/** The button that pins: what is pinned is never deleted to make room. */

import { element } from "./element.js";
import { pin } from "./keeping.js";

/** A toggle; `failed` hears in words why it could not be changed. */
export const pinButton = (path, kept, { failed, changed = () => {} }) => {
  const button = element("button", { type: "button", class: "button pin" });
  const show = () => {
    button.setAttribute("aria-pressed", String(kept.pinned));
    button.textContent = kept.pinned ? "★ Pinned" : "☆ Pin";
    button.title = kept.pinned
      ? "Pinned: it is never deleted to make room. Press to unpin."
      : "Pin: never delete it to make room.";
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await pin(path, kept.id, !kept.pinned);
      kept.pinned = !kept.pinned;
      changed(kept);
    } catch (error) {
      failed(error.message);
    }
    button.disabled = false;
    show();
  });
  show();
  return button;
};
