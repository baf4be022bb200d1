/** A question before something is lost: a modal dialog, so that focus stays in it. */

import { element } from "./element.js";

/** Ask in a dialog; true when the user wants it. `losses` says what will be gone, one line each. */
export const confirmLoss = ({ title, losses, action }) =>
  new Promise((answer) => {
    const dialog = element(
      "dialog",
      { class: "dialog", "aria-labelledby": "confirm-title", close: () => finish() },
      element(
        "form",
        { method: "dialog" },
        element("h2", { id: "confirm-title" }, title),
        element("ul", {}, losses.map((loss) => element("li", {}, loss))),
        element(
          "div",
          { class: "actions" },
          element("button", { value: "keep", class: "button", autofocus: true }, "Keep it"),
          element("button", { value: "go", class: "button danger" }, action),
        ),
      ),
    );
    const finish = () => {
      dialog.remove();
      answer(dialog.returnValue === "go");
    };
    document.body.append(dialog);
    dialog.showModal();
  });
