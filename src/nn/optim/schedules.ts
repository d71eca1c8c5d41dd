/**
 * Learning-rate schedules, in closed form; `t` counts the steps:
 *
 *     StepLR               lr = base * gamma^floor(t / stepSize)
 *     MultiStepLR          lr = base * gamma^(milestones that are <= t)
 *     ExponentialLR        lr = base * gamma^t
 *     LambdaLR             lr = base * factor(t)
 *     LinearLR             lr = base * (start + (end - start) * min(t, totalIters) / totalIters)
 *     CosineAnnealingLR    lr = etaMin + (base - etaMin) (1 + cos(pi t / tMax)) / 2
 *     CosineAnnealingWarmRestarts   the same with t counted from the latest restart   (I. Loshchilov, F. Hutter, 2016)
 */
import { check } from '../../errors.js';
import type { Optimizer } from './optimizer.js';
import { Schedule } from './schedule.js';

/** `gamma` (default 0.1) times as fast after every `stepSize` steps. */
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

/** `gamma` (default 0.1) times as fast from each of the steps in `milestones` on; one that is there twice counts twice. */
export class MultiStepLR extends Schedule {
  constructor(
    optimizer: Optimizer,
    readonly milestones: readonly number[],
    readonly gamma = 0.1,
  ) {
    super(optimizer);
  }

  protected override at(t: number, base: number): number {
    return base * this.gamma ** this.milestones.filter((milestone) => milestone <= t).length;
  }
}

/** `gamma` times as fast after every step. */
export class ExponentialLR extends Schedule {
  constructor(
    optimizer: Optimizer,
    readonly gamma: number,
  ) {
    super(optimizer);
  }

  protected override at(t: number, base: number): number {
    return base * this.gamma ** t;
  }
}

/** A factor of the number of steps: one function for all groups, or one for each. It is asked for 0 at once. */
export class LambdaLR extends Schedule {
  constructor(
    optimizer: Optimizer,
    readonly factor: ((t: number) => number) | readonly ((t: number) => number)[],
  ) {
    super(optimizer);
    const groups = optimizer.paramGroups.length;
    check(
      typeof factor === 'function' || factor.length === groups,
      () => `LambdaLR: expected one function, or ${groups} for as many parameter groups, got ${factor.length}`,
    );
    this.apply();
  }

  protected override at(t: number, base: number, group: number): number {
    const { factor } = this;
    return base * (typeof factor === 'function' ? factor : factor[group])(t);
  }
}

export interface LinearLrOptions {
  /** The share of the rate to begin with, above 0 and at most 1. Default: 1/3. */
  readonly startFactor?: number;
  /** The share at the end, from 0 to 1. Default: 1. */
  readonly endFactor?: number;
  /** Steps from start to end; the rate then stays. Default: 5. */
  readonly totalIters?: number;
}

/** A warm-up along a line. The rate is lowered at once. */
export class LinearLR extends Schedule {
  readonly options: Required<LinearLrOptions>;

  constructor(optimizer: Optimizer, options: LinearLrOptions = {}) {
    super(optimizer);
    this.options = { startFactor: 1 / 3, endFactor: 1, totalIters: 5, ...options };
    const { startFactor, endFactor, totalIters } = this.options;
    check(
      startFactor > 0 && startFactor <= 1,
      () => `LinearLR: expected a startFactor above 0 and at most 1, got ${startFactor}`,
    );
    check(endFactor >= 0 && endFactor <= 1, () => `LinearLR: expected an endFactor from 0 to 1, got ${endFactor}`);
    check(totalIters > 0, () => `LinearLR: expected totalIters above 0, got ${totalIters}`);
    this.apply();
  }

  protected override at(t: number, base: number): number {
    const { startFactor, endFactor, totalIters } = this.options;
    return base * (startFactor + ((endFactor - startFactor) * Math.min(t, totalIters)) / totalIters);
  }
}

/** Down to `etaMin` (default 0) along half a cosine of `tMax` steps, and up again. */
export class CosineAnnealingLR extends Schedule {
  constructor(
    optimizer: Optimizer,
    readonly tMax: number,
    readonly etaMin = 0,
  ) {
    super(optimizer);
  }

  protected override at(t: number, base: number): number {
    return this.etaMin + (base - this.etaMin) * halfCosine(t / this.tMax);
  }
}

export interface WarmRestartsOptions {
  /** How much longer each cycle is than the one before, a whole number. Default: 1. */
  readonly tMult?: number;
  /** Default: 0. */
  readonly etaMin?: number;
}

/** Half a cosine of `t0` steps, then again from the top, each time `tMult` times as long. */
export class CosineAnnealingWarmRestarts extends Schedule {
  readonly options: Required<WarmRestartsOptions>;

  constructor(
    optimizer: Optimizer,
    readonly t0: number,
    options: WarmRestartsOptions = {},
  ) {
    super(optimizer);
    this.options = { tMult: 1, etaMin: 0, ...options };
    const { tMult } = this.options;
    for (const [name, value] of Object.entries({ t0, tMult })) {
      check(
        Number.isInteger(value) && value >= 1,
        () => `CosineAnnealingWarmRestarts: expected ${name} to be a whole number of at least 1, got ${value}`,
      );
    }
  }

  protected override at(t: number, base: number): number {
    const { tMult, etaMin } = this.options;
    let [since, cycle] = [t, this.t0];
    while (since >= cycle && tMult > 1) {
      since -= cycle;
      cycle *= tMult;
    }
    return etaMin + (base - etaMin) * halfCosine((since % cycle) / cycle);
  }
}

/** 1 at 0, 0 at 1, along half a cosine. */
function halfCosine(share: number): number {
  return (1 + Math.cos(Math.PI * share)) / 2;
}
