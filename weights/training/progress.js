/** A line on stderr that is rewritten as work goes on; where stderr is no terminal, a plain line now and then. */

/** Milliseconds between plain lines. */
const PLAIN_INTERVAL = 30_000;

export class Progress {
  #terminal = process.stderr.isTTY === true;
  #shown = performance.now();

  /** Shows the present state in place of the last one. */
  update(text) {
    const now = performance.now();
    if (now - this.#shown < (this.#terminal ? 100 : PLAIN_INTERVAL)) return;
    this.#shown = now;
    process.stderr.write(this.#terminal ? `\r\x1b[K${text}` : `${text}\n`);
  }

  /** A line that stays. */
  line(text) {
    process.stderr.write(`${this.#terminal ? '\r\x1b[K' : ''}${text}\n`);
  }
}
