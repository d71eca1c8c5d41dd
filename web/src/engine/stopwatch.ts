/** How long each step took. */
import type { StepTime } from './protocol.js';

export class Stopwatch {
  readonly times: StepTime[] = [];
  #step: string | null = null;
  #started = 0;

  /** Begins a step, and ends the one before. */
  start(step: string): void {
    this.stop();
    this.#step = step;
    this.#started = performance.now();
  }

  stop(): void {
    if (this.#step === null) return;
    this.times.push({ step: this.#step, milliseconds: performance.now() - this.#started });
    this.#step = null;
  }
}
