/** The ring and the number: the appliance tells the time once a second, in between we count. */

export class Countdown {
  constructor(ring, number) {
    Object.assign(this, { ring, number, heard: null });
    this.tick = this.tick.bind(this);
  }

  /** The appliance has said how much is over. */
  follow(take) {
    const running = this.heard !== null;
    if (take.phase !== "recording") {
      this.stop();
      this.#draw(take.phase === "naming" ? 1 : 0, take.phase === "contact" ? take.seconds : 0);
      return;
    }
    this.heard = { elapsed: take.elapsed_s, seconds: take.seconds, at: performance.now() };
    if (!running) requestAnimationFrame(this.tick);
  }

  stop() {
    this.heard = null;
  }

  tick(now) {
    if (this.heard === null) return;
    const { elapsed, seconds, at } = this.heard;
    const over = Math.min(seconds, elapsed + Math.max(0, now - at) / 1000);
    this.#draw(over / seconds, Math.ceil(seconds - over));
    requestAnimationFrame(this.tick);
  }

  #draw(fraction, left) {
    const dashes = `${(fraction * 100).toFixed(1)} 100`;
    if (this.ring.getAttribute("stroke-dasharray") !== dashes) this.ring.setAttribute("stroke-dasharray", dashes);
    const text = String(left ?? "");
    if (this.number.textContent !== text) this.number.textContent = text;
  }
}
