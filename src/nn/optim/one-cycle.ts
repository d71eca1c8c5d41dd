/**
 * One cycle of the learning rate, and of the momentum the other way round (L. Smith, N. Topin, 2017): the rate rises
 * from max/divFactor to max while the momentum falls, then the rate falls to max/divFactor/finalDivFactor while the
 * momentum rises again.
 */
import { check } from '../../errors.js';
import { formatShape } from '../../tensor/shape.js';
import type { Optimizer } from './optimizer.js';
import { Schedule } from './schedule.js';

export interface OneCycleOptions {
  /** The highest rate: one number, or one for each parameter group. */
  readonly maxLr: number | readonly number[];
  /** Steps of the whole cycle. Default: epochs * stepsPerEpoch. */
  readonly totalSteps?: number;
  /** With `stepsPerEpoch`, instead of `totalSteps`. */
  readonly epochs?: number;
  /** How many optimiser steps an epoch has. */
  readonly stepsPerEpoch?: number;
  /**
   * Share of the cycle in which the rate rises. Default: 0.3. With 1 it rises to the last step, and stays: PyTorch
   * divides by zero in the step after it.
   */
  readonly pctStart?: number;
  /** Along half a cosine (the default) or a line. */
  readonly annealStrategy?: 'cos' | 'linear';
  /** Whether `momentum` (SGD) or the first of the `betas` (Adam) cycles as well. Default: true. */
  readonly cycleMomentum?: boolean;
  /** The momentum where the rate is highest. Default: 0.85. */
  readonly baseMomentum?: number;
  /** The momentum at both ends. Default: 0.95. */
  readonly maxMomentum?: number;
  /** The start is maxLr / divFactor. Default: 25. */
  readonly divFactor?: number;
  /** The end is the start / finalDivFactor. Default: 10,000. */
  readonly finalDivFactor?: number;
  /** Fall back to the start as long as the rise took, then on to the end. Default: false: fall straight to the end. */
  readonly threePhase?: boolean;
}

/** A stretch of the cycle up to step `end`, and what it goes from and to. */
interface Phase {
  readonly end: number;
  readonly lr: readonly [from: Rate, to: Rate];
  readonly momentum: readonly [from: Momentum, to: Momentum];
}
type Rate = 'start' | 'max' | 'end';
type Momentum = 'baseMomentum' | 'maxMomentum';

/** The options with their defaults: the cycle's length is one number. */
type FullOptions = Required<Omit<OneCycleOptions, 'epochs' | 'stepsPerEpoch'>>;

export class OneCycleLR extends Schedule {
  readonly options: FullOptions;

  /** @throws ShapeError without `totalSteps` and without `epochs` and `stepsPerEpoch`, and for what makes no cycle */
  constructor(optimizer: Optimizer, { epochs, stepsPerEpoch, ...options }: OneCycleOptions) {
    super(optimizer);
    this.options = {
      ...{ pctStart: 0.3, annealStrategy: 'cos', cycleMomentum: true, baseMomentum: 0.85, maxMomentum: 0.95 },
      ...{ divFactor: 25, finalDivFactor: 1e4, threePhase: false },
      ...options,
      totalSteps: options.totalSteps ?? product(epochs, stepsPerEpoch),
    };
    checkOptions(this.options, optimizer);
    this.apply();
  }

  protected override apply(): void {
    super.apply();
    const { options, optimizer } = this;
    if (!options.cycleMomentum) return;
    const { phase, share } = this.#place(this.steps);
    const [from, to] = phase.momentum.map((end) => options[end]);
    for (const group of optimizer.paramGroups) setMomentum(group, this.#anneal(from, to, share));
  }

  protected override at(t: number, _base: number, group: number): number {
    const { maxLr, divFactor, finalDivFactor, totalSteps } = this.options;
    check(t <= totalSteps, () => `OneCycleLR: expected at most ${totalSteps} steps, got ${t}`);
    const max = typeof maxLr === 'number' ? maxLr : maxLr[group];
    const rates = { start: max / divFactor, max, end: max / divFactor / finalDivFactor };
    const { phase, share } = this.#place(t);
    const [from, to] = phase.lr.map((end) => rates[end]);
    return this.#anneal(from, to, share);
  }

  /** The phase that step `t` is in, and how far along. What comes to a phase without steps stays where it was before. */
  #place(t: number): { phase: Phase; share: number } {
    const phases = phasesOf(this.options);
    const found = phases.findIndex(({ end }) => t <= end);
    const index = found < 0 ? phases.length - 1 : found;
    const start = index === 0 ? 0 : phases[index - 1].end;
    const { end } = phases[index];
    if (end === start) return { phase: phases[Math.max(index - 1, 0)], share: 1 };
    return { phase: phases[index], share: (t - start) / (end - start) };
  }

  #anneal(from: number, to: number, share: number): number {
    if (this.options.annealStrategy === 'linear') return from + (to - from) * share;
    return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
  }
}

function phasesOf({ totalSteps, pctStart, threePhase }: FullOptions): Phase[] {
  const top = pctStart * totalSteps - 1;
  const last = totalSteps - 1;
  const rise: Phase = { end: top, lr: ['start', 'max'], momentum: ['maxMomentum', 'baseMomentum'] };
  if (!threePhase) return [rise, { end: last, lr: ['max', 'end'], momentum: ['baseMomentum', 'maxMomentum'] }];
  return [
    rise,
    { end: 2 * top, lr: ['max', 'start'], momentum: ['baseMomentum', 'maxMomentum'] },
    { end: last, lr: ['start', 'end'], momentum: ['maxMomentum', 'maxMomentum'] },
  ];
}

function checkOptions({ totalSteps, pctStart, maxLr, cycleMomentum }: FullOptions, optimizer: Optimizer): void {
  const { paramGroups } = optimizer;
  check(
    Number.isInteger(totalSteps) && totalSteps > 0,
    () => `OneCycleLR: expected totalSteps of at least 1, got ${totalSteps}`,
  );
  check(pctStart >= 0 && pctStart <= 1, () => `OneCycleLR: expected a pctStart from 0 to 1, got ${pctStart}`);
  check(
    typeof maxLr === 'number' || maxLr.length === paramGroups.length,
    () =>
      `OneCycleLR: expected one maxLr, or ${paramGroups.length} for as many parameter groups, got ${formatShape([maxLr].flat())}`,
  );
  check(
    !cycleMomentum || paramGroups.every((group) => 'momentum' in group || 'betas' in group),
    () => 'OneCycleLR: expected an optimiser with momentum or betas, got one without; give { cycleMomentum: false }',
  );
}

function product(epochs: number | undefined, stepsPerEpoch: number | undefined): number {
  const counts = [epochs, stepsPerEpoch].filter((n) => n !== undefined);
  check(
    counts.length === 2 && counts.every((n) => Number.isInteger(n) && n > 0),
    () =>
      'OneCycleLR: expected totalSteps, or epochs and stepsPerEpoch as whole numbers of at least 1, ' +
      `got epochs ${epochs} and stepsPerEpoch ${stepsPerEpoch}`,
  );
  return counts[0] * counts[1];
}

/** In a group of options: the first of the betas, or the momentum. */
function setMomentum(group: object, momentum: number): void {
  const options: { betas?: readonly number[]; momentum?: number } = group;
  if (options.betas) options.betas = [momentum, ...options.betas.slice(1)];
  else options.momentum = momentum;
}
