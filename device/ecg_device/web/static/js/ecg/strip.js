/** The live strip beside the countdown: the monitor's own sweep, fed by this page's stream. */

import { loadDisplay } from "../display.js";
import { setText } from "../frame.js";
import { LOST, UNHEARD, meaningOf, stripNote } from "../monitor/meaning.js";
import { Ring } from "../monitor/ring.js";
import { Sweep } from "../monitor/sweep.js";
import { formatShort } from "../numbers.js";

export class LiveStrip {
  constructor({ strip, paper, trace, caption, note }) {
    Object.assign(this, { caption, note, ring: null, epoch: null, leads: null, lead: "ECG", lostByUs: false });
    this.signal = { state: "settling", reason: "" };
    this.sweep = new Sweep({ strip, paper, trace, told: () => {} });
    new ResizeObserver(() => this.layout(loadDisplay())).observe(strip);
    this.layout(loadDisplay());
    this.sweep.run();
  }

  /** The screen's geometry, speed, gain, theme or filter is another. */
  layout(display) {
    this.ring?.refilter(display);
    this.sweep.layout(display);
    const about = display.measured ? "" : "about ";
    setText(this.caption, `${this.lead} · ${about}${formatShort(display.speed)} mm/s · ${formatShort(display.gain)} mm/mV`);
  }

  state({ signal, source }) {
    this.signal = signal;
    this.lead = source?.lead ?? this.lead;
    this.#tell();
  }

  batch(batch) {
    if (batch.epoch !== this.epoch || batch.start + batch.uv.length < this.ring.stop - 1) this.#begin(batch);
    this.leads = batch.leads;
    const gap = this.lostByUs ? UNHEARD : LOST;
    this.ring.append(batch.start, batch.uv, meaningOf(batch.leads, this.signal), gap);
    this.lostByUs = false;
    this.sweep.hear(this.ring.stop);
    this.sweep.addBeats(batch.beats);
    this.#tell();
  }

  /** Messages did not reach this page: what they held is not the source's gap. */
  missed() {
    this.lostByUs = true;
  }

  #begin({ epoch, rate_hz: rateHz }) {
    Object.assign(this, { epoch, ring: new Ring(rateHz, loadDisplay()) });
    this.sweep.begin(this.ring);
    this.layout(loadDisplay());
  }

  #tell() {
    const words = stripNote(this.leads, this.signal);
    this.note.hidden = words === "";
    setText(this.note, words);
  }
}
