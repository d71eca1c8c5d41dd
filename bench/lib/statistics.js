/** What is said of a list of measurements: medians and quartiles, which one slow round does not move. */

/**
 * The value below which a share of the measurements lies, between neighbours in proportion.
 * @param {readonly number[]} values at least one
 * @param {number} share 0..1
 */
export function quantile(values, share) {
  if (values.length === 0) throw new Error('quantile: expected at least one measurement, got none');
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5);

/**
 * The middle half: [lower quartile, upper quartile].
 * @param {readonly number[]} values
 * @returns {[number, number]}
 */
export const middleHalf = (values) => [quantile(values, 0.25), quantile(values, 0.75)];

/**
 * Ratios within rounds: both were measured within seconds of each other, so that what slows the machine for a while
 * slows both.
 * @param {readonly number[]} theirs one time per round
 * @param {readonly number[]} ours of the same rounds
 */
export function pairedRatios(theirs, ours) {
  if (theirs.length !== ours.length) {
    throw new Error(`pairedRatios: expected as many rounds on both sides, got ${theirs.length} and ${ours.length}`);
  }
  return theirs.map((time, round) => time / ours[round]);
}
