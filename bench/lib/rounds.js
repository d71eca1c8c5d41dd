/**
 * In which order contenders run. The order changes from round to round, so that none always runs after the same
 * neighbour (with its heat and its traces in the caches) or always first.
 *
 * Even rounds rotate the list, odd ones rotate it reversed: over 2n rounds each of n contenders has every place twice,
 * and its neighbours on both sides.
 *
 * @param {number} round from 0 up
 * @param {number} count of contenders
 * @returns {number[]} their numbers in running order
 */
export function roundOrder(round, count) {
  const shift = Math.floor(round / 2);
  const rotated = Array.from({ length: count }, (_, place) => (place + shift) % count);
  return round % 2 === 0 ? rotated : rotated.reverse();
}

/** Milliseconds that one turn should take. */
const TURN_MS = 400;

/** How often a work is run in one turn, by the time of one run: often if it is short, once if it is long. */
export function runsPerTurn(ms) {
  return Math.min(50, Math.max(1, Math.round(TURN_MS / ms)));
}

/** A work that takes longer than this is timed once, outside the rounds: one run of some contenders takes a minute. */
export const ONCE_MS = 5000;

/** @param {number} ms of one run */
export const isTimedOnce = (ms) => ms > ONCE_MS;
