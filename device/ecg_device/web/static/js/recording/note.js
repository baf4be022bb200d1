/** A note that is edited where it stands. */

import { element } from "./element.js";
import { note } from "./keeping.js";

export const LONGEST_NOTE = 2000;

/** A field for the note of a session or recording; it says when it is saved, or why not. */
export const noteField = (path, kept, { changed = () => {} } = {}) => {
  const id = `note-${path}-${kept.id}`;
  const field = element("textarea", { id, rows: 2, maxlength: LONGEST_NOTE });
  field.value = kept.note ?? "";
  const said = element("output", { class: "said", for: id });
  const button = element("button", { type: "submit", class: "button", disabled: true }, "Save note");
  field.addEventListener("input", () => {
    button.disabled = field.value === (kept.note ?? "");
    said.textContent = "";
  });
  const save = async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await note(path, kept.id, field.value);
      kept.note = field.value;
      said.textContent = "Saved.";
      changed(kept);
    } catch (error) {
      said.textContent = error.message;
      button.disabled = false;
    }
  };
  return element(
    "form",
    { class: "note", submit: save },
    element("label", { for: id }, "Note"),
    field,
    element("div", { class: "saving" }, button, said),
  );
};
