/**
 * Seeded random inputs, and the comparison of two backends' results, for agreement.test.ts.
 *
 * The generator is a linear congruential one modulo 2^32 (multiplier 1664525, increment 1013904223, from Numerical
 * Recipes); the low bits, which repeat early, are shifted out.
 */
import type { Test } from 'tap';
import type { Backend, Conv2dDims, HostArray } from '../../src/tensor/backend.js';
import type { Storage } from '../../src/tensor/storage.js';
import { readsAtOnce } from './under-test.js';

/** Tensors seen as [outer, axis, inner], for kernels along one axis. */
export const AXES: readonly (readonly [outer: number, axis: number, inner: number])[] = [
  [1, 1, 1],
  [1, 7, 1],
  [3, 4, 1],
  [5, 33, 1],
  [1, 5, 3],
  [2, 3, 4],
  [4, 17, 9],
  [7, 1, 6],
  [2, 1000, 1],
  [1, 2049, 5],
  [64, 50, 16],
  [0, 3, 2],
  [2, 3, 0],
];

export class Seeded {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1 (not included). */
  uniform(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return (this.#state >>> 8) / 2 ** 24;
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.integer(0, from.length - 1)];
  }

  /** `n` numbers between -`scale` and `scale`, rounded to float32. */
  numbers(n: number, scale = 2): Float32Array {
    return Float32Array.from({ length: n }, () => (2 * this.uniform() - 1) * scale);
  }

  /** Like {@link numbers}, with about every fifth place taken by one of `specials`. */
  odd(n: number, specials: readonly number[] = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 100, -100]): Float32Array {
    return this.numbers(n).map((value) => (this.chance(0.2) ? this.pick(specials) : value));
  }

  /** A few whole numbers, so that equal ones are common. */
  ties(n: number): Float32Array {
    return Float32Array.from({ length: n }, () => this.integer(-2, 2));
  }
}

/** Where the two differ by more than 1e-5 of the largest wanted value plus 1e-4 of the value, or '' if nowhere. */
export function disagreement(found: HostArray, wanted: HostArray, exact: boolean): string {
  if (found.length !== wanted.length) return `${found.length} elements instead of ${wanted.length}`;
  let largest = 0;
  for (const b of wanted) if (Number.isFinite(b)) largest = Math.max(largest, Math.abs(b));
  let count = 0;
  let first = '';
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [found[i], wanted[i]];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const bothFinite = Number.isFinite(a) && Number.isFinite(b);
    if (!exact && bothFinite && Math.abs(a - b) <= 1e-5 * largest + 1e-4 * Math.abs(b)) continue;
    if (count++ === 0) first = `[${i}] is ${a} instead of ${b}`;
  }
  return count === 0 ? '' : `${first} (largest ${largest}); ${count} of ${wanted.length} differ`;
}

/** A kernel call on storages that hold the case's inputs. */
export type KernelCall = (backend: Backend, inputs: readonly Storage[]) => Storage;

export interface AgreementOptions {
  /** Not even a rounding apart: for kernels that move, compare or select values. */
  readonly exact?: boolean;
}

function upload(backend: Backend, inputs: readonly Float32Array[]): Storage[] {
  return inputs.map((values) => backend.create(values.length, (host) => host.set(values)));
}

/** Runs a kernel on both backends and asserts that the results agree and that nothing stays allocated. */
export class Agreement {
  constructor(
    readonly reference: Backend,
    readonly candidate: Backend,
  ) {}

  check(
    t: Test,
    name: string,
    inputs: readonly Float32Array[],
    call: KernelCall,
    options: AgreementOptions = {},
  ): void {
    const wanted = this.run(this.reference, inputs, call);
    const before = this.candidate.info().storages;
    // Fills the memory that the result may come to lie in, so that an element the kernel does not write is seen.
    this.candidate.full(wanted.length, NaN).release();
    const compare = (found: HostArray): unknown =>
      t.equal(disagreement(found, wanted, options.exact ?? false), '', name);
    if (readsAtOnce) compare(this.run(this.candidate, inputs, call));
    else void t.waitOn(this.read(this.candidate, inputs, call).then(compare));
    if (this.candidate.info().storages !== before) t.fail(`${name}: storages are left over`);
  }

  /** The kernel's result on one backend, with everything freed again. */
  run(backend: Backend, inputs: readonly Float32Array[], call: KernelCall): HostArray {
    return this.#use(backend, inputs, call, (out) => backend.readSync(out));
  }

  /** The same on a backend that may have to be waited for. */
  async read(backend: Backend, inputs: readonly Float32Array[], call: KernelCall): Promise<HostArray> {
    return this.#use(backend, inputs, call, (out) => backend.read(out));
  }

  #use<T>(backend: Backend, inputs: readonly Float32Array[], call: KernelCall, read: (out: Storage) => T): T {
    const storages = upload(backend, inputs);
    const out = call(backend, storages);
    const values = read(out);
    out.release();
    for (const storage of storages) storage.release();
    return values;
  }
}

/** A storage of these numbers. */
export function storageOf(backend: Backend, values: ArrayLike<number>): Storage {
  return backend.create(values.length, (host) => host.set(values));
}

/** A convolution whose sizes are multiples of nothing. */
export const conv: Conv2dDims = {
  batch: 4,
  inChannels: 9,
  height: 13,
  width: 12,
  outChannels: 14,
  outHeight: 13,
  outWidth: 12,
  kernelHeight: 3,
  kernelWidth: 3,
  strideHeight: 1,
  strideWidth: 1,
  padHeight: 1,
  padWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  groups: 1,
};
