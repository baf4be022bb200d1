/** Alarm tones in the manner of bedside monitors: bursts of three urgencies, only when wanted. */

// frequencies in Hz; 0 is a rest. High: 3 + 2, twice. Medium: three. Low: two, slow.
const BURSTS = {
  high: { notes: [523, 523, 523, 0, 698, 523, 0, 0, 523, 523, 523, 0, 698, 523], noteS: 0.15, againS: 6 },
  medium: { notes: [440, 440, 440], noteS: 0.28, againS: 12 },
  low: { notes: [330, 294], noteS: 0.4, againS: 30 },
};
const HARMONICS = [1, 3, 5, 7]; // so that a small loudspeaker carries it and an ear can place it
const LEVEL = 0.18;

export class Tones {
  constructor() {
    this.context = null;
    this.wanted = null; // the priority that sounds
    this.timer = null;
  }

  /** Whether the browser lets it sound: it asks for a touch of the page first. */
  get ready() {
    return this.context?.state === "running";
  }

  /** To be called from a touch or key: browsers allow sound only then. */
  async unlock() {
    this.context ??= new AudioContext();
    await this.context.resume();
    return this.ready;
  }

  /** Sound for this priority, again and again; null: silence. */
  sound(priority) {
    if (priority === this.wanted) return;
    this.wanted = priority;
    clearTimeout(this.timer);
    if (priority) this.#again();
  }

  /** One burst; returns how long it lasts. */
  burst(priority, delayS = 0) {
    const { notes, noteS } = BURSTS[priority];
    if (this.ready) notes.forEach((hz, i) => hz && this.#note(hz, this.context.currentTime + delayS + i * noteS, noteS * 0.8));
    return delayS + notes.length * noteS;
  }

  /** All three, from low to high; returns how long that takes. */
  selfTest() {
    return ["low", "medium", "high"].reduce((at, priority) => this.burst(priority, at) + 0.6, 0);
  }

  #again() {
    this.burst(this.wanted);
    this.timer = setTimeout(() => this.#again(), BURSTS[this.wanted].againS * 1000);
  }

  #note(hz, at, lasts) {
    const gain = this.context.createGain();
    gain.connect(this.context.destination);
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(LEVEL, at + 0.02);
    gain.gain.setValueAtTime(LEVEL, at + lasts - 0.03);
    gain.gain.linearRampToValueAtTime(0, at + lasts);
    for (const harmonic of HARMONICS) {
      const oscillator = new OscillatorNode(this.context, { frequency: hz * harmonic });
      const share = new GainNode(this.context, { gain: 0.5 / harmonic });
      oscillator.connect(share).connect(gain);
      oscillator.start(at);
      oscillator.stop(at + lasts);
    }
  }
}
