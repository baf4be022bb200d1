/** The monitor: the live stream goes in, to the strip, the readings and the alarms. */

import { loadDisplay, onDisplayChange, saveDisplay } from "../display.js";
import { filterCaption } from "../filter.js";
import { announce, setText, showFrame, showFrameSilent, showProblem } from "../frame.js";
import { connectLive } from "../live.js";
import { formatShort } from "../numbers.js";
import { AlarmArea } from "./alarms.js";
import { showControls, startControls } from "./controls.js";
import { LOST, SIGNAL, UNHEARD, meaningOf, stateMeaning, stripNote } from "./meaning.js";
import { forgetReadings, rhythmWords, showReadings } from "./readings.js";
import { Ring } from "./ring.js";
import { Sweep } from "./sweep.js";
import { Tones } from "./tones.js";

const HISTORY_S = 30;
const by = (id) => document.getElementById(id);

const tones = new Tones();
const alarms = new AlarmArea(tones);
const sweep = new Sweep({ strip: by("strip"), paper: by("paper"), trace: by("trace"), told: labelled });
const now = {
  epoch: null, ring: null, leads: null, signal: { state: "settling", reason: "" }, lead: "ECG",
  lostByUs: false, changed: 0, rhythm: null, silentSince: null, anchor: null, refused: false,
};

function begin(epoch, rateHz) {
  Object.assign(now, { epoch, leads: null, changed: 0, ring: new Ring(rateHz, loadDisplay()) });
  sweep.begin(now.ring);
  caption();
}

function onBatch(batch) {
  if (batch.epoch !== now.epoch || batch.start + batch.uv.length < now.ring.stop - 1) begin(batch.epoch, batch.rate_hz);
  now.leads = batch.leads;
  now.ring.append(batch.start, batch.uv, meaningOf(batch.leads, now.signal), now.lostByUs ? UNHEARD : LOST);
  now.lostByUs = false;
  now.anchor = { sample: now.ring.stop, ms: batch.taken_ms };
  sweep.hear(now.ring.stop);
  sweep.addBeats(batch.beats);
  for (const event of batch.events) if (event.kind === "quality") now.changed = event.sample;
  note();
}

function onState(state) {
  const before = now.signal;
  now.signal = state.signal;
  if (now.ring && before.state !== "off" && state.signal.state === "off" && !now.leads) now.ring.mean(now.changed, stateMeaning(state.signal));
  now.lead = state.source?.lead ?? now.lead;
  if (now.refused) showProblem(null);
  now.refused = false;
  showFrame(state);
  showReadings(state);
  alarms.show(state.alarms, state.now_ms);
  tellRhythm(state.rhythm);
  caption();
  note();
}

/** A new rhythm is spoken; every beat is not. */
function tellRhythm(rhythm) {
  const words = rhythmWords(rhythm);
  if (now.rhythm !== null && words !== now.rhythm) announce(`Rhythm: ${words}`);
  now.rhythm = words;
}

function note() {
  const words = stripNote(now.leads, now.signal);
  by("note").hidden = words === "";
  setText(by("note"), words);
}

function caption() {
  const display = loadDisplay();
  const about = display.measured ? "" : "about ";
  const filter = filterCaption(display, now.ring?.rateHz ?? 360);
  setText(by("caption"), `${now.lead} · ${about}${formatShort(display.speed)} mm/s · ${formatShort(display.gain)} mm/mV · ${filter}`);
}

/** Whoever listens learns when a beat's name stood on the page, and how long after its R peak. */
function labelled(beat) {
  const rMs = now.anchor.ms - ((now.anchor.sample - beat.sample) / now.ring.rateHz) * 1000;
  by("strip").dispatchEvent(new CustomEvent("beat", { detail: { ...beat, delayMs: Date.now() - rMs } }));
}

function onSilence() {
  now.silentSince = Date.now() - 2000;
  by("stale").hidden = false;
  by("monitor").dataset.stale = "true";
  silence();
  forgetReadings("appliance silent");
  showFrameSilent();
  alarms.forget();
}

function silence() {
  if (now.silentSince === null) return;
  setText(by("stale-for"), `nothing received for ${Math.round((Date.now() - now.silentSince) / 1000)} s`);
  setTimeout(silence, 1000);
}

function onVoice() {
  now.silentSince = null;
  now.lostByUs = true;
  by("stale").hidden = true;
  by("monitor").dataset.stale = "false";
}

function onRefused(error) {
  now.refused = true;
  showProblem(error);
}

function freeze() {
  sweep.freeze(!sweep.frozen);
  by("freeze").setAttribute("aria-pressed", String(sweep.frozen));
  setText(by("freeze-text"), sweep.frozen ? "Resume" : "Freeze");
  by("frozen").hidden = !sweep.frozen;
  by("monitor").dataset.frozen = String(sweep.frozen);
  announce(sweep.frozen ? "The trace is frozen" : "The trace runs");
}

async function sound() {
  by("sound-on").checked = loadDisplay().sound;
  by("sound-dialog").showModal();
  await tones.unlock();
  settle(loadDisplay());
}

function settle(display) {
  alarms.soundOn = display.sound;
  alarms.sound();
  showControls(display, tones.ready);
  caption();
}

/** Settings have changed: filter what is kept, draw the strip anew. */
function adopt(display) {
  now.ring?.refilter(display);
  sweep.layout(display);
  settle(display);
}

by("sound-on").addEventListener("change", (event) => saveDisplay({ sound: event.target.checked }));
by("sound-test").addEventListener("click", async () => (await tones.unlock()) && tones.selfTest());
addEventListener("pointerdown", () => loadDisplay().sound && tones.unlock().then(() => settle(loadDisplay())), { once: true });
startControls({ freeze, sound });
onDisplayChange(adopt);
new ResizeObserver(() => sweep.layout(loadDisplay())).observe(by("strip"));
adopt(loadDisplay());
sweep.run();
connectLive(
  { batch: onBatch, state: onState, gap: () => { now.lostByUs = true; }, silence: onSilence, voice: onVoice, refused: onRefused },
  { backS: HISTORY_S },
);
