/**
 * Learning-rate schedules, in PyTorch's closed forms. Call `step()` after each optimiser step (or epoch).
 *
 *     StepLR             lr = base * gamma^floor(t / stepSize)
 *     CosineAnnealingLR  lr = etaMin + (base - etaMin) (1 + cos(pi t / tMax)) / 2          (I. Loshchilov, F. Hutter, 2016)
 *     OneCycleLR         up from max/divFactor to max, then down to max/divFactor/finalDivFactor   (L. Smith, N. Topin, 2017)
 */
import { check } from '../../errors.js';
import type { Optimizer } from './optimizer.js';

abstract class Schedule {
  protected readonly base: readonly number[];
  #steps = 0;

  constructor(readonly optimizer: Optimizer) {
    this.base = optimizer.paramGroups.map((group) => group.lr);
  }

  /** The learning rate of a group that began at `base`, after `t` steps. */
  protected abstract at(t: number, base: number): number;

  protected apply(): void {
    this.optimizer.paramGroups.forEach((group, i) => (group.lr = this.at(this.#steps, this.base[i])));
  }

  step(): void {
    this.#steps++;
    this.apply();
  }

  /** The learning rate of each group now. */
  lastLr(): number[] {
    return this.optimizer.paramGroups.map((group) => group.lr);
  }
}

export class StepLR extends Schedule {
  constructor(
    optimizer: Optimizer,
    readonly stepSize: number,
    readonly gamma = 0.1,
  ) {
    super(optimizer);
  }

  protected override at(t: number, base: number): number {
    return base * this.gamma ** Math.floor(t / this.stepSize);
  }
}

export class CosineAnnealingLR extends Schedule {
  constructor(
    optimizer: Optimizer,
    readonly tMax: number,
    readonly etaMin = 0,
  ) {
    super(optimizer);
  }

  protected override at(t: number, base: number): number {
    return this.etaMin + ((base - this.etaMin) * (1 + Math.cos((Math.PI * t) / this.tMax))) / 2;
  }
}

export interface OneCycleOptions {
  readonly maxLr: number;
  /** Steps of the whole cycle. */
  readonly totalSteps: number;
  /** Share of the cycle in which the rate rises. Default: 0.3. */
  readonly pctStart?: number;
  /** The start is maxLr / divFactor. Default: 25. */
  readonly divFactor?: number;
  /** The end is the start / finalDivFactor. Default: 10,000. */
  readonly finalDivFactor?: number;
}

/** Cosine up, cosine down. (PyTorch's cycles the momentum as well by default; this one leaves it alone.) */
export class OneCycleLR extends Schedule {
  readonly options: Required<OneCycleOptions>;

  constructor(optimizer: Optimizer, options: OneCycleOptions) {
    super(optimizer);
    this.options = { pctStart: 0.3, divFactor: 25, finalDivFactor: 1e4, ...options };
    check(
      Number.isInteger(options.totalSteps) && options.totalSteps > 0,
      () => `OneCycleLR: expected totalSteps of at least 1, got ${options.totalSteps}`,
    );
    this.apply();
  }

  protected override at(t: number): number {
    const { maxLr, totalSteps, pctStart, divFactor, finalDivFactor } = this.options;
    check(t <= totalSteps, () => `OneCycleLR: expected at most ${totalSteps} steps, got ${t}`);
    const start = maxLr / divFactor;
    const top = pctStart * totalSteps - 1;
    if (t <= top) return anneal(start, maxLr, top === 0 ? 1 : t / top);
    return anneal(maxLr, start / finalDivFactor, (t - top) / (totalSteps - 1 - top));
  }
}

/** From `from` to `to` along half a cosine. */
function anneal(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
}
