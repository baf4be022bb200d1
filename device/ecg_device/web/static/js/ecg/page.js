/** Take an ECG: contact first, then the countdown beside the live strip, then the result's page. */

import { sendJson } from "../api.js";
import { onDisplayChange } from "../display.js";
import { announce, showFrame, showFrameSilent, showProblem } from "../frame.js";
import { connectLive } from "../live.js";
import { Countdown } from "./countdown.js";
import { showContact, showPanel } from "./show.js";
import { LiveStrip } from "./strip.js";
import { announcement } from "./steps.js";

const part = (id) => document.getElementById(id);
const IDLE = { phase: "idle", remaining_s: 0, elapsed_s: 0, seconds: null };

const strip = new LiveStrip({ strip: part("strip"), paper: part("paper"), trace: part("trace"), caption: part("caption"), note: part("note") });
const countdown = new Countdown(part("ring"), part("seconds-left"));
const seen = { state: null, take: null, started: false };

/** The result's page opens by itself only where this page saw the ECG being taken. */
const follow = (take) => {
  const before = seen.take ?? take;
  const said = announcement(before, take);
  if (said) announce(said);
  if (["contact", "recording", "naming"].includes(take.phase)) seen.started = true;
  if (take.phase === "done" && seen.started && take.recording !== null) {
    seen.started = false;
    location.assign(`/recordings/${take.recording}`);
  }
  seen.take = take;
};

/** A failure that this page has not seen happen, or that was put aside, is no news. */
const toShow = (take) => (take.phase === "failed" && !seen.started ? { ...IDLE, recording: take.recording } : take);

const show = (state) => {
  const take = state.take ?? IDLE;
  seen.state = state;
  showFrame(state);
  showProblem(null);
  showContact(state);
  strip.state(state);
  follow(take);
  showPanel(toShow(take), state);
  countdown.follow(take);
};

const silence = (silent) => {
  document.body.classList.toggle("silent", silent);
  part("stale").hidden = !silent;
  for (const button of document.querySelectorAll(".action button")) button.disabled = silent;
  if (!silent) return;
  showFrameSilent();
  countdown.stop();
  part("contact-words").textContent = "The appliance does not answer: no ECG can be taken now.";
};

/** Ask the appliance, and say in words beside the button why it refused. */
const ask = async (method, path, body, refusedHere) => {
  refusedHere.textContent = "";
  try {
    await sendJson(method, path, body);
  } catch (error) {
    refusedHere.textContent = error.message;
  }
};

const take = (seconds, refusedHere = part("refused")) => ask("POST", "recordings", { seconds }, refusedHere);

for (const button of document.querySelectorAll("[data-seconds]")) {
  button.addEventListener("click", () => take(Number(button.dataset.seconds)));
}
part("again").addEventListener("click", () => take(seen.take?.seconds || 30, part("refused-again")));
part("back").addEventListener("click", () => {
  seen.started = false;
  show(seen.state);
});
part("cancel").addEventListener("click", () => ask("DELETE", "recordings/current", {}, part("not-cancelled")));

onDisplayChange((display) => strip.layout(display));
connectLive({
  state: show,
  batch: (batch) => strip.batch(batch),
  silence: () => silence(true),
  gap: () => strip.missed(),
  voice: () => silence(false),
  refused: (error) => showProblem(error),
});
