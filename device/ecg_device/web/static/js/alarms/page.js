/** The alarms page: what stands now, the limits, and what has been. */

import { showFrame, showFrameSilent, showProblem } from "../frame.js";
import { connectLive } from "../live.js";
import { LimitsForm } from "./limits.js";
import { startLog } from "./log.js";
import { Now } from "./now.js";

const part = (id) => document.getElementById(id);
const now = new Now();
const limits = new LimitsForm(part("limits"));

const show = (state) => {
  showFrame(state);
  showProblem(null);
  now.show(state.alarms, state.now_ms);
  limits.show(state.alarms.limits);
};

const silence = (silent) => {
  part("stale").hidden = !silent;
  limits.silence(silent);
  if (!silent) return;
  now.silence();
  showFrameSilent();
};

connectLive(
  { state: show, silence: () => silence(true), voice: () => silence(false), refused: showProblem },
  { backS: 0 },
);
startLog();
