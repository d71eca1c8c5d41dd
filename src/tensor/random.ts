/** A generator's state: four words of 32 bits, and a normal number that was made but not yet given out. */
export interface RandomState {
  readonly words: readonly number[];
  readonly spare: number | null;
}

/**
 * Seeded random numbers, the same on every machine and backend.
 *
 * The generator is xoshiro128** (D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", 2021), its
 * state filled from the seed by splitmix32. Normal numbers come from the polar method (G. Marsaglia, T. Bray, 1964).
 */
export class RandomGenerator {
  readonly #state = new Uint32Array(4);
  #spare: number | null = null;

  /** @param seed any number; only its lower 32 bits count */
  constructor(seed = 0) {
    this.seed(seed);
  }

  /** Starts the sequence anew. */
  seed(seed: number): void {
    let mixed = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let z = mixed;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      this.#state[i] = (z ^ (z >>> 16)) >>> 0;
    }
    this.#spare = null;
  }

  /** Where the sequence is, as plain numbers: `setState` goes back there. */
  getState(): RandomState {
    return { words: [...this.#state], spare: this.#spare };
  }

  /** Goes on as after the `getState` that gave it. */
  setState({ words, spare }: RandomState): void {
    this.#state.set(words);
    this.#spare = spare;
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number {
    const s = this.#state;
    const product = Math.imul(s[1], 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  /** Uniform in [0, 1), with 53 random bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** A whole number from 0 to `limit` - 1, each equally likely. */
  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  /** Normal with mean 0 and standard deviation 1. */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spare = v * scale;
      return u * scale;
    }
  }

  /** The numbers 0 to n - 1 in random order (Fisher-Yates). */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }
}

/** The generator that creation functions, initialisers and dropout use. */
export const defaultGenerator = new RandomGenerator(0);

/** Starts the default generator anew: what follows is the same in every run. */
export function manualSeed(seed: number): void {
  defaultGenerator.seed(seed);
}
