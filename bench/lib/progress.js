/** How far a run is: a bar on stderr where that is a terminal, else a line for each work. */
import { Presets, SingleBar } from 'cli-progress';

export class Progress {
  #bar = null;
  #plain;

  /** @param {number} total how many works */
  constructor(total) {
    this.#plain = !process.stderr.isTTY;
    if (this.#plain) return;
    const format = '{bar} {value}/{total}  {step}';
    this.#bar = new SingleBar(
      { format, stream: process.stderr, hideCursor: true, barsize: 20, clearOnComplete: true },
      Presets.shades_classic,
    );
    this.#bar.start(total, 0, { step: '' });
  }

  /** A work begins. @param {string} name */
  begin(name) {
    if (this.#plain) process.stderr.write(`${name} ...\n`);
    this.step(name);
  }

  /** What is going on within it. @param {string} step */
  step(step) {
    this.#bar?.update({ step });
  }

  /** A work is done: its table goes to stdout. @param {string} text */
  print(text) {
    if (this.#bar) process.stderr.write('\r\x1b[K');
    process.stdout.write(`${text}\n`);
    this.#bar?.increment();
  }

  /** A line on stderr. @param {string} text */
  warn(text) {
    process.stderr.write(`${this.#bar ? '\r\x1b[K' : ''}${text}\n`);
  }

  end() {
    this.#bar?.stop();
  }
}
