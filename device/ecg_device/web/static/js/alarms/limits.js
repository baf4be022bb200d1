/** The form of the limits: what each may be comes from the appliance, and so does every refusal. */

import { sendJson } from "../api.js";
import { formatShort } from "../numbers.js";
import { element } from "../recording/element.js";

const STEPS = { bpm: 5, s: 0.5, "/min": 1 };
const GROUPS = [
  ["Heart rate", ["rate_high_bpm", "rate_low_bpm", "extreme_high_bpm", "extreme_low_bpm"]],
  ["Pauses", ["pause_s", "asystole_s"]],
  ["Rhythm", ["pvc_per_min", "af_s"]],
];

const rounded = (value, step) => Math.round(value / step) * step;

/** The step of the − and + buttons: coarser where the range is wide. */
const stepOf = ({ unit, low, high }) => (unit === "s" && high - low > 60 ? 15 : STEPS[unit] ?? 1);

class Limit {
  constructor(name, schema, changed) {
    Object.assign(this, { name, schema, changed });
    const id = `limit-${name}`;
    const { words, unit, low, high, can_be_off: canBeOff } = schema;
    const always = canBeOff ? "" : ". It cannot be switched off.";
    const range = `${formatShort(low)} to ${formatShort(high)} ${unit}${always}`;
    this.input = element("input", { id, type: "number", inputmode: "decimal", step: "any", min: low, max: high, "aria-describedby": `${id}-range ${id}-wrong` });
    this.wrong = element("p", { class: "wrong", id: `${id}-wrong`, role: "alert" });
    this.on = canBeOff ? element("input", { type: "checkbox", "aria-label": `${words}: on` }) : null;
    this.buttons = [this.#stepper("−", -1), this.#stepper("+", 1)];
    this.row = element(
      "div",
      { class: "limit", "data-limit": name },
      element("label", { for: id }, words),
      element("div", { class: "setting" }, this.buttons[0], this.input, element("span", { class: "soft" }, unit), this.buttons[1]),
      canBeOff
        ? element("label", { class: "check" }, this.on, element("span", {}, "On"))
        : element("p", { class: "always" }, "Always on"),
      element("p", { class: "hint soft small", id: `${id}-range` }, range),
      this.wrong,
    );
    this.input.addEventListener("input", () => this.#edited());
    this.on?.addEventListener("change", () => this.#switched());
    this.show(schema.value);
  }

  get value() {
    if (this.on && !this.on.checked) return null;
    return this.input.value === "" ? NaN : this.input.valueAsNumber;
  }

  /** The appliance has this value now. */
  show(value) {
    this.schema.value = value;
    if (value !== null) this.input.value = String(value);
    if (this.on) this.on.checked = value !== null;
    this.input.disabled = value === null;
    this.#showSwitch();
    this.refuse("");
  }

  refuse(words) {
    this.wrong.textContent = words;
    if (words) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }

  #stepper(sign, direction) {
    const words = `${this.schema.words}: ${direction > 0 ? "more" : "less"}`;
    return element("button", { type: "button", class: "button step", "aria-label": words, click: () => this.#step(direction) }, sign);
  }

  #step(direction) {
    const { low, high } = this.schema;
    const step = stepOf(this.schema);
    const now = Number.isFinite(this.input.valueAsNumber) ? this.input.valueAsNumber : low;
    this.input.value = String(Math.min(high, Math.max(low, rounded(now + direction * step, step))));
    this.#edited();
  }

  #switched() {
    if (this.on.checked && this.input.value === "") this.input.value = String(this.schema.low);
    this.#showSwitch();
    this.#edited();
  }

  #showSwitch() {
    const off = this.on !== null && !this.on.checked;
    this.input.disabled = off;
    for (const button of this.buttons) button.disabled = off;
    this.row.dataset.off = String(off);
  }

  #edited() {
    this.refuse("");
    this.changed();
  }
}

export class LimitsForm {
  constructor(form) {
    this.form = form;
    this.limits = null;
    this.said = element("output", { class: "said" });
    this.save = element("button", { class: "button primary", disabled: true }, "Save limits");
    this.undo = element("button", { type: "button", class: "button", disabled: true, click: () => this.#undo() }, "Undo");
    this.silent = false;
    form.addEventListener("submit", (event) => this.#submit(event));
  }

  /** The limits as the appliance has them; what somebody is editing here is left alone. */
  show(schema) {
    if (this.limits === null) this.#build(schema);
    else if (!this.#dirty()) for (const limit of this.limits) limit.show(schema[limit.name].value);
    for (const limit of this.limits) limit.schema.value = schema[limit.name].value;
    this.#showButtons();
  }

  /** The appliance does not answer: nothing can be saved. */
  silence(silent) {
    this.silent = silent;
    this.#showButtons();
  }

  #build(schema) {
    const changed = () => {
      this.said.textContent = "";
      this.#showButtons();
    };
    const made = new Map(Object.entries(schema).map(([name, one]) => [name, new Limit(name, { ...one }, changed)]));
    this.limits = [...made.values()];
    const grouped = GROUPS.map(([title, names]) =>
      element("fieldset", {}, element("legend", {}, title), names.filter((name) => made.has(name)).map((name) => made.get(name).row)),
    );
    this.form.replaceChildren(
      ...grouped,
      element("p", { class: "small soft" }, "Electrodes that come off, no signal, noise, and faults of the source, the storage or the model always raise technical alarms."),
      element("div", { class: "row saving" }, this.save, this.undo, this.said),
    );
  }

  #changes() {
    return this.limits.filter((limit) => !Object.is(limit.value, limit.schema.value));
  }

  #dirty() {
    return this.#changes().length > 0;
  }

  #showButtons() {
    const dirty = this.limits !== null && this.#dirty();
    this.save.disabled = this.silent || !dirty;
    this.undo.disabled = !dirty;
    if (this.silent) this.said.textContent = "The appliance does not answer: nothing can be saved now.";
  }

  #undo() {
    for (const limit of this.limits) limit.show(limit.schema.value);
    this.said.textContent = "";
    this.#showButtons();
  }

  async #submit(event) {
    event.preventDefault();
    const changes = this.#changes();
    const empty = changes.find(({ value }) => Number.isNaN(value));
    if (empty) return empty.refuse("Give a number, or switch it off.");
    try {
      await sendJson("PATCH", "alarms/limits", Object.fromEntries(changes.map((limit) => [limit.name, limit.value])));
      for (const limit of changes) limit.schema.value = limit.value;
      this.said.textContent = "Saved. The new limits hold now.";
    } catch (error) {
      this.#refused(error);
    }
    return this.#showButtons();
  }

  /** Beside the limit that the refusal names, else beside the button. */
  #refused(error) {
    const named = this.limits.find(({ name }) => error.what?.includes(name));
    if (!named) return (this.said.textContent = error.message);
    named.refuse([error.expected && `Expected ${this.#inWords(error.expected)}`, error.remedy].filter(Boolean).join("; "));
    return named.input.focus();
  }

  /** The refusal speaks of limits by their names in the interface; people read their words. */
  #inWords(text) {
    return this.limits.reduce((said, { name, schema }) => said.replaceAll(name, `“${schema.words}”`), text);
  }
}
