/** From measurements in the browser to rows like lib/rows.js's: one for each pair, `variant` saying which of ours. */
import { median, middleHalf, pairedRatios } from '../lib/statistics.js';
import { pairs } from './contenders.js';

/** How a pair's times compare, within the rounds that both took part in: those from the first on. */
function ratiosOf(theirs, ours) {
  const rounds = Math.min(theirs.length, ours.length);
  return pairedRatios(theirs.slice(0, rounds), ours.slice(0, rounds));
}

/**
 * @param {import('./works.js').BrowserWork} work
 * @param {readonly import('./race.js').Measured[]} measured
 * @param {{ batch: number, quick: boolean }} about
 * @returns {import('../lib/rows.js').Row[]}
 */
export function browserRowsOf(work, measured, { batch, quick }) {
  const named = ({ name }) => measured.find((one) => one.name === name);
  return pairs.flatMap((pair) => {
    const [ours, theirs] = [named(pair.ours), named(pair.theirs)];
    return ours || theirs ? [rowOf(work, pair, { ours, theirs, batch, quick })] : [];
  });
}

function rowOf(work, pair, { ours, theirs, batch, quick }) {
  const [mine, yours] = [ours, theirs].map((one) => (one?.times.length > 0 ? one.times : null));
  const both = mine !== null && yours !== null;
  const ratios = both ? ratiosOf(yours, mine) : null;
  const [ours_median_ms, median_ms] = [mine, yours].map((times) => times && median(times));
  // goals are for the full sizes
  const goal = quick ? undefined : work.goals[pair.ours.mode];
  return {
    id: work.id,
    contender: pair.theirs.name,
    variant: pair.ours.mode,
    median_ms,
    ours_median_ms,
    spread: ratios && middleHalf(ratios),
    ratio: ratios && median(ratios),
    ...(both && yours.length !== mine.length ? { rounds: ratios.length } : {}),
    ...(work.task === 'train-step-cifar-vgg' ? ratesOf(batch, median_ms, ours_median_ms) : {}),
    ...(goal === undefined || !both ? {} : { goal, floor: goal }),
    ...(both ? {} : { reason: reasonOf(pair, ours, theirs) }),
  };
}

function ratesOf(batch, ...times) {
  const [images_per_s, ours_images_per_s] = times.map((ms) => ms && (1000 * batch) / ms);
  return { images_per_s, ours_images_per_s };
}

/** Why a pair has no ratio. */
function reasonOf(pair, ours, theirs) {
  const reasons = [
    [pair.ours, ours],
    [pair.theirs, theirs],
  ].flatMap(([{ short }, one]) =>
    one ? (one.cannot ? [`${short}: ${one.cannot}`] : []) : [`${short}: not asked for`],
  );
  return reasons.join('; ');
}
