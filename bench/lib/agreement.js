/**
 * Whether contenders computed the same thing, which is asked before anything is timed: a fast wrong answer is no
 * answer. Float32 in another order of summation, or by Winograd, differs in the fifth or sixth digit.
 */

/** The greatest difference allowed, as a share of the greatest value. */
export const TOLERANCE = 1e-3;

/**
 * For gradients that come through ReLUs, the norm of the differences as a share of the values' norm. Where an activation is
 * within rounding error of the kink, either answer is right: one such place of VGG16 moves single values by a hundredth of the
 * greatest, and the norm by a thousandth.
 */
export const GRADIENT_TOLERANCE = 2e-2;

/** Outputs of that kind are named so. */
const IS_GRADIENT = /gradient/;

/**
 * The greatest difference as a share of the greatest expected value.
 * @param {Float32Array} got
 * @param {Float32Array} expected
 */
export function relativeDifference(got, expected) {
  if (got.length !== expected.length) return Infinity;
  let difference = 0;
  let size = 0;
  for (let i = 0; i < got.length; i++) {
    const d = Math.abs(got[i] - expected[i]);
    if (!(d <= difference)) difference = d;
    size = Math.max(size, Math.abs(expected[i]));
  }
  if (Number.isNaN(difference)) return Infinity;
  return difference === 0 ? 0 : difference / size;
}

/**
 * The norm of the differences as a share of the norm of the expected values.
 * @param {Float32Array} got
 * @param {Float32Array} expected
 */
export function normDifference(got, expected) {
  if (got.length !== expected.length) return Infinity;
  let difference = 0;
  let size = 0;
  for (let i = 0; i < got.length; i++) {
    difference += (got[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  const share = Math.sqrt(difference / size);
  return Number.isNaN(share) ? Infinity : share;
}

/**
 * Throws when two contenders disagree, or have nothing in common to compare.
 * @param {string} work
 * @param {{ name: string, outputs: Record<string, Float32Array> }} ours
 * @param {{ name: string, outputs: Record<string, Float32Array> }} theirs
 * @returns {number} the greatest relative difference
 */
export function requireAgreement(work, ours, theirs) {
  const common = Object.keys(theirs.outputs).filter((name) => name in ours.outputs);
  if (common.length === 0) throw new Error(`${work}: ${theirs.name} gave no output that can be compared`);
  let worst = 0;
  for (const name of common) {
    const expected = theirs.outputs[name];
    if (!expected.some((value) => value !== 0)) throw new Error(`${work}: ${theirs.name}: ${name} is zero everywhere`);
    const gradient = IS_GRADIENT.test(name);
    const difference = (gradient ? normDifference : relativeDifference)(ours.outputs[name], expected);
    const allowed = gradient ? GRADIENT_TOLERANCE : TOLERANCE;
    if (!(difference <= allowed)) {
      throw new Error(
        `${work}: ${ours.name} and ${theirs.name} disagree on ${name}: they differ by ${difference.toPrecision(3)} ` +
          `of the ${gradient ? "values' norm" : 'greatest value'}, expected at most ${allowed}; nothing was timed`,
      );
    }
    worst = Math.max(worst, difference);
  }
  return worst;
}
