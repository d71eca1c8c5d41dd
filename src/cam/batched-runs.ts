/**
 * Many runs of a model on variants of one sample (masked, occluded, ablated), batch by batch: without recording, within
 * a bound of memory, with the page or the command line getting its turn between batches.
 */
import { noGrad } from '../autograd/grad-mode.js';
import { check } from '../errors.js';
import type { Module } from '../nn/module.js';
import { cat } from '../ops/cat.js';
import { narrow } from '../ops/narrow.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import { classScores } from './maps.js';

export interface RunOptions {
  /** Variants in one run. Default: as many as fit into 256 MiB, at most 32. */
  readonly batchSize?: number;
  /** Called after each batch with how many variants were run, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

const MOST_BYTES = 256 * 2 ** 20;
const MOST_SAMPLES = 32;

export class BatchedRuns {
  /** How many variants there are in all, for `onProgress`. */
  total = 0;
  #done = 0;
  readonly #batchSize: number;
  readonly #onProgress: RunOptions['onProgress'];

  /** @param x the samples [N,C,H,W]; one run of the model on the first tells how much memory a variant takes */
  constructor(caller: string, model: Module, x: Tensor, { batchSize, onProgress }: RunOptions) {
    this.#batchSize = batchSize ?? fittingBatch(model, x);
    this.#onProgress = onProgress;
    check(
      Number.isInteger(this.#batchSize) && this.#batchSize >= 1,
      () => `${caller}: expected a batchSize that is a whole number of at least 1, got ${batchSize}`,
    );
  }

  /**
   * The class's score of `count` variants.
   * @param logitsOf logits [length,classes] of the variants from `start` on
   * @returns [count]
   */
  async scores(
    count: number,
    classIndex: number,
    logitsOf: (start: number, length: number) => Tensor,
  ): Promise<Tensor> {
    const parts: Tensor[] = [];
    try {
      for (let start = 0; start < count; start += this.#batchSize) {
        const length = Math.min(this.#batchSize, count - start);
        parts.push(tidy(() => noGrad(() => classScores(logitsOf(start, length), classIndex))));
        this.#done += length;
        this.#onProgress?.(this.#done, this.total);
        await nextTurn();
      }
      return tidy(() => cat(parts));
    } finally {
      for (const part of parts) part.dispose();
    }
  }
}

/** How many samples fit into the bound, by what one run on the first of them takes. */
function fittingBatch(model: Module, x: Tensor): number {
  return tidy(() => {
    const before = x.backend.info().bytes;
    noGrad(() => model.call(narrow(x, 0, 0, 1)));
    const bytes = x.backend.info().bytes - before;
    return Math.min(MOST_SAMPLES, Math.max(1, Math.floor(MOST_BYTES / bytes)));
  });
}

/** Lets timers, pictures and key presses through. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
