/** Seeded random numbers, so that every run measures the same networks on the same input. */

/**
 * Uniform numbers in [0, 1): the generator `xorshift32` (G. Marsaglia, 2003), good enough for weights.
 * @param {number} seed a whole number other than 0
 * @returns {() => number}
 */
export function uniformNumbers(seed) {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}

/**
 * Normal numbers of mean 0 and standard deviation 1 (G. Box, M. Muller, 1958), two for each pair of uniform ones.
 * @param {() => number} uniform
 * @returns {() => number}
 */
export function normalNumbers(uniform) {
  let spare = NaN;
  return () => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = NaN;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
