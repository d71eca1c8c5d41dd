/** A computation as the page shows it: its latest result, whether it goes on, how far it is, what went wrong. */
import { signal, type Signal } from '@preact/signals';
import { Superseded } from '../client/engine.js';
import type { Progress } from '../engine/protocol.js';

/** What takes no longer is not worth a sign of progress. */
const PATIENCE = 300;

export class Run<T> {
  readonly result: Signal<T | null> = signal(null);
  readonly error: Signal<string | null> = signal(null);
  readonly busy = signal(false);
  /** null for as long as it is not worth mentioning. */
  readonly progress: Signal<Progress | null> = signal(null);
  #latest: Promise<T> | null = null;
  #started = 0;
  #timer = 0;
  #told: Progress = { text: 'working', share: null };

  readonly onProgress = (progress: Progress): void => {
    this.#told = progress;
    if (performance.now() - this.#started >= PATIENCE) this.progress.value = progress;
  };

  /** Follows a computation, which takes the place of the one before. @returns its result; null if it failed or was replaced */
  async follow(promise: Promise<T>): Promise<T | null> {
    this.#latest = promise;
    this.busy.value = true;
    this.#started = performance.now();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      if (this.busy.value) this.progress.value = this.#told;
    }, PATIENCE);
    try {
      const result = await promise;
      if (this.#latest !== promise) return null;
      this.result.value = result;
      this.error.value = null;
      return result;
    } catch (error) {
      if (this.#latest === promise && !(error instanceof Superseded)) {
        this.error.value = error instanceof Error ? error.message : String(error);
      }
      return null;
    } finally {
      if (this.#latest === promise) {
        clearTimeout(this.#timer);
        this.busy.value = false;
        this.progress.value = null;
      }
    }
  }
}
