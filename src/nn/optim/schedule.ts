/** What all learning-rate schedules share. Call `step()` after each optimiser step (or epoch). */
import { check } from '../../errors.js';
import type { Optimizer } from './optimizer.js';

/** Where a schedule stands: how many steps it made, and the rate each group began with. */
export interface ScheduleState {
  readonly lastEpoch: number;
  readonly baseLrs: readonly number[];
}

/**
 * Sets the learning rate of each group as a function of the number of steps so far. PyTorch's schedules multiply what
 * they find, these are closed forms of the rate at the beginning: one schedule for an optimiser, not a chain of them.
 */
export abstract class Schedule {
  #base: readonly number[];
  protected steps = 0;

  constructor(readonly optimizer: Optimizer) {
    this.#base = optimizer.paramGroups.map((group) => group.lr);
  }

  /** The learning rate of group number `group`, which began at `base`, after `t` steps. */
  protected abstract at(t: number, base: number, group: number): number;

  /** Sets the rates for the present number of steps. */
  protected apply(): void {
    const { paramGroups } = this.optimizer;
    check(
      paramGroups.length === this.#base.length,
      () =>
        `${this.constructor.name}: expected the ${this.#base.length} parameter groups that were there at first, got ` +
        `${paramGroups.length}; make the schedule after addParamGroup`,
    );
    paramGroups.forEach((group, i) => (group.lr = this.at(this.steps, this.#base[i], i)));
  }

  step(): void {
    this.steps++;
    this.apply();
  }

  /** The learning rate of each group now. */
  lastLr(): number[] {
    return this.optimizer.paramGroups.map((group) => group.lr);
  }

  /** What is needed to go on after a pause, beside the optimiser's own state. */
  stateDict(): ScheduleState {
    return { lastEpoch: this.steps, baseLrs: [...this.#base] };
  }

  /** Goes back to where the state was taken; the optimiser's rates follow at once. */
  loadStateDict({ lastEpoch, baseLrs }: ScheduleState): void {
    this.steps = lastEpoch;
    this.#base = [...baseLrs];
    this.apply();
  }
}
