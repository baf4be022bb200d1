/** The settings of this screen: each takes effect, and is kept, as soon as it is chosen. */

import { getJson } from "../api.js";
import { GAINS_MM_MV, PRESETS, SPEEDS_MM_S, calibrate, choosePreset, loadDisplay, onDisplayChange, saveDisplay } from "../display.js";
import { announce, setText } from "../frame.js";
import { formatNumber, formatShort } from "../numbers.js";
import { Tones } from "../monitor/tones.js";
import { drawSample } from "./sample.js";

const RULER_PX = 200; // as long as settings.css draws the lines
const LEAST_MM = 5;
const MOST_MM = 200;
const by = (id) => document.getElementById(id);
const tones = new Tones();

const fill = (select, choices) =>
  select.replaceChildren(...choices.map(([value, words]) => new Option(words, String(value))));

const show = (display) => {
  for (const name of ["theme", "band", "notch"]) {
    for (const radio of document.getElementsByName(name)) radio.checked = radio.value === String(display[name]);
  }
  for (const name of ["speed", "gain", "preset"]) by(name).value = String(display[name]);
  by("sound-on").checked = display.sound;
  setText(by("geometry"), `${formatNumber(display.pxPerMmX, 2)} × ${formatNumber(display.pxPerMmY, 2)} pixels per mm${display.measured ? "" : ", a guess"}`);
  drawSample(by("sample"), display);
};

/** Millimetres as typed: a comma is as good as a point. */
const typed = (input) => {
  const mm = Number(input.value.trim().replace(",", "."));
  const good = mm >= LEAST_MM && mm <= MOST_MM;
  input.setAttribute("aria-invalid", String(!good));
  return good ? mm : null;
};

const measure = () => {
  const [across, down] = [typed(by("across")), typed(by("down"))];
  const good = across !== null && down !== null;
  setText(by("ruler-wrong"), good ? "" : `Enter both lengths in mm, between ${LEAST_MM} and ${MOST_MM}.`);
  if (!good) return;
  calibrate(RULER_PX, across, down);
  announce("The screen is calibrated");
};

const test = async () => {
  const ready = await tones.unlock();
  setText(by("sound-state"), ready ? "Low, medium, high: three tones should be heard now." : "This browser does not let the page sound.");
  if (ready) tones.selfTest();
};

const tellAbout = (state) => {
  const facts = [
    ["Software", state.software], ["Model", state.model ?? "none"], ["Source", state.source?.name ?? "none"],
    ["Sampling rate", state.source ? `${formatShort(state.source.rate_hz)} Hz` : "---"], ["Viewers", formatNumber(state.viewers)],
  ];
  by("about").replaceChildren(...facts.flatMap(([name, value]) => [
    Object.assign(document.createElement("dt"), { textContent: name }),
    Object.assign(document.createElement("dd"), { textContent: value }),
  ]));
};

fill(by("speed"), SPEEDS_MM_S.map((mm) => [mm, `${formatShort(mm)} mm/s`]));
fill(by("gain"), GAINS_MM_MV.map((mm) => [mm, `${formatShort(mm)} mm/mV`]));
fill(by("preset"), Object.entries(PRESETS).map(([key, { name }]) => [key, name]));
by("preset").querySelector("[value=ruler]").disabled = true; // chosen by measuring
for (const name of ["theme", "band"]) {
  for (const radio of document.getElementsByName(name)) radio.addEventListener("change", () => saveDisplay({ [name]: radio.value }));
}
for (const radio of document.getElementsByName("notch")) radio.addEventListener("change", () => saveDisplay({ notch: Number(radio.value) }));
for (const name of ["speed", "gain"]) by(name).addEventListener("change", (event) => saveDisplay({ [name]: Number(event.target.value) }));
by("preset").addEventListener("change", (event) => choosePreset(event.target.value));
by("measure").addEventListener("click", measure);
by("sound-on").addEventListener("change", (event) => saveDisplay({ sound: event.target.checked }));
by("sound-test").addEventListener("click", test);
onDisplayChange(show);
show(loadDisplay());
getJson("status").then(tellAbout, () => setText(by("about"), "not known: the appliance does not answer"));
